import { DTYPE_BITS, elementCount, type Tensor } from '../../domain/tensor.ts';
import { splitStrings } from '../../numerics/compare-strings.ts';
import { blockReader } from '../../numerics/decode.ts';

/** One sample of an input. */
export interface InputRow {
  /** Without the axis of the samples. */
  readonly shape: readonly number[];
  readonly dtype: Tensor['dtype'];
  /** In C order; strings as their bytes of UTF-8. */
  readonly values: Float64Array | readonly Uint8Array[];
}

/**
 * The elements with index `row` on `axis`, or all of them without an axis. Only these are decoded. No row is the only one.
 * @returns in words why there are none
 */
export function inputRow(
  tensor: Tensor,
  axis: number | undefined,
  wanted: number | undefined,
): InputRow | string {
  const { dtype, shape, data } = tensor;
  const outer = axis === undefined ? 1 : elementCount(shape.slice(0, axis));
  const inner = elementCount(axis === undefined ? shape : shape.slice(axis + 1));
  const length = axis === undefined ? 1 : shape[axis];
  if (length === undefined) return `input "${tensor.name}" has no axis ${axis}`;
  if (wanted === undefined && length !== 1) return `the case holds ${length} samples`;
  const row = wanted ?? 0;
  if (!Number.isInteger(row) || row < 0 || row >= length) return `the case has no sample ${row}`;
  const rest = axis === undefined ? shape : shape.toSpliced(axis, 1);
  const starts = Array.from({ length: outer }, (_, block) => (block * length + row) * inner);
  if (dtype === 'string') {
    const all = splitStrings(tensor);
    if (all === undefined) return 'its bytes are damaged';
    return { shape: rest, dtype, values: starts.flatMap((start) => all.slice(start, start + inner)) };
  }
  if (data.byteLength !== Math.ceil((elementCount(shape) * DTYPE_BITS[dtype]) / 8))
    return 'its bytes are damaged';
  const read = blockReader(tensor);
  const values = new Float64Array(outer * inner);
  for (const [block, start] of starts.entries()) {
    read(start, inner, values.subarray(block * inner, (block + 1) * inner));
  }
  return { shape: rest, dtype, values };
}
