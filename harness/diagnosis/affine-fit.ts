import { type Difference, strideOf } from './difference.ts';

/** candidate = scale · reference + offset[group], by least squares over the interior positions. */
export interface AffineFit {
  readonly count: number;
  readonly scale: number;
  /** Standard error of the scale. */
  readonly scaleError: number;
  /** Per group; NaN for a group without interior positions. */
  readonly offsets: Float64Array;
  /** RMS of what the fit leaves. */
  readonly residual: number;
  /** RMS of the reference about the mean of its group. */
  readonly spread: number;
}

/** One straight line for all elements (`axis` undefined), or one slope and an offset for each channel along an axis. */
export function fitAffine(difference: Difference, axis?: number): AffineFit {
  const { reference, candidate, interior, count, shape } = difference;
  const groups = axis === undefined ? 1 : shape[axis]!;
  const stride = axis === undefined ? 1 : strideOf(shape, axis);
  const groupOf = groups === 1 ? () => 0 : (i: number) => Math.floor(i / stride) % groups;
  const counts = new Float64Array(groups);
  const meanReference = new Float64Array(groups);
  const meanCandidate = new Float64Array(groups);
  for (let i = 0; i < count; i++) {
    if (!interior[i]) continue;
    const group = groupOf(i);
    counts[group]! += 1;
    meanReference[group]! += (reference[i]! - meanReference[group]!) / counts[group]!;
    meanCandidate[group]! += (candidate[i]! - meanCandidate[group]!) / counts[group]!;
  }
  let [n, products, squares, candidateSquares] = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    if (!interior[i]) continue;
    const group = groupOf(i);
    const r = reference[i]! - meanReference[group]!;
    const c = candidate[i]! - meanCandidate[group]!;
    n += 1;
    products += r * c;
    squares += r * r;
    candidateSquares += c * c;
  }
  const scale = products / squares;
  const freedom = Math.max(n - groups - 1, 1);
  const left = Math.max(candidateSquares - scale * products, 0);
  return {
    count: n,
    scale,
    scaleError: Math.sqrt(left / freedom / squares),
    offsets: counts.map((many, group) =>
      many > 0 ? meanCandidate[group]! - scale * meanReference[group]! : Number.NaN,
    ),
    residual: Math.sqrt(left / freedom),
    spread: Math.sqrt(squares / Math.max(n, 1)),
  };
}

/** Pearson's correlation of the two sides; 0 where one of them does not vary. */
export function correlation(difference: Difference): number {
  const { scale, spread, residual } = fitAffine(difference);
  const explained = scale * spread;
  const total = Math.hypot(explained, residual);
  return total > 0 && Number.isFinite(total) ? explained / total : 0;
}
