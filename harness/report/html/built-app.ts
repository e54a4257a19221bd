import { readFileSync } from 'node:fs';

export interface BuiltApp {
  readonly script: string;
  readonly style: string;
}

let built: BuiltApp | undefined;

/** What `npm run build` made of html-app/: beside this folder when built itself; run from its source (tests), the room takes what was built. */
export function builtApp(): BuiltApp {
  if (built !== undefined) return built;
  const folder = import.meta.url.endsWith('.ts') ? '../../../dist/report/html-app/' : '../html-app/';
  const read = (file: string) => readFileSync(new URL(`${folder}${file}`, import.meta.url), 'utf8');
  built = { script: read('app.js').replaceAll('</script', '<\\/script'), style: read('app.css').trim() };
  return built;
}
