import type { DType, Tensor } from '../domain/tensor.ts';
import { DTYPE_BITS, elementCount } from '../domain/tensor.ts';
import { BLOCK_LENGTH, blockReader, decodeToBigInt, is64BitInteger } from './decode.ts';

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

/** As float64, the highest 64-bit integer equals the 512 below it. */
function saturatedWide(tensor: Tensor): number {
  const [lowest, highest] = tensor.dtype === 'int64' ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n];
  let count = 0;
  for (const value of decodeToBigInt(tensor)) if (value === lowest || value === highest) count++;
  return count;
}
