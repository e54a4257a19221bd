import { mergeHistograms } from './histograms.ts';
import type { Measurement, SumNode } from './measurement.ts';
import { pushNode } from './sum-tree.ts';
import { mergeTallies } from './tally.ts';
import { mergeWorst } from './worst-list.ts';

/**
 * The measurement of two neighbouring ranges together, bit for bit that of measuring them in one go.
 * @throws RangeError when the right range does not start where the left one ends.
 */
export function mergeMeasurements(left: Measurement, right: Measurement): Measurement {
  if (right.start !== left.start + left.count) {
    throw new RangeError(
      `a range that ends at ${left.start + left.count} has no neighbour at ${right.start}`,
    );
  }
  const sums: SumNode[] = [...left.sums];
  for (const node of right.sums) pushNode(sums, node);
  return {
    start: left.start,
    count: left.count + right.count,
    identical: left.identical && right.identical,
    tally: mergeTallies(left.tally, right.tally),
    sums,
    worst: mergeWorst(left.worst, right.worst, left.worstCount),
    worstCount: left.worstCount,
    ...(left.histograms &&
      right.histograms && { histograms: mergeHistograms(left.histograms, right.histograms) }),
  };
}
