import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { TensorSource } from '../domain/tensor.ts';
import { formatError } from './format-error.ts';
import { LIMITS } from './limits.ts';
import { openInto } from './open-tensors.ts';
import { openScratch } from './scratch.ts';
import { isTensorFile, TENSOR_FILE_ENDINGS } from './tensor-file.ts';
import { unreadable } from './unreadable.ts';

/** A tensor of a set, and the file that it came from. */
export interface SetTensor extends TensorSource {
  readonly file: string;
}

/** What `fleetdiff diff` compares with another of its kind. */
export interface TensorSet {
  /** By name, in byte order of the names (UTF-8). Empty only when the one file that was named holds no tensor. */
  readonly tensors: ReadonlyMap<string, SetTensor>;
  /** The files that were read, in the order of their paths. */
  readonly files: readonly string[];
  /** What the folder holds besides: files of other endings, and links back to a folder around them. */
  readonly ignored: readonly string[];
  /** Removes the temporary files that large deflated arrays were unpacked to. The tensors cannot be read after it. */
  close(): Promise<void>;
}

/** The name of a nameless tensor in a set of one file: that of the file differs between two sides of a comparison. */
const UNNAMED = 'tensor';
/** A folder of more files than this is no set of tensors: the wrong one was named. */
const MOST_ENTRIES = 100_000;
/** A few links to one folder are somebody's plan; links that lead to links double the way at each step. */
const MOST_AGAIN = 1000;
/** ONNX's convention: a folder that holds such files is one set, whose tensors are called by their own names. */
const DATA_SET_FILE = /^(input|output)_\d+\.pb$/;

/**
 * The tensors of a file (.npz, .npy, .safetensors, .pb) or of a folder of such files, at any depth. In a file a tensor has its own
 * name; a nameless one is called "tensor". In a folder it is called by its file's path from there without the ending, then by
 * its own name, `case-1/logits`; a nameless one by the path alone; the `input_*.pb` and `output_*.pb` of a test_data_set
 * folder by the folder's path, then the name in the file, else the file's. Throws a UserError for whatever cannot be read,
 * for two tensors of one name, and for a folder without tensor files.
 */
export async function openTensorSet(source: string): Promise<TensorSet> {
  const found = await stat(source).catch((error) => {
    throw unreadable(source, error);
  });
  const isFolder = found.isDirectory();
  const files = isFolder ? await tensorFiles(source) : { tensors: [source], ignored: [] };
  const scratch = openScratch(LIMITS);
  try {
    const named = new Map<string, SetTensor>();
    for (const file of files.tensors) {
      for (const { named: hasName, ...tensor } of await openInto(scratch, file)) {
        const own = hasName ? tensor.name : undefined;
        const name = isFolder ? nameInFolder(path.relative(source, file), own) : (own ?? UNNAMED);
        const other = named.get(name);
        if (other) throw twice(name, other.file, file);
        named.set(name, { ...tensor, name, file });
      }
    }
    const tensors = new Map(inByteOrder([...named]));
    return { tensors, files: files.tensors, ignored: files.ignored, close: scratch.close };
  } catch (error) {
    await scratch.close();
    throw error;
  }
}

/** By the names' UTF-8, which orders code points; JavaScript's own order does not. */
function inByteOrder(named: readonly (readonly [name: string, tensor: SetTensor])[]) {
  return named
    .map((entry) => ({ entry, key: Buffer.from(entry[0]) }))
    .sort((left, right) => Buffer.compare(left.key, right.key))
    .map(({ entry }) => entry);
}

function nameInFolder(file: string, own: string | undefined): string {
  const { dir, name: stem, base } = path.parse(file);
  const folder = dir === '' ? [] : dir.split(path.sep);
  if (DATA_SET_FILE.test(base)) return [...folder, own ?? stem].join('/');
  return [...folder, stem, ...(own === undefined ? [] : [own])].join('/');
}

function twice(name: string, first: string, second: string): Error {
  return formatError('E_TENSOR_SET', second, `Two tensors are called "${name}"; the other is in ${first}`, {
    remedies: ['rename or remove one of the files'],
  });
}

interface FolderFiles {
  readonly tensors: string[];
  readonly ignored: string[];
  /** Files and folders seen so far. */
  entries: number;
  /** The real paths of the folders seen so far, and how often links led to one of them again. */
  readonly folders: Set<string>;
  again: number;
}

async function tensorFiles(folder: string): Promise<FolderFiles> {
  const found: FolderFiles = { tensors: [], ignored: [], entries: 0, folders: new Set(), again: 0 };
  await walk(folder, [], found, folder);
  if (found.tensors.length > 0) return found;
  const others = found.ignored.length;
  const holds =
    others === 0
      ? 'is empty'
      : `holds no file of tensors, only ${others} ${others === 1 ? 'other' : 'others'}`;
  throw formatError('E_TENSOR_SET', folder, `The folder ${holds}`, {
    remedies: [`files of tensors end in ${TENSOR_FILE_ENDINGS.join(', ')}`],
  });
}

/** Follows links, but never into a folder that it is in. `around`: the real paths of the folders around this one. */
async function walk(
  folder: string,
  around: readonly string[],
  found: FolderFiles,
  top: string,
): Promise<void> {
  const refuse = (error: unknown) => {
    throw unreadable(folder, error);
  };
  const here = await realpath(folder).catch(refuse);
  if (around.includes(here)) {
    found.ignored.push(folder);
    return;
  }
  const names = await readdir(folder).catch(refuse);
  found.entries += names.length;
  if (found.folders.has(here)) found.again++;
  found.folders.add(here);
  if (found.entries > MOST_ENTRIES || found.again > MOST_AGAIN) {
    const reason =
      found.again > MOST_AGAIN
        ? `Links in the folder lead to the same folders more than ${MOST_AGAIN} times`
        : `The folder holds more than ${MOST_ENTRIES} files`;
    throw formatError('E_TENSOR_SET', top, reason, { remedies: ['name the folder that holds the tensors'] });
  }
  for (const name of names.sort()) {
    const file = path.join(folder, name);
    const entry = await stat(file).catch((error) => {
      if (isTensorFile(name)) throw unreadable(file, error);
      return undefined;
    });
    if (entry?.isDirectory()) await walk(file, [...around, here], found, top);
    else if (isTensorFile(name)) found.tensors.push(file);
    else found.ignored.push(file);
  }
}
