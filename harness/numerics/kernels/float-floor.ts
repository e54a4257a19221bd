/** Pattern of the smallest float32 >= value, of which `value` must be above 0; that of infinity when there is none. */
export function singlePatternFrom(value: number): number {
  const single = Float32Array.of(value);
  const pattern = new Int32Array(single.buffer)[0]!;
  return single[0]! < value ? pattern + 1 : pattern;
}

/**
 * The same for a 16-bit format.
 * @param values of all patterns: up to `top`, that of infinity, they rise
 */
export function smallPatternFrom(value: number, values: Float64Array, top: number): number {
  let low = 0;
  let high = top;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! >= value) high = middle;
    else low = middle + 1;
  }
  return low;
}
