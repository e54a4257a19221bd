import type { Metrics } from '../../domain/run-files.ts';
import { fromJsonNumber } from '../../domain/run-files.ts';
import { formatMetric } from '../format-number.ts';

/** How far a tensor inside the graph is off, in a few words: steps where it has them, else the signal to noise ratio and the largest error. */
export function errorWords(metrics: Metrics | null): string {
  if (metrics === null) return 'not seen';
  if (metrics.identical === 1) return 'identical';
  const mismatched = fromJsonNumber(metrics.nonfinite_mismatch ?? 0);
  if (mismatched > 0) return `${mismatched} NaN or infinite`;
  if (metrics.max_steps !== undefined && metrics.max_steps !== null) {
    return formatMetric('max_steps', metrics.max_steps);
  }
  const sqnr = metrics.sqnr_db ?? null;
  const largest = formatMetric('max_abs', metrics.max_abs ?? null);
  return sqnr === null ? `by ${largest}` : `${formatMetric('sqnr_db', sqnr)}, by ${largest}`;
}
