import { DTYPE_BITS, type DType, type TensorSource } from '../domain/tensor.ts';
import { STRETCH_LENGTH } from '../numerics/measurement.ts';

/** Pairs up to this many bytes, both sides together, are compared whole in the thread that asks. */
const SMALL_PAIR_BYTES = 2 << 20;

/** Bytes of one side that a thread measures at a time. */
const RANGE_BYTES = 4 << 20;

/** What has to lie in memory as a whole: one side's strings. Each takes some hundred bytes while they are compared. */
const MOST_STRING_BYTES = 64 << 20;

export function isSmall(reference: TensorSource, candidate: TensorSource): boolean {
  return bytesOf(reference) + bytesOf(candidate) <= SMALL_PAIR_BYTES;
}

/** Largest side that is compared as a whole, in memory. */
export function mostWholeBytes(dtype: DType): number {
  return dtype === 'string' ? MOST_STRING_BYTES : SMALL_PAIR_BYTES;
}

export function stretchesPerRange(dtype: DType): number {
  return Math.max(1, Math.floor((8 * RANGE_BYTES) / (DTYPE_BITS[dtype] * STRETCH_LENGTH)));
}

export function bytesOf({ bytes }: TensorSource): number {
  return bytes.in === 'memory' ? bytes.data.byteLength : bytes.byteLength;
}
