import type { Status } from '../../domain/run-files.ts';
import { elementCount } from '../../domain/tensor.ts';
import type { DiffRow } from '../../report/diff/diff-result.ts';

/** 3 outranks 1. Where no element met another, nothing is proved, whatever agrees. */
export function diffExitCode(rows: readonly DiffRow[]): 0 | 1 | 3 {
  const has = (status: Status) => rows.some(({ tensor }) => tensor.status === status);
  if (has('NOT_COMPARABLE') || has('INCOMPLETE') || comparedElements(rows) === 0) return 3;
  return has('FAIL') ? 1 : 0;
}

/** Elements that were held against each other. */
export function comparedElements(rows: readonly DiffRow[]): number {
  return rows.reduce(
    (sum, { tensor: { status, shape } }) =>
      status === 'NOT_COMPARABLE' || shape === null ? sum : sum + elementCount(shape),
    0,
  );
}
