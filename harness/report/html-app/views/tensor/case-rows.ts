import type { Comparison, JsonNumber, Verdict } from '../../../../domain/run-files.ts';
import { fromJsonNumber } from '../../../../domain/run-files.ts';
import { compareText, overrun } from '../../../findings.ts';
import { metricRank } from '../../../overview.ts';
import { worstStatus } from '../../../suite-targets.ts';
import type { Mark } from '../../parts/status-mark.tsx';
import { markRank } from '../target/tensor-rows.ts';

/** One case of a tensor. */
export interface CaseRow {
  readonly name: string;
  /** Of the verdicts on this case alone; undefined where the budgets speak of all cases together. */
  readonly mark?: Mark;
  readonly identical: boolean;
  /** Why it could not be compared. */
  readonly reason?: string;
  /** Answers that change, near ties among them; undefined without a task. */
  readonly changed?: number;
  readonly samples?: number;
  /** In the order of the shown metrics; undefined where the case has no such number. */
  readonly values: readonly (JsonNumber | undefined)[];
}

export type CaseSort = 'case' | 'status' | 'changed' | number;

const SHOWN: readonly string[] = ['max_steps', 'max_ulp', 'max_abs', 'mismatch_fraction', 'sqnr_db'];
const MOST_METRICS = 4;
/** Where every case is without error. */
const FEWEST_METRICS = 2;

/** The metrics that a table of cases shows: those that have a limit, then those that most tell of an error. */
export function shownMetrics(
  comparisons: readonly Comparison[],
  verdicts: readonly Verdict[],
): readonly string[] {
  const measured = new Set(
    comparisons.flatMap((each) => (each.status === 'compared' ? Object.keys(each.metrics) : [])),
  );
  const judged = verdicts.toSorted((left, right) => metricRank(left.metric) - metricRank(right.metric));
  const known = [...new Set([...judged.map(({ metric }) => metric), ...SHOWN])].filter((metric) =>
    measured.has(metric),
  );
  const telling = known.filter((metric) => !isZeroIn(comparisons, metric));
  return telling.length > 0 ? telling.slice(0, MOST_METRICS) : known.slice(0, FEWEST_METRICS);
}

/** A column of zeros tells the cases not apart. */
function isZeroIn(comparisons: readonly Comparison[], metric: string): boolean {
  return comparisons.every((each) => each.status !== 'compared' || (each.metrics[metric] ?? 0) === 0);
}

/** Worst first: by status, by answers that change, by the first metric. */
export function caseRows(
  comparisons: readonly Comparison[],
  verdicts: readonly Verdict[],
  metrics: readonly string[],
): CaseRow[] {
  const rows = comparisons.map((comparison): CaseRow => {
    const mark = worstStatus(verdicts.filter(({ case: name }) => name === comparison.case));
    const head = { name: comparison.case, ...(mark === undefined ? {} : { mark }) };
    if (comparison.status === 'notComparable')
      return { ...head, identical: false, reason: comparison.reason, values: metrics.map(() => undefined) };
    const { decisions } = comparison;
    return {
      ...head,
      identical: comparison.identical,
      values: metrics.map((metric) => comparison.metrics[metric] ?? undefined),
      ...(decisions === undefined
        ? {}
        : { changed: decisions.flips + decisions.near_ties, samples: decisions.samples }),
    };
  });
  return rows.sort(
    (left, right) =>
      rankOf(left) - rankOf(right) ||
      Number(right.reason !== undefined) - Number(left.reason !== undefined) ||
      (right.changed ?? 0) - (left.changed ?? 0) ||
      sizeOf(right.values[0]) - sizeOf(left.values[0]),
  );
}

export function sortedCases(rows: readonly CaseRow[], by: CaseSort, descending: boolean): readonly CaseRow[] {
  const sign = descending ? -1 : 1;
  return rows.toSorted((left, right) => {
    if (by === 'case') return sign * compareText(left.name, right.name);
    if (by === 'status') return sign * (rankOf(left) - rankOf(right));
    if (by === 'changed') return sign * ((left.changed ?? 0) - (right.changed ?? 0));
    return sign * (sizeOf(left.values[by]) - sizeOf(right.values[by]));
  });
}

function rankOf({ mark }: CaseRow): number {
  return mark === undefined ? markRank('NOT_JUDGED') : markRank(mark);
}

/** Infinite rather than NaN, so that what is no number sorts as the largest. */
function sizeOf(value: JsonNumber | undefined): number {
  if (value === undefined) return -Number.MAX_VALUE;
  const number = fromJsonNumber(value);
  return Number.isFinite(number) ? number : Number.MAX_VALUE;
}

/** Worst first: what decides for people, then by how far the limit is exceeded. */
export function sortedVerdicts(verdicts: readonly Verdict[]): readonly Verdict[] {
  return verdicts.toSorted(
    (left, right) =>
      markRank(left.status) - markRank(right.status) ||
      metricRank(left.metric) - metricRank(right.metric) ||
      overrun(right) - overrun(left) ||
      0,
  );
}
