import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, readdir, readFile, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { PartId } from './parts.ts';

/** What a part was made from. `sha256` is over the package file as downloaded. */
export interface SourcePackage {
  readonly package: string;
  readonly version: string;
  readonly sha256: string;
}

/** part.json: what lies in `.fleetdiff/parts/<id>`, so that damage is seen and nothing is fetched twice. */
export interface PartRecord {
  readonly schemaVersion: 1;
  readonly kind: 'part';
  readonly id: PartId;
  readonly version: string;
  readonly sources: readonly SourcePackage[];
  readonly files: readonly PartFile[];
}

type PartFile =
  | { readonly path: string; readonly bytes: number; readonly mtimeMs: number; readonly sha256: string }
  | { readonly path: string; readonly link: string };

export type PartFolder =
  | { readonly status: 'ok'; readonly folder: string; readonly record: PartRecord }
  | { readonly status: 'absent' }
  | { readonly status: 'damaged'; readonly detail: string };

export const partsFolder = (workFolder: string): string => join(workFolder, '.fleetdiff', 'parts');

/**
 * Looks at a part without reading its files: sizes and times are compared with part.json, and only a file whose time
 * differs is hashed again (a copied folder is whole, although its times are new).
 */
export async function readPartFolder(workFolder: string, id: PartId): Promise<PartFolder> {
  const folder = join(partsFolder(workFolder), id);
  const record = await readRecord(folder, id);
  if (record === undefined) return { status: 'absent' };
  if (typeof record === 'string') return { status: 'damaged', detail: record };
  const faults = await Promise.all(record.files.map((file) => faultOf(folder, file)));
  const fault = faults.find((detail) => detail !== undefined);
  return fault === undefined ? { status: 'ok', folder, record } : { status: 'damaged', detail: fault };
}

/** Puts a finished folder in the part's place in one rename, part.json inside it. `made` must lie beside the parts. */
export async function installPartFolder(
  workFolder: string,
  made: string,
  part: Pick<PartRecord, 'id' | 'version' | 'sources'>,
): Promise<void> {
  const record: PartRecord = { schemaVersion: 1, kind: 'part', ...part, files: await listFiles(made, '') };
  await writeFile(join(made, 'part.json'), `${JSON.stringify(record, null, 1)}\n`);
  const place = join(partsFolder(workFolder), part.id);
  await mkdir(partsFolder(workFolder), { recursive: true });
  // A folder cannot be renamed over a full one: the damaged part steps aside first, into the folder that is thrown away.
  await rename(place, `${made}.old`).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(made, place);
  await rm(`${made}.old`, { recursive: true, force: true });
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

async function readRecord(folder: string, id: PartId): Promise<PartRecord | string | undefined> {
  try {
    const record = JSON.parse(await readFile(join(folder, 'part.json'), 'utf8')) as Partial<PartRecord>;
    const isOurs = record.schemaVersion === 1 && record.kind === 'part' && record.id === id;
    if (!isOurs || !Array.isArray(record.files) || record.files.length === 0)
      return 'part.json is not of this part';
    return record as PartRecord;
  } catch (error) {
    if (error instanceof SyntaxError) return 'part.json is cut off';
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return (await exists(folder)) ? 'part.json is missing' : undefined;
  }
}

/** What is wrong with one file, in words; undefined when it is as part.json says. */
async function faultOf(folder: string, file: PartFile): Promise<string | undefined> {
  const path = join(folder, file.path);
  const found = await statOrUndefined(path);
  if (found === undefined) return `${file.path} is missing`;
  if ('link' in file) {
    const isSame = found.isSymbolicLink() && (await readlink(path)) === file.link;
    return isSame ? undefined : `${file.path} should be a link to ${file.link}`;
  }
  if (!found.isFile()) return `${file.path} is not a file`;
  if (found.size !== file.bytes) return `${file.path} has ${found.size} bytes instead of ${file.bytes}`;
  if (found.mtimeMs === file.mtimeMs) return undefined;
  return (await sha256Of(path)) === file.sha256
    ? undefined
    : `${file.path} has other bytes than when it was installed`;
}

async function listFiles(root: string, folder: string): Promise<PartFile[]> {
  const files: PartFile[] = [];
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const absolute = join(root, path);
    if (entry.isDirectory()) files.push(...(await listFiles(root, path)));
    else if (entry.isSymbolicLink()) files.push({ path, link: await readlink(absolute) });
    else {
      const { size, mtimeMs } = await lstat(absolute);
      files.push({ path, bytes: size, mtimeMs, sha256: await sha256Of(absolute) });
    }
  }
  return files;
}

const exists = async (path: string): Promise<boolean> => (await statOrUndefined(path)) !== undefined;

async function statOrUndefined(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
