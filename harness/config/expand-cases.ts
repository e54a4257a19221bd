import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import picomatch from 'picomatch';
import type { Place } from '../domain/user-error.ts';
import { UserError } from '../domain/user-error.ts';
import { didYouMean } from './nearest-name.ts';

/** A file or a folder that holds cases. */
export interface CaseSource {
  /** From the working folder: the suite's folder, then what the pattern named. */
  readonly path: string;
  /** The pattern of suite.yml that named it, and where that stands. */
  readonly pattern: string;
  readonly place: Place;
}

/**
 * The files and folders that a pattern names, relative to `folder`, in natural order (`digits-2` before `digits-10`). `*`, `?`,
 * `[…]` and `{a,b}` match within one folder, `**` over folders; hidden files only when named. Throws E_SUITE_NO_CASES when nothing matches.
 */
export async function expandCases(folder: string, pattern: string, place: Place): Promise<CaseSource[]> {
  const segments = pattern.split('/').filter((segment, index) => segment !== '' || index === 0);
  const found = new Set<string>();
  await walk(segments[0] === '' ? '/' : folder, segments[0] === '' ? segments.slice(1) : segments, found);
  if (found.size === 0) {
    const near = await siblings(path.join(folder, path.dirname(pattern)));
    const where = folder === '.' ? 'in this folder' : `under ${folder}`;
    throw new UserError('E_SUITE_NO_CASES', `The pattern "${pattern}" matches no file ${where}.`, {
      place,
      remedies: [
        ...didYouMean(path.basename(pattern), near),
        'patterns are relative to the folder of suite.yml',
      ],
    });
  }
  return [...found].sort(naturally).map((source) => ({ path: source, pattern, place }));
}

/** Case-insensitive file systems aside, the same on every machine: English collation with numbers, then code units. */
function naturally(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true }) || (left < right ? -1 : 1);
}

async function walk(folder: string, segments: readonly string[], found: Set<string>): Promise<void> {
  const [segment, ...rest] = segments;
  if (segment === undefined) {
    found.add(folder);
    return;
  }
  if (segment === '**') {
    await walk(folder, rest, found);
    for (const name of await siblings(folder)) {
      const child = path.join(folder, name);
      if (!name.startsWith('.') && (await isFolder(child))) await walk(child, segments, found);
    }
    return;
  }
  if (!picomatch.scan(segment).isGlob) {
    const child = path.join(folder, segment);
    if (await exists(child)) await walk(child, rest, found);
    return;
  }
  const matchesName = picomatch(segment);
  for (const name of await siblings(folder)) {
    const child = path.join(folder, name);
    if (matchesName(name) && (rest.length === 0 || (await isFolder(child)))) await walk(child, rest, found);
  }
}

async function siblings(folder: string): Promise<string[]> {
  return (await isFolder(folder)) ? readdir(folder) : [];
}

async function isFolder(name: string): Promise<boolean> {
  const found = await statOrAbsent(name);
  return found?.isDirectory() ?? false;
}

async function exists(name: string): Promise<boolean> {
  return (await statOrAbsent(name)) !== undefined;
}

/** Absence is an answer; every other trouble (no permission) is told. */
async function statOrAbsent(name: string) {
  try {
    return await stat(name);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new UserError('E_FILE_UNREADABLE', `The file cannot be read: ${code}.`, { place: { file: name } });
  }
}
