import { createHash } from 'node:crypto';
import { openStretchReader } from './read-stretches.ts';

const CHUNK_BYTES = 1 << 20;

/**
 * SHA-256 of a file's first `bytes` bytes, lower-case hex, read in chunks.
 * @throws UserError E_FILE_UNREADABLE; E_TENSOR_FILE when the file is shorter
 */
export function sha256OfFile({ file, bytes }: { file: string; bytes: number }): string {
  const reader = openStretchReader(
    {
      name: file,
      dtype: 'uint8',
      shape: [bytes],
      bytes: { in: 'file', file, offset: 0, byteLength: bytes },
    },
    new Uint8Array(Math.min(CHUNK_BYTES, bytes)),
  );
  try {
    const hash = createHash('sha256');
    for (let start = 0; start < bytes; start += CHUNK_BYTES) {
      hash.update(reader.read(start, Math.min(CHUNK_BYTES, bytes - start)));
    }
    return hash.digest('hex');
  } finally {
    reader.close();
  }
}
