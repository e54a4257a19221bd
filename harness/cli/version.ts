import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The installed package's own folder; nothing is ever written into it. */
export const packageFolder = fileURLToPath(new URL('../..', import.meta.url));

export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
