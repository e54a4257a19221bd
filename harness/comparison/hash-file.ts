import { createHash } from 'node:crypto';
import { withFiles } from './open-files.ts';
import { openStretchReader } from './read-stretches.ts';

const CHUNK_BYTES = 1 << 20;

/**
 * SHA-256 of a file's first `bytes` bytes, lower-case hex, read in chunks.
 * @throws UserError E_FILE_UNREADABLE; E_TENSOR_FILE when the file is shorter
 */
export function sha256OfFile({ file, bytes }: { file: string; bytes: number }): string {
  return withFiles((files) => {
    const stretch = { in: 'file', file, offset: 0, byteLength: bytes } as const;
    const source = { name: file, dtype: 'uint8', shape: [bytes], bytes: stretch } as const;
    const reader = openStretchReader(source, new Uint8Array(Math.min(CHUNK_BYTES, bytes)), files);
    const hash = createHash('sha256');
    for (let start = 0; start < bytes; start += CHUNK_BYTES) {
      hash.update(reader.read(start, Math.min(CHUNK_BYTES, bytes - start)));
    }
    return hash.digest('hex');
  });
}
