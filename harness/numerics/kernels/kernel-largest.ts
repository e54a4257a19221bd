import type { DType } from '../../domain/tensor.ts';
import { DTYPE_BITS } from '../../domain/tensor.ts';
import { largestFinite } from '../largest-finite.ts';
import { STRETCH_LENGTH } from '../measurement.ts';
import { FORMATS } from './formats.ts';
import { loadKernels, placeInMemory } from './load-kernels.ts';

/** `largestFinite` by a kernel, stretch by stretch, where there is one for the dtype. */
export function kernelLargestFinite(dtype: DType, data: Uint8Array, count: number): number {
  const format = FORMATS[dtype];
  if (format === undefined) return largestFinite(dtype, data, count);
  const kernels = loadKernels();
  const stretchBytes = (STRETCH_LENGTH * DTYPE_BITS[dtype]) / 8;
  let largest = 0;
  for (let start = 0; start < count; start += STRETCH_LENGTH) {
    const from = (start / STRETCH_LENGTH) * stretchBytes;
    const address = placeInMemory(kernels, data.subarray(from, from + stretchBytes), kernels.reference);
    const length = Math.min(STRETCH_LENGTH, count - start);
    largest = Math.max(largest, kernels.exports.largestFinite(format, address, length));
  }
  return largest;
}
