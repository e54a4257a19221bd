import { crc32 } from 'node:zlib';
import type { TensorBytes } from '../domain/tensor.ts';
import { formatError } from './format-error.ts';

/** A file's bytes, read piece by piece, or bytes in memory that were unpacked from it. */
export interface Bytes {
  /** The file that errors name. */
  readonly file: string;
  readonly byteLength: number;
  /** To look at, not to keep: it may be part of a larger buffer. The range lies within the bytes. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** To keep and to change: views of any width fit it. */
  copy(offset: number, length: number): Promise<Uint8Array>;
  /** Where in `file` a byte stands; unpacked bytes all stand where their entry does. */
  placeOf(offset: number): number;
  /** A stretch as a tensor's bytes. The checksum of memory is checked at once, that of a file when it is read. */
  stretch(offset: number, byteLength: number, crc32?: number): TensorBytes;
}

export function memoryBytes(data: Uint8Array, file: string, placeOf = (offset: number) => offset): Bytes {
  const copy = (offset: number, length: number) => new Uint8Array(data.subarray(offset, offset + length));
  return {
    file,
    byteLength: data.byteLength,
    read: async (offset, length) => data.subarray(offset, offset + length),
    copy: async (offset, length) => copy(offset, length),
    placeOf,
    stretch(offset, byteLength, expected) {
      const stretch = copy(offset, byteLength);
      checkCrc32(stretch, expected, { file, offset: placeOf(offset) });
      return { in: 'memory', data: stretch };
    },
  };
}

/** Throws E_TENSOR_FILE when the data have a checksum and do not match it. */
export function checkCrc32(
  data: Uint8Array,
  expected: number | undefined,
  { file, offset }: { file: string; offset: number },
): void {
  if (expected === undefined || crc32(data) === expected) return;
  const reason = `The ${data.byteLength} bytes do not match their checksum: the file is damaged`;
  throw formatError('E_TENSOR_FILE', file, reason, { offset });
}
