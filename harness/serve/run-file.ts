import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { reportScriptHash } from '../report/html/page.ts';
import { reportPolicy, SANDBOX_POLICY } from './content-policy.ts';

/** An open file of a run; whoever has it closes it. */
export interface OpenRunFile {
  readonly handle: FileHandle;
  readonly bytes: number;
  readonly type: string;
  readonly policy: string;
}

const TEXT = '; charset=utf-8';

const TYPES: Readonly<Record<string, string>> = {
  '.html': `text/html${TEXT}`,
  '.json': 'application/json',
  '.sarif': 'application/sarif+json',
  '.xml': 'application/xml',
  '.csv': `text/csv${TEXT}`,
  '.md': `text/markdown${TEXT}`,
  '.ndjson': `text/plain${TEXT}`,
  '.log': `text/plain${TEXT}`,
};

/** What a file that is not there, may not be read or is none gives. */
const ABSENT: readonly string[] = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'EPERM', 'ENAMETOOLONG', 'ENXIO'];

/** @param root the run's real path. Undefined where no regular file inside it has that path, links followed. */
export async function openRunFile(root: string, names: readonly string[]): Promise<OpenRunFile | undefined> {
  try {
    const real = await realpath(path.join(root, ...names));
    if (!real.startsWith(root + path.sep)) return undefined;
    // Without NONBLOCK a named pipe would wait for its writer; a link that appeared since is not followed.
    const handle = await open(real, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    const described = await describe(handle, path.extname(real).toLowerCase());
    if (described === undefined) await handle.close();
    return described;
  } catch (error) {
    if (ABSENT.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

async function describe(handle: FileHandle, extension: string): Promise<OpenRunFile | undefined> {
  const stats = await handle.stat();
  if (!stats.isFile()) return undefined;
  const policy = extension === '.html' ? await reportPolicy(handle, reportScriptHash()) : SANDBOX_POLICY;
  return { handle, bytes: stats.size, type: TYPES[extension] ?? 'application/octet-stream', policy };
}
