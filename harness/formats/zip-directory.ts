import type { Bytes } from './bytes.ts';
import { formatError } from './format-error.ts';
import { findZipDirectory } from './zip-end.ts';
import { resolveZip64 } from './zip64-extra.ts';

/** One entry as the archive's directory lists it. */
export interface ZipListing {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** Where the entry's own header stands. */
  readonly offset: number;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const SIGNATURE = 0x02014b50;
const FIXED_BYTES = 46;
/** Over a million arrays. */
const LARGEST_DIRECTORY = 64 * 2 ** 20;

/** The entries of a ZIP archive in the order of its directory (APPNOTE.TXT 6.3, 4.3.12). Throws E_NPZ. */
export async function readZipDirectory(
  bytes: Bytes,
): Promise<{ entries: ZipListing[]; directoryAt: number }> {
  const { offset: directoryAt, byteLength, count } = await findZipDirectory(bytes);
  const refuse = (reason: string, at: number) =>
    formatError('E_NPZ', bytes.file, reason, { offset: directoryAt + at });
  if (byteLength > LARGEST_DIRECTORY) throw refuse(`The directory takes ${byteLength} bytes: too many`, 0);
  const directory = await bytes.read(directoryAt, byteLength);
  const view = new DataView(directory.buffer, directory.byteOffset, directory.byteLength);
  const entries: ZipListing[] = [];
  const names = new Set<string>();
  let at = 0;
  while (entries.length < count) {
    if (at + FIXED_BYTES > byteLength || view.getUint32(at, true) !== SIGNATURE) {
      throw refuse(`The directory is damaged at entry ${entries.length + 1} of ${count}`, at);
    }
    const nameEnd = at + FIXED_BYTES + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    const end = extraEnd + view.getUint16(at + 32, true);
    if (end > byteLength) throw refuse('The directory is cut short', at);
    const name = decodeName(directory.subarray(at + FIXED_BYTES, nameEnd));
    if (name === undefined) throw refuse('The name of an entry is not UTF-8', at);
    if (names.has(name)) throw refuse(`The archive holds two entries named "${name}"`, at);
    names.add(name);
    const sizes = [
      view.getUint32(at + 24, true),
      view.getUint32(at + 20, true),
      view.getUint32(at + 42, true),
    ];
    const resolved = resolveZip64(directory.subarray(nameEnd, extraEnd), sizes);
    if (!resolved) throw refuse(`The extra fields of entry "${name}" are damaged`, at);
    entries.push({
      name,
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc32: view.getUint32(at + 16, true),
      bytes: resolved[0]!,
      packedBytes: resolved[1]!,
      offset: resolved[2]!,
    });
    at = end;
  }
  if (at !== byteLength) throw refuse(`The directory goes on after the last of its ${count} entries`, at);
  return { entries, directoryAt };
}

function decodeName(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}
