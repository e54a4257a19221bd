import { fstatSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { type FileStamp, isSameFile, stampOf } from '../domain/file-stamp.ts';
import { DTYPE_BITS, type TensorSource } from '../domain/tensor.ts';
import type { OpenFiles } from './open-files.ts';
import { tensorFileError, unreadable } from './tensor-file-error.ts';

/** Reads consecutive elements of one tensor, range after range. */
export interface StretchReader {
  /**
   * The bytes of elements [start, start + count); valid until the next read. `start` is even: 4-bit elements lie two to a byte.
   * @throws UserError E_FILE_UNREADABLE; E_TENSOR_FILE when the file ends before these bytes
   */
  read(start: number, count: number): Uint8Array;
  /** CRC-32 of all bytes read so far, where the source has a checksum to hold against it. */
  crc(): number | undefined;
}

/**
 * Reading is synchronous: it happens in a worker thread, or is too short to wait for.
 * @param into takes the bytes of a file; as large as the longest read. A tensor in memory is not copied.
 */
export function openStretchReader(source: TensorSource, into: Uint8Array, files: OpenFiles): StretchReader {
  const { bytes } = source;
  const bits = DTYPE_BITS[source.dtype];
  const firstByte = (start: number) => (start * bits) / 8;
  const lengthOf = (count: number) => Math.ceil((count * bits) / 8);
  if (bytes.in === 'memory') {
    return {
      read: (start, count) => bytes.data.subarray(firstByte(start), firstByte(start) + lengthOf(count)),
      crc: () => undefined,
    };
  }
  const { file, offset, stamp } = bytes;
  let crc = bytes.crc32 === undefined ? undefined : 0;
  return {
    read(start, count) {
      const target = into.subarray(0, lengthOf(count));
      const descriptor = files.descriptorOf(file);
      readWhole(descriptor, target, file, offset + firstByte(start));
      if (stamp) checkUnchanged(descriptor, file, stamp);
      if (crc !== undefined) crc = crc32(target, crc);
      return target;
    },
    crc: () => crc,
  };
}

/** One read may give less than was asked for; none at all is the file's end. */
function readWhole(descriptor: number, into: Uint8Array, file: string, offset: number): void {
  let done = 0;
  while (done < into.length) {
    const found = readOnce(descriptor, into.subarray(done), file, offset + done);
    if (found === 0) {
      throw tensorFileError(
        file,
        `The file ends at byte ${offset + done}; expected ${into.length - done} more`,
      );
    }
    done += found;
  }
}

function readOnce(descriptor: number, into: Uint8Array, file: string, offset: number): number {
  try {
    return readSync(descriptor, into, 0, into.length, offset);
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** Looked at after reading: elements of another file, or of one that was written to meanwhile, are not this tensor's. */
function checkUnchanged(descriptor: number, file: string, stamp: FileStamp): void {
  if (isSameFile(stampOf(fstatSync(descriptor)), stamp)) return;
  throw tensorFileError(file, 'The file was replaced or written to after it was opened');
}
