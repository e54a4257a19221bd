import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { BlobRef } from '../../harness/domain/tensor.ts';
import type { BlobPort } from '../../harness/fleet/blob-server.ts';

export interface MemoryBlobs extends BlobPort {
  readonly bytes: Map<string, Buffer>;
  put(bytes: Uint8Array): BlobRef;
}

export function memoryBlobs(): MemoryBlobs {
  const bytes = new Map<string, Buffer>();
  return {
    bytes,
    put(data) {
      const sha256 = createHash('sha256').update(data).digest('hex');
      bytes.set(sha256, Buffer.from(data));
      return { sha256, bytes: data.byteLength };
    },
    has: async (sha256) => bytes.has(sha256),
    size: async (sha256) => bytes.get(sha256)?.byteLength,
    async read(sha256) {
      const data = bytes.get(sha256);
      return data && { bytes: data.byteLength, stream: Readable.from([data]) };
    },
    async write(sha256, source) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of source) chunks.push(chunk);
      const data = Buffer.concat(chunks);
      if (createHash('sha256').update(data).digest('hex') !== sha256) return 'hashMismatch';
      bytes.set(sha256, data);
      return 'stored';
    },
  };
}
