import { fromJsonNumber, STATUSES } from '../../domain/run-files.ts';
import type { DiffRow } from './diff-result.ts';

/** Worst first: by status, then by what is not finite, by the share of elements that differ, by the largest error; NaN is the worst. */
export function worstFirst(rows: readonly DiffRow[]): readonly DiffRow[] {
  const keys = new Map(rows.map((row) => [row, badness(row)]));
  return rows.toSorted((left, right) => {
    const [mine, other] = [keys.get(left)!, keys.get(right)!];
    const n = mine.findIndex((value, index) => value !== other[index]);
    return n === -1 ? 0 : other[n]! - mine[n]!;
  });
}

function badness({ tensor: { status, metrics } }: DiffRow): readonly number[] {
  const measured = (name: string) => {
    const value = fromJsonNumber(metrics[name] ?? 0);
    // No subtraction of two infinities.
    return Number.isFinite(value) ? value : Number.MAX_VALUE;
  };
  return [
    -STATUSES.indexOf(status),
    measured('nonfinite_mismatch'),
    measured('mismatch_fraction'),
    measured('max_abs'),
  ];
}
