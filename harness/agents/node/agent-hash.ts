import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** sha256 over the agent's own files (this folder, and what it shares with the other agents): names and bytes, sorted by name. */
export async function agentSha256(): Promise<string> {
  const folder = import.meta.dirname;
  const own = (await readdir(folder)).filter((name) => name.endsWith('.js')).sort();
  const hash = createHash('sha256');
  for (const name of [...own, ...['protocol.js', 'tap-model.js'].map((name) => path.join('..', name))]) {
    const bytes = await readFile(path.join(folder, name));
    hash.update(`${name.replaceAll(path.sep, '/')}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}
