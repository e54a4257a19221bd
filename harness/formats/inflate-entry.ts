import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import { UserError } from '../domain/user-error.ts';
import type { Bytes } from './bytes.ts';
import { formatError } from './format-error.ts';
import type { ZipEntry } from './zip-entries.ts';

const CHUNK_BYTES = 2 ** 20;

/** A deflated entry in memory. Its size is believed only as far as it holds. Throws E_NPZ. */
export async function inflateToMemory(bytes: Bytes, entry: ZipEntry): Promise<Uint8Array> {
  const refuse = refuser(bytes.file, entry);
  const packed = await bytes.read(entry.dataAt, entry.packedBytes);
  let data: Uint8Array;
  try {
    // stops one byte past the declared size, whatever the packed bytes would grow to
    data = inflateRawSync(packed, { maxOutputLength: entry.bytes + 1 });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw refuse(code === 'ERR_BUFFER_TOO_LARGE' ? grows(entry) : `cannot be inflated: ${message}`);
  }
  checkUnpacked(data.byteLength, crc32(data), entry, refuse);
  return data;
}

/** A deflated entry as the file `target`, unpacked in a stream. Throws E_NPZ, E_FILE_UNREADABLE. */
export async function inflateToFile(bytes: Bytes, entry: ZipEntry, target: string): Promise<void> {
  const refuse = refuser(bytes.file, entry);
  let [length, crc] = [0, 0];
  const count = new Transform({
    transform(chunk: Buffer, _, done) {
      length += chunk.byteLength;
      crc = crc32(chunk, crc);
      if (length > entry.bytes) done(refuse(grows(entry)));
      else done(null, chunk);
    },
  });
  const inflate = createInflateRaw({ chunkSize: CHUNK_BYTES });
  try {
    await pipeline(packedChunks(bytes, entry), inflate, count, createWriteStream(target));
    checkUnpacked(length, crc, entry, refuse);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code?.startsWith('Z_')) throw refuse(`cannot be inflated: ${message}`);
    throw formatError(
      'E_FILE_UNREADABLE',
      bytes.file,
      `"${entry.name}" cannot be unpacked to ${target}: ${message}`,
      {
        remedies: ['save it uncompressed (numpy.savez), or name a folder with more room in TMPDIR'],
      },
    );
  }
}

async function* packedChunks(bytes: Bytes, { dataAt, packedBytes }: ZipEntry): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < packedBytes; at += CHUNK_BYTES) {
    yield await bytes.read(dataAt + at, Math.min(CHUNK_BYTES, packedBytes - at));
  }
}

type Refuse = (reason: string) => Error;

function refuser(file: string, { name, offset }: ZipEntry): Refuse {
  return (reason) => formatError('E_NPZ', file, `Entry "${name}" ${reason}`, { offset });
}

function grows({ bytes }: ZipEntry): string {
  return `grows beyond the ${bytes} bytes that the directory says`;
}

function checkUnpacked(length: number, crc: number, entry: ZipEntry, refuse: Refuse): void {
  if (length !== entry.bytes) throw refuse(`holds ${length} bytes; the directory says ${entry.bytes}`);
  if (crc !== entry.crc32) throw refuse('does not match its checksum: the file is damaged');
}
