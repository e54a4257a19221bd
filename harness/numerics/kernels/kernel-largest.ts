import type { DType } from '../../domain/tensor.ts';
import { largestFinite } from '../largest-finite.ts';
import { FORMATS } from './formats.ts';
import { loadKernels, placeInMemory } from './load-kernels.ts';

/** `largestFinite` by a kernel where there is one for the dtype; of at most one stretch. */
export function kernelLargestFinite(dtype: DType, data: Uint8Array, count: number): number {
  const format = FORMATS[dtype];
  if (format === undefined) return largestFinite(dtype, data, count);
  const kernels = loadKernels();
  return kernels.exports.largestFinite(format, placeInMemory(kernels, data, kernels.reference), count);
}
