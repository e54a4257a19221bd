import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formatError } from './format-error.ts';
import type { Limits } from './limits.ts';

/** What opening one file takes besides it: memory, counted, and temporary files. */
export interface Scratch {
  readonly limits: Limits;
  /** Bytes of memory that were reserved so far. */
  reserved(): number;
  /** Counts memory before it is taken. Throws E_TENSOR_TOO_LARGE beyond the limit; `what` starts the sentence. */
  reserve(byteLength: number, file: string, what: string): void;
  /** A path for a temporary file of this many bytes. Throws E_TENSOR_TOO_LARGE when the disk has no room. */
  newFile(byteLength: number, file: string): Promise<string>;
  close(): Promise<void>;
}

export function openScratch(limits: Limits): Scratch {
  let reserved = 0;
  let folder: Promise<string> | undefined;
  let count = 0;
  return {
    limits,
    reserved: () => reserved,
    reserve(byteLength, file, what) {
      reserved += byteLength;
      if (reserved <= limits.memoryBytes) return;
      const reason = `${what} takes ${byteLength} bytes of memory, ${reserved} with the arrays before it; at most ${limits.memoryBytes} are taken`;
      throw formatError('E_TENSOR_TOO_LARGE', file, reason, {
        remedies: [
          'save it so that it need not be rewritten: little-endian, in C order, uncompressed (numpy.savez); a .pb with raw_data',
        ],
      });
    },
    async newFile(byteLength, file) {
      folder ??= mkdtemp(path.join(tmpdir(), 'fleetdiff-unpacked-'));
      const { bavail, bsize } = await statfs(await folder);
      if (byteLength > bavail * bsize) {
        const reason = `An array unpacks to ${byteLength} bytes; the folder for temporary files has room for ${bavail * bsize}`;
        throw formatError('E_TENSOR_TOO_LARGE', file, reason, {
          remedies: ['save it uncompressed (numpy.savez), or name a folder with more room in TMPDIR'],
        });
      }
      return path.join(await folder, `${count++}`);
    },
    async close() {
      if (folder) await rm(await folder, { recursive: true, force: true });
    },
  };
}
