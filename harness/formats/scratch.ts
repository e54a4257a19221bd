import { mkdtempSync, rmSync } from 'node:fs';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TensorBytes } from '../domain/tensor.ts';
import { formatError } from './format-error.ts';
import type { Limits } from './limits.ts';

/** What opening tensors takes besides their files: memory, counted, and temporary files. */
export interface Scratch {
  readonly limits: Limits;
  /** Whether so many bytes more may stay in memory. */
  fits(byteLength: number): boolean;
  /** Counts what stays in memory. */
  count(bytes: TensorBytes): void;
  /** Rewritten elements where they fit: in memory, else in a temporary file. */
  keep(data: Uint8Array, file: string): Promise<TensorBytes>;
  /** A path for a temporary file of this many bytes of `file`. Throws E_TENSOR_TOO_LARGE when the disk has no room. */
  newFile(byteLength: number, file: string): Promise<string>;
  /** Removes the temporary files. */
  close(): Promise<void>;
}

/** Throws E_TENSOR_TOO_LARGE for an array that cannot be rewritten; `what` starts the sentence. */
export function checkRewritten(byteLength: number, { limits }: Scratch, file: string, what: string): void {
  if (byteLength <= limits.rewrittenBytes) return;
  const reason = `${what} takes ${byteLength} bytes and must be rewritten in memory, which is done up to ${limits.rewrittenBytes}`;
  throw formatError('E_TENSOR_TOO_LARGE', file, reason, {
    remedies: [
      'save it uncompressed, little-endian and in C order: numpy.savez(file, y=numpy.ascontiguousarray(y))',
    ],
  });
}

export function openScratch(limits: Limits): Scratch {
  let held = 0;
  let folder: string | undefined;
  let files = 0;
  const fits = (byteLength: number) =>
    byteLength <= limits.heldArrayBytes && held + byteLength <= limits.heldBytes;
  // A second Ctrl-C ends the process before anybody calls close.
  const removeNow = () => {
    if (folder) rmSync(folder, { recursive: true, force: true });
  };
  const madeFolder = () => {
    process.once('exit', removeNow);
    return mkdtempSync(path.join(tmpdir(), 'fleetdiff-unpacked-'));
  };
  const newFile = async (byteLength: number, file: string) => {
    folder ??= madeFolder();
    const { bavail, bsize } = await statfs(folder);
    if (byteLength > bavail * bsize) {
      const reason = `An array unpacks to ${byteLength} bytes; the folder for temporary files has room for ${bavail * bsize}`;
      throw formatError('E_TENSOR_TOO_LARGE', file, reason, {
        remedies: ['save it uncompressed (numpy.savez), or name a folder with more room in TMPDIR'],
      });
    }
    return path.join(folder, `${files++}`);
  };
  return {
    limits,
    fits,
    count(bytes) {
      if (bytes.in === 'memory') held += bytes.data.byteLength;
    },
    async keep(data, file) {
      if (fits(data.byteLength)) return { in: 'memory', data };
      const target = await newFile(data.byteLength, file);
      await writeFile(target, data);
      return { in: 'file', file: target, offset: 0, byteLength: data.byteLength };
    },
    newFile,
    async close() {
      process.off('exit', removeNow);
      if (folder) await rm(folder, { recursive: true, force: true });
    },
  };
}
