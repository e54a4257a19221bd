import type { TraceRow } from '../../domain/diagnosis.ts';
import { fromJsonNumber } from '../../domain/run-files.ts';
import { isIdentical } from './measure-pair.ts';

/** sqnr_db of what the node adds; what is no number is the worst. */
export function quality({ intrinsic, accumulated }: Pick<TraceRow, 'intrinsic' | 'accumulated'>): number {
  const metrics = intrinsic && !isIdentical(intrinsic) ? intrinsic : accumulated;
  if (!metrics || fromJsonNumber(metrics.nonfinite_mismatch ?? 0) > 0) return Number.NEGATIVE_INFINITY;
  const sqnr = metrics.sqnr_db;
  // A reference of zeros has no signal to compare with.
  const value = sqnr === null || sqnr === undefined ? Number.NEGATIVE_INFINITY : fromJsonNumber(sqnr);
  return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
}
