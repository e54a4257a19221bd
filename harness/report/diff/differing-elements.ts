import { elementCount } from '../../domain/tensor.ts';
import type { DiffRow } from './diff-result.ts';

/** How many elements are not close by NumPy's rule; undefined where that was not measured. */
export function differingElements({ tensor: { metrics, shape } }: DiffRow): number | undefined {
  const share = metrics.mismatch_fraction;
  if (typeof share !== 'number' || shape === null) return undefined;
  return Math.round(share * elementCount(shape));
}
