/**
 * Σ values[start..end) by halving: the rounding error grows with log2(n), not with n (Higham, "The accuracy of
 * floating point summation", 1993; NumPy sums the same way).
 */
export function pairwiseSum(values: Float64Array, start = 0, end = values.length): number {
  if (end - start <= 8) {
    let sum = 0;
    for (let i = start; i < end; i++) sum += values[i]!;
    return sum;
  }
  const middle = (start + end) >>> 1;
  return pairwiseSum(values, start, middle) + pairwiseSum(values, middle, end);
}
