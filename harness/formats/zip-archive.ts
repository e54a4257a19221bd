import { crc32, inflateRawSync } from 'node:zlib';
import { formatError } from './format-error.ts';

export interface ZipEntry {
  readonly name: string;
  /** Where the entry's header stands in the archive. */
  readonly offset: number;
  readonly data: Uint8Array;
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const DIRECTORY_SIGNATURE = 0x02014b50;
const DIRECTORY_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
/** In a 32-bit field: the value stands in a ZIP64 record instead. */
const IN_ZIP64 = 0xffffffff;

const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;

interface DirectoryEntry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly offset: number;
}

/**
 * The entries of a ZIP archive (APPNOTE.TXT 6.3), stored or deflated, in the order of its directory. Sizes are believed only
 * as far as they hold: no entry inflates beyond the size it declares, nor all together beyond `maxBytes`; checksums are checked.
 */
export function readZip(archive: Uint8Array, file: string, maxBytes: number): ZipEntry[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = findEnd(view, file);
  const count = view.getUint16(end + 10, true);
  const directory = readDirectory(archive, view, file, { end, count });
  const total = directory.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > maxBytes) {
    throw formatError('E_NPZ', file, `The archive unpacks to ${total} bytes; at most ${maxBytes} are read`);
  }
  checkNames(directory, file);
  let freeFrom = 0;
  const entries = new Map<DirectoryEntry, ZipEntry>();
  for (const entry of [...directory].sort((left, right) => left.offset - right.offset)) {
    if (entry.offset < freeFrom) {
      throw formatError('E_NPZ', file, `Entry "${entry.name}" overlaps the one before`, {
        offset: entry.offset,
      });
    }
    const start = localDataStart(view, entry, file);
    freeFrom = start + entry.packedBytes;
    if (freeFrom > end) {
      throw formatError('E_NPZ', file, `Entry "${entry.name}" is cut short`, { offset: entry.offset });
    }
    const data = unpack(archive.subarray(start, freeFrom), entry, file);
    entries.set(entry, { name: entry.name, offset: entry.offset, data });
  }
  return directory.map((entry) => entries.get(entry)!);
}

function findEnd(view: DataView, file: string): number {
  const first = Math.max(0, view.byteLength - END_BYTES - LONGEST_COMMENT);
  for (let at = view.byteLength - END_BYTES; at >= first; at--) {
    if (view.getUint32(at, true) !== END_SIGNATURE) continue;
    if (at + END_BYTES + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  throw formatError('E_NPZ', file, 'The file is no ZIP archive, or its end is missing', {
    offset: view.byteLength,
    remedies: ['an .npz is what numpy.savez writes'],
  });
}

function readDirectory(
  archive: Uint8Array,
  view: DataView,
  file: string,
  { end, count }: { end: number; count: number },
): DirectoryEntry[] {
  const length = view.getUint32(end + 12, true);
  let at = view.getUint32(end + 16, true);
  if (count === 0xffff || at === IN_ZIP64) {
    throw formatError(
      'E_NPZ',
      file,
      'The archive has a ZIP64 directory, for 65,535 arrays or 4 GiB and more',
    );
  }
  if (at + length > end)
    throw formatError('E_NPZ', file, 'The directory does not fit the file', { offset: end });
  const stop = at + length;
  const entries: DirectoryEntry[] = [];
  for (let index = 0; index < count; index++) {
    if (at + DIRECTORY_BYTES > stop || view.getUint32(at, true) !== DIRECTORY_SIGNATURE) {
      throw formatError('E_NPZ', file, `The directory is damaged at entry ${index + 1} of ${count}`, {
        offset: at,
      });
    }
    const nameLength = view.getUint16(at + 28, true);
    const next =
      at + DIRECTORY_BYTES + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > stop) throw formatError('E_NPZ', file, 'The directory is cut short', { offset: at });
    const nameAt = at + DIRECTORY_BYTES;
    entries.push({
      name: decodeName(archive.subarray(nameAt, nameAt + nameLength), file, at),
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packedBytes: view.getUint32(at + 20, true),
      bytes: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    });
    at = next;
  }
  return entries;
}

function decodeName(bytes: Uint8Array, file: string, offset: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw formatError('E_NPZ', file, 'The name of an entry is not UTF-8', { offset });
  }
}

function checkNames(directory: readonly DirectoryEntry[], file: string): void {
  const seen = new Set<string>();
  for (const { name, offset } of directory) {
    if (seen.has(name)) {
      throw formatError('E_NPZ', file, `The archive holds two entries named "${name}"`, { offset });
    }
    seen.add(name);
  }
}

function localDataStart(view: DataView, { name, offset }: DirectoryEntry, file: string): number {
  const fits = offset + LOCAL_BYTES <= view.byteLength;
  if (!fits || view.getUint32(offset, true) !== LOCAL_SIGNATURE) {
    throw formatError('E_NPZ', file, `Entry "${name}" is not where the directory says`, { offset });
  }
  return offset + LOCAL_BYTES + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
}

function unpack(packed: Uint8Array, entry: DirectoryEntry, file: string): Uint8Array {
  const refuse = (reason: string) =>
    formatError('E_NPZ', file, `Entry "${entry.name}" ${reason}`, { offset: entry.offset });
  if (entry.flags & ENCRYPTED) throw refuse('is encrypted');
  if (entry.bytes === IN_ZIP64 || entry.packedBytes === IN_ZIP64) throw refuse('is larger than 4 GiB');
  if (entry.method !== STORED && entry.method !== DEFLATED) {
    throw refuse(`is packed by method ${entry.method}; stored (0) and deflated (8) are read`);
  }
  const data = entry.method === STORED ? packed : inflate(packed, entry.bytes, refuse);
  if (data.byteLength !== entry.bytes) {
    throw refuse(`holds ${data.byteLength} bytes; the directory says ${entry.bytes}`);
  }
  if (crc32(data) !== entry.crc) throw refuse('does not match its checksum: the file is damaged');
  return data;
}

/** Stops one byte past the declared size, whatever the packed bytes would grow to. */
function inflate(packed: Uint8Array, bytes: number, refuse: (reason: string) => Error): Uint8Array {
  try {
    return inflateRawSync(packed, { maxOutputLength: bytes + 1 });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw refuse(`grows beyond the ${bytes} bytes that the directory says`);
    throw refuse(`cannot be inflated: ${message}`);
  }
}
