import { combineCrc32 } from '../domain/crc32-combine.ts';
import type { TensorSource } from '../domain/tensor.ts';
import { tensorFileError } from './tensor-file-error.ts';

/**
 * Holds a source's checksum, where it has one, against that of the bytes that were read: all of them.
 * @throws UserError E_TENSOR_FILE when they differ: the file is damaged, and what was read of it is no answer
 */
export function checkCrc({ name, bytes }: TensorSource, found: number | undefined): void {
  if (bytes.in === 'memory' || bytes.crc32 === undefined || bytes.crc32 === found) return;
  throw tensorFileError(
    bytes.file,
    `The bytes of "${name}" (${bytes.byteLength} from byte ${bytes.offset} on) are damaged: ` +
      `expected CRC-32 ${hex(bytes.crc32)}, found ${found === undefined ? 'none' : hex(found)}`,
  );
}

/** The checksum of parts laid end to end, each with its own. */
export function joinedCrc(parts: readonly { readonly crc: number; readonly bytes: number }[]): number {
  return parts.reduce((joined, { crc, bytes }) => combineCrc32(joined, crc, bytes), 0);
}

function hex(crc: number): string {
  return (crc >>> 0).toString(16).padStart(8, '0');
}
