import type { DType } from '../domain/tensor.ts';
import { blockReader } from './decode.ts';
import { BLOCK_LENGTH } from './measurement.ts';
import { aligned } from './typed-views.ts';

/**
 * Largest finite |value| of elements in C order, little-endian; 0 when there is none. Of neighbouring ranges it merges by max.
 * @param count how many elements the bytes hold: of packed 4-bit elements the last byte may hold one or two
 */
export function largestFinite(dtype: DType, data: Uint8Array, count: number): number {
  if (dtype === 'float32') return largestSingle(aligned(Int32Array, data), count);
  const read = blockReader({ dtype, data });
  const values = new Float64Array(Math.min(count, BLOCK_LENGTH));
  let largest = 0;
  for (let start = 0; start < count; start += BLOCK_LENGTH) {
    const length = Math.min(BLOCK_LENGTH, count - start);
    read(start, length, values);
    largest = largestOf(values, length, largest);
  }
  return largest;
}

function largestOf(values: Float64Array, count: number, atLeast: number): number {
  let largest = atLeast;
  for (let i = 0; i < count; i++) {
    const magnitude = Math.abs(values[i]!);
    if (magnitude > largest && magnitude < Infinity) largest = magnitude;
  }
  return largest;
}

/** Without their sign, bit patterns are ordered as the values are. */
function largestSingle(patterns: Int32Array, count: number): number {
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const magnitude = patterns[i]! & 0x7fffffff;
    if (magnitude > largest && magnitude < 0x7f800000) largest = magnitude;
  }
  return new Float32Array(Int32Array.of(largest).buffer)[0]!;
}
