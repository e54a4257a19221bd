import { groupBy } from '../../domain/group-by.ts';
import type { Status, Verdict } from '../../domain/run-files.ts';
import type { Finding } from '../findings.ts';
import { changedAnswers } from '../findings.ts';
import { count, formatBareActualAndLimit, formatShare } from '../format-number.ts';
import type { Overview } from '../overview.ts';
import type { SuiteTarget } from '../suite-targets.ts';
import { pairKey } from '../suite-targets.ts';
import { headline, isAnswerMetric, nameText, operatorSign, proseText } from '../wording.ts';

/** A line of the verdict table: a suite on a target by its worst finding, or several that are absent for one reason. */
export interface TargetRow {
  readonly status: Status;
  readonly subject: string;
  /** Of the first target, worst first; empty where nobody judged it. */
  readonly findings: readonly Finding[];
  /** Targets that share the line. */
  readonly targets: readonly SuiteTarget[];
  /** Said in place of the three cells where there is no number. */
  readonly reason?: string;
  /** `max_steps 19 (≤ 2)` */
  readonly worst: string;
  /** `98.5 %` */
  readonly top1: string;
  readonly cause: string;
}

export interface RowOptions {
  readonly ascii: boolean;
  readonly severalSuites: boolean;
}

/** Worst first. */
export function targetRows(overview: Overview, options: RowOptions): readonly TargetRow[] {
  const unjudged = overview.unjudged.map((of): TargetRow => {
    const subject = subjectOf(of, options);
    const empty = { findings: [], worst: '', top1: '', cause: '' };
    return { status: 'INCOMPLETE', subject, targets: [of], reason: 'no verdict was given', ...empty };
  });
  const byTarget = [...groupBy(overview.findings, ({ of }) => pairKey(of)).values()];
  return [...unjudged, ...sharedReasons(byTarget).map((group) => rowOf(group, options))];
}

/** Targets whose findings are told in one line, worst first. */
type Group = readonly (readonly Finding[])[];

/** Captures that are absent for one reason share a line: a server that is down is one trouble, however many targets it costs. */
function sharedReasons(byTarget: Group): Group[] {
  const groups = groupBy([...byTarget.entries()], ([n, findings]) => {
    const [{ of, status, verdicts }] = findings as [Finding];
    const [only] = verdicts;
    const isAbsent =
      findings.length === 1 && status === 'INCOMPLETE' && verdicts.length === 1 && only?.metric === 'capture';
    return isAbsent ? JSON.stringify([of.suite, only.message]) : String(n);
  });
  return [...groups.values()].map((group) => group.map(([, findings]) => findings));
}

function rowOf(group: Group, options: RowOptions): TargetRow {
  const findings = group[0]!;
  const worst = findings[0]!;
  const targets = group.map(([first]) => first!.of);
  const subject =
    targets.length === 1
      ? subjectOf(worst.of, options)
      : `${options.severalSuites ? `${nameText(worst.of.suite)} ` : ''}${count(targets.length, 'target')}`;
  const shown = shownVerdict(worst);
  return {
    ...{ status: worst.status, subject, findings, targets },
    ...(shown === undefined ? { reason: headline(worst) } : {}),
    worst: shown === undefined ? '' : foundAndAllowed(shown, options.ascii),
    top1: top1Of(findings),
    cause: shortCause(worst),
  };
}

function subjectOf({ suite, target }: SuiteTarget, { severalSuites }: RowOptions): string {
  return `${severalSuites ? `${nameText(suite)} ` : ''}${nameText(target)}`;
}

/** The number that stands for the finding; answers that change have a column of their own. */
function shownVerdict({ verdicts, status }: Finding): Verdict | undefined {
  const numbers = verdicts.filter((verdict) => verdict.status === status && verdict.actual !== null);
  if (verdicts[0]?.actual === null) return undefined;
  return numbers.find(({ metric }) => !isAnswerMetric(metric)) ?? numbers[0];
}

function foundAndAllowed(verdict: Verdict, ascii: boolean): string {
  const { actual, limit } = formatBareActualAndLimit(verdict.metric, verdict.actual, verdict.limit);
  const operator = ascii ? verdict.operator : operatorSign(verdict.operator);
  const [found, allowed] = brief(actual) === brief(limit) ? [actual, limit] : [brief(actual), brief(limit)];
  return `${nameText(verdict.metric)} ${found} (${operator} ${allowed})`;
}

/** `4.3e+9`: of what is that far off, one more digit decides nothing, and the block has it. */
function brief(number: string): string {
  return /^-?[0-9.]+e[+-][0-9]+$/.test(number) ? Number(number).toExponential(1) : number;
}

/** Share of samples whose first answer is the reference's. */
function top1Of(findings: readonly Finding[]): string {
  const summary = findings.find((finding) => finding.summary?.decisions !== undefined)?.summary;
  const samples = summary?.decisions?.samples ?? 0;
  return samples === 0 ? '' : formatShare(1 - changedAnswers(summary) / samples, 3);
}

/** The name of the leading cause, as docs/causes has it; what is not known is said. */
function shortCause({ of, status }: Finding): string {
  const { diagnosis, determinism } = of;
  if (diagnosis !== undefined) return proseText(diagnosis.findings[0]?.cause ?? 'unknown');
  if (status !== 'FAIL' && status !== 'WAIVED') return '';
  const varies = determinism?.tensors.some(({ distinct_outputs }) => distinct_outputs > 1) ?? false;
  return varies ? 'repeats differ' : 'not localized';
}
