import type { Bytes } from './bytes.ts';
import { formatError } from './format-error.ts';
import { readZipDirectory, type ZipListing } from './zip-directory.ts';
import { resolveZip64 } from './zip64-extra.ts';

export const STORED = 0;
const DEFLATED = 8;

const SIGNATURE = 0x04034b50;
const FIXED_BYTES = 30;
const ENCRYPTED = 1;
/** The entry was written to a pipe: its header lacks checksum and sizes, the directory has them. */
const SIZES_FOLLOW = 8;

export interface ZipEntry extends ZipListing {
  /** Where the packed bytes start. */
  readonly dataAt: number;
}

/**
 * The entries of a ZIP archive in the order of its directory, none unpacked yet, every header checked against the directory.
 * No two overlap. Throws E_NPZ.
 */
export async function readZipEntries(bytes: Bytes): Promise<ZipEntry[]> {
  const { entries: listed, directoryAt } = await readZipDirectory(bytes);
  const located = new Map<ZipListing, ZipEntry>();
  let freeFrom = 0;
  for (const entry of [...listed].sort((left, right) => left.offset - right.offset)) {
    const refuse = (reason: string) =>
      formatError('E_NPZ', bytes.file, `Entry "${entry.name}" ${reason}`, { offset: entry.offset });
    if (entry.offset < freeFrom) throw refuse('overlaps the one before');
    if (entry.offset + FIXED_BYTES > directoryAt) throw refuse('is not where the directory says');
    const dataAt = entry.offset + (await checkHeader(bytes, entry, directoryAt, refuse));
    freeFrom = dataAt + entry.packedBytes;
    if (freeFrom > directoryAt) throw refuse('is cut short');
    checkPacking(entry, refuse);
    located.set(entry, { ...entry, dataAt });
  }
  return listed.map((entry) => located.get(entry)!);
}

type Refuse = (reason: string) => Error;

/** The length of the entry's own header, which must say what the directory says (APPNOTE.TXT 6.3, 4.3.7). */
async function checkHeader(
  bytes: Bytes,
  entry: ZipListing,
  directoryAt: number,
  refuse: Refuse,
): Promise<number> {
  const fixed = await bytes.read(entry.offset, FIXED_BYTES);
  const view = new DataView(fixed.buffer, fixed.byteOffset, FIXED_BYTES);
  if (view.getUint32(0, true) !== SIGNATURE) throw refuse('is not where the directory says');
  const nameBytes = view.getUint16(26, true);
  const extraBytes = view.getUint16(28, true);
  const headerBytes = FIXED_BYTES + nameBytes + extraBytes;
  if (entry.offset + headerBytes > directoryAt) throw refuse('is cut short in its header');
  const rest = await bytes.read(entry.offset + FIXED_BYTES, nameBytes + extraBytes);
  const contradiction = (what: string) =>
    refuse(`has another ${what} in its own header than in the directory`);
  if (!Buffer.from(entry.name).equals(rest.subarray(0, nameBytes))) throw contradiction('name');
  if (view.getUint16(8, true) !== entry.method) throw contradiction('method');
  const flags = view.getUint16(6, true);
  if ((flags ^ entry.flags) & (ENCRYPTED | SIZES_FOLLOW)) throw contradiction('set of flags');
  if (flags & SIZES_FOLLOW) return headerBytes;
  const sizes = resolveZip64(rest.subarray(nameBytes), [view.getUint32(22, true), view.getUint32(18, true)]);
  if (sizes?.[0] !== entry.bytes || sizes[1] !== entry.packedBytes) throw contradiction('size');
  if (view.getUint32(14, true) !== entry.crc32) throw contradiction('checksum');
  return headerBytes;
}

function checkPacking({ flags, method, bytes, packedBytes }: ZipListing, refuse: Refuse): void {
  if (flags & ENCRYPTED) throw refuse('is encrypted');
  if (method !== STORED && method !== DEFLATED) {
    throw refuse(`is packed by method ${method}; stored (0) and deflated (8) are read`);
  }
  if (method === STORED && packedBytes !== bytes) {
    throw refuse(`is stored in ${packedBytes} bytes; the directory says ${bytes}`);
  }
  if (method === DEFLATED && bytes > packedBytes * 1032) {
    throw refuse(`says that ${packedBytes} bytes unpack to ${bytes}, more than deflate can`);
  }
}
