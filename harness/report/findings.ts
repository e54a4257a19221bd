import { groupBy } from '../domain/group-by.ts';
import type { Status, Verdict } from '../domain/run-files.ts';
import { fromJsonNumber } from '../domain/run-files.ts';
import type { SuiteTarget } from './suite-targets.ts';
import { statusRank, worstStatus } from './suite-targets.ts';
import type { TensorSummary } from './tensor-summary.ts';

/** What a reader must look at: the verdicts on one tensor of one suite on one target, when not all of them pass. */
export interface Finding {
  readonly of: SuiteTarget;
  /** `*`: the target as a whole. */
  readonly tensor: string;
  readonly status: Status;
  /** Everything but PASS, worst first; the worst case alone where several cases break one limit. */
  readonly verdicts: readonly Verdict[];
  /** Absent when nothing of this tensor was compared. */
  readonly summary?: TensorSummary;
}

/** Worst first: by status, then by the share of answers that change, then by how far the limit is exceeded, then by name. */
export function collectFindings(targets: readonly SuiteTarget[]): Finding[] {
  return targets
    .flatMap((target) => findingsOf(target))
    .sort(
      (left, right) =>
        statusRank(left.status) - statusRank(right.status) ||
        changedShare(right) - changedShare(left) ||
        descending(largestOverrun(left), largestOverrun(right)) ||
        compareText(left.of.suite, right.of.suite) ||
        compareText(left.of.target, right.of.target) ||
        compareText(left.tensor, right.tensor),
    );
}

function findingsOf(target: SuiteTarget): Finding[] {
  return [...groupBy(target.open, (verdict) => verdict.tensor)].map(([tensor, verdicts]) => {
    const summary = target.tensors.find((candidate) => candidate.tensor === tensor);
    return {
      of: target,
      tensor,
      status: worstStatus(verdicts)!,
      verdicts: worstPerLimit(verdicts),
      ...(summary === undefined ? {} : { summary }),
    };
  });
}

/** One verdict per status, metric and rule: over cases that share a limit, the worst speaks for all. */
function worstPerLimit(verdicts: readonly Verdict[]): Verdict[] {
  const groups = groupBy(verdicts, ({ status, metric, rule, limit, message, actual }) =>
    // Without a number there is no worst: every message is kept.
    JSON.stringify([status, metric, rule.file, rule.line, limit, actual === null ? message : null]),
  );
  return [...groups.values()]
    .map((group) => group.reduce((worst, next) => (overrun(next) > overrun(worst) ? next : worst)))
    .sort((left, right) => statusRank(left.status) - statusRank(right.status));
}

/** How far a value is beyond its limit, relative to the limit; larger is worse, negative is within. NaN is the worst. */
export function overrun(verdict: Pick<Verdict, 'actual' | 'limit' | 'operator'>): number {
  if (verdict.actual === null || verdict.limit === null) return 0;
  const actual = fromJsonNumber(verdict.actual);
  const limit = fromJsonNumber(verdict.limit);
  if (Number.isNaN(actual)) return Number.POSITIVE_INFINITY;
  if (actual === limit) return 0;
  const distance = verdict.operator === '>=' ? limit - actual : Math.abs(actual) - limit;
  return distance / (Math.abs(limit) || 1);
}

function largestOverrun(finding: Finding): number {
  return Math.max(...finding.verdicts.map(overrun));
}

/** Answers of this finding's tensor that differ from the reference's, near ties among them. */
export function changedAnswers(summary: TensorSummary | undefined): number {
  const decisions = summary?.decisions;
  return decisions === undefined ? 0 : decisions.flips + decisions.nearTies;
}

function changedShare(finding: Finding): number {
  return changedAnswers(finding.summary) / (finding.summary?.decisions?.samples || 1);
}

/** Infinity - Infinity would be NaN. */
function descending(left: number, right: number): number {
  return left === right ? 0 : right - left;
}

/** By code units: the same order on every machine. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
