import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Machine } from './machine.ts';

/** Where daemons live: not on the search path of an ordinary user. */
const SYSTEM_FOLDERS = ['usr/sbin', 'sbin'];

/** Path of the first executable file of this name on the search path; undefined when there is none. */
export async function findProgram(machine: Machine, name: string): Promise<string | undefined> {
  const searched = (machine.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const folders = [...searched, ...SYSTEM_FOLDERS.map((folder) => join(machine.root, folder))];
  for (const folder of folders) {
    const path = join(folder, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
