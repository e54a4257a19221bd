import type { DType } from '../domain/tensor.ts';
import { DTYPE_BITS } from '../domain/tensor.ts';
import type { Elements } from './decode.ts';
import { is64BitInteger } from './decode.ts';
import { aligned } from './typed-views.ts';

/** True for the dtypes that quantized values have, and their wider kin. */
export function isInteger(dtype: DType): boolean {
  return dtype.startsWith('int') || dtype.startsWith('uint');
}

/** How many of elements [start, start + count) equal the dtype's lowest or highest value; `values`: them as float64. */
export type SaturationCounter = (start: number, count: number, values: Float64Array) => number;

/** Of an integer dtype. */
export function saturationCounter(elements: Elements): SaturationCounter {
  if (is64BitInteger(elements.dtype)) return countWide(elements);
  const bits = DTYPE_BITS[elements.dtype];
  const signed = elements.dtype.startsWith('int');
  const lowest = signed ? -(2 ** (bits - 1)) : 0;
  const highest = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  return (_start, count, values) => {
    let saturated = 0;
    for (let i = 0; i < count; i++) if (values[i] === lowest || values[i] === highest) saturated++;
    return saturated;
  };
}

/** By the halves of each element: as float64, the highest 64-bit integer equals the 512 below it. */
function countWide({ dtype, data }: Elements): SaturationCounter {
  const words = aligned(Uint32Array, data);
  const signBit = dtype === 'int64' ? 0x80000000 : 0;
  return (start, count) => {
    let saturated = 0;
    for (let word = 2 * start; word < 2 * (start + count); word += 2) {
      const low = words[word]!;
      const high = (words[word + 1]! ^ signBit) >>> 0;
      if ((low === 0 && high === 0) || (low === 0xffffffff && high === 0xffffffff)) saturated++;
    }
    return saturated;
  };
}
