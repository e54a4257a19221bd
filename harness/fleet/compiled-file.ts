import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder `dist/` of the package, also when this file runs from its TypeScript source. */
export function compiledRoot(): string {
  const here = fileURLToPath(import.meta.url);
  const room = path.dirname(here);
  return here.endsWith('.ts') ? path.resolve(room, '../../dist') : path.resolve(room, '..');
}

/** Folder of the package itself: the nearest one above `dist/` that holds a package.json. */
export function packageRoot(): string {
  let folder = compiledRoot();
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error(`no package.json above ${compiledRoot()}`);
    folder = parent;
  }
  return folder;
}
