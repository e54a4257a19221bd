import type { DType, Tensor } from '../domain/tensor.ts';
import { DTYPE_BITS, elementCount } from '../domain/tensor.ts';
import { BLOCK_LENGTH, blockReader, is64BitInteger } from './decode.ts';
import { aligned } from './typed-views.ts';

/** True for the dtypes that quantized values have, and their wider kin. */
export function isInteger(dtype: DType): boolean {
  return dtype.startsWith('int') || dtype.startsWith('uint');
}

/** Share of the elements of an integer tensor that equal the dtype's lowest or highest value; 0 when empty. */
export function saturatedShare(tensor: Tensor): number {
  const elements = elementCount(tensor.shape);
  if (elements === 0) return 0;
  return (is64BitInteger(tensor.dtype) ? saturatedWide(tensor) : saturated(tensor, elements)) / elements;
}

function saturated(tensor: Tensor, elements: number): number {
  const bits = DTYPE_BITS[tensor.dtype];
  const signed = tensor.dtype.startsWith('int');
  const lowest = signed ? -(2 ** (bits - 1)) : 0;
  const highest = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  const read = blockReader(tensor);
  const block = new Float64Array(BLOCK_LENGTH);
  let count = 0;
  for (let start = 0; start < elements; start += BLOCK_LENGTH) {
    const length = Math.min(BLOCK_LENGTH, elements - start);
    read(start, length, block);
    for (let i = 0; i < length; i++) if (block[i] === lowest || block[i] === highest) count++;
  }
  return count;
}

/** By the halves of each element: as float64, the highest 64-bit integer equals the 512 below it. */
function saturatedWide(tensor: Tensor): number {
  const words = aligned(Uint32Array, tensor.data);
  const signBit = tensor.dtype === 'int64' ? 0x80000000 : 0;
  let count = 0;
  for (let word = 0; word < words.length; word += 2) {
    const low = words[word]!;
    const high = (words[word + 1]! ^ signBit) >>> 0;
    if ((low === 0 && high === 0) || (low === 0xffffffff && high === 0xffffffff)) count++;
  }
  return count;
}
