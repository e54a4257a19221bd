import { metricDefinition } from '../domain/metrics.ts';
import type { Status, Verdict, WorstElement } from '../domain/run-files.ts';
import type { PlannedSuite } from '../domain/suite.ts';
import { shortenEnd, shortenMiddle } from './display-width.ts';
import { prose, visible } from './escape.ts';
import type { Finding } from './findings.ts';
import { changedAnswers } from './findings.ts';
import { count, formatBareActualAndLimit, formatNumber } from './format-number.ts';
import type { SuiteTarget } from './suite-targets.ts';
import type { TensorSummary } from './tensor-summary.ts';

/** A status as a person reads it. */
export const STATUS_WORDS: Readonly<Record<Status, string>> = {
  INCOMPLETE: 'Incomplete',
  NOT_COMPARABLE: 'Not comparable',
  FAIL: 'Over budget',
  WAIVED: 'Waived',
  WARN: 'Warning',
  SKIPPED: 'Skipped',
  PASS: 'Within budget',
};

const NAME_COLUMNS = 120;
const PROSE_COLUMNS = 600;

/** A name from the run in running text: visible, and no longer than a reader bears. */
export function nameText(name: string): string {
  return shortenMiddle(visible(name), NAME_COLUMNS);
}

/** A sentence from the run, on one line. */
export function proseText(sentence: string): string {
  return shortenEnd(prose(sentence), PROSE_COLUMNS);
}

/** What the candidates of a suite were compared with. */
export function referenceWords(suite: PlannedSuite | undefined): string {
  const reference = suite?.reference;
  if (reference === undefined) return 'unknown reference';
  if (reference.kind === 'golden') return `golden outputs (${proseText(reference.origin)})`;
  return `${reference.kind === 'computed' ? 'outputs computed by' : 'target'} ${nameText(reference.target)}`;
}

/** "3 of 200 answers change"; undefined without a task. */
export function answersWords(summary: TensorSummary | undefined): string | undefined {
  const decisions = summary?.decisions;
  if (decisions === undefined) return undefined;
  const changed = changedAnswers(summary);
  if (changed === 0) return `none of ${decisions.samples} answers changes`;
  return `${changed} of ${decisions.samples} answers ${changed === 1 ? 'changes' : 'change'}`;
}

/** "3 of 200 answers change (1 near tie)". */
export function answersAndTiesWords(summary: TensorSummary | undefined): string | undefined {
  const words = answersWords(summary);
  const decisions = summary?.decisions;
  if (words === undefined || decisions === undefined || changedAnswers(summary) === 0) return words;
  return `${words} (${count(decisions.nearTies, 'near tie')})`;
}

/**
 * "1767 of 2000 elements differ"; what differs is NumPy's rule, |error| > atol + rtol·|reference|.
 * `cases` is what the suite has: fewer compared ones are no answer that is bit-identical as a whole.
 */
export function elementsWords(
  summary: TensorSummary | undefined,
  cases: number = summary?.cases ?? 0,
): string | undefined {
  if (summary === undefined || summary.cases === summary.notComparable.length) return undefined;
  if (summary.identicalCases === summary.cases)
    return summary.cases < cases
      ? `bit-identical in ${summary.cases} of ${count(cases, 'case')}`
      : 'bit-identical';
  if (summary.differing === undefined) return undefined;
  if (summary.differing === 0) return 'differs only within atol + rtol·|reference|';
  return `${summary.differing} of ${summary.elements} elements differ`;
}

/** "digits-000#12 [3]: 1.25 → 4.81": in a batch model the row is part of the sample's name. */
export function worstWords(
  worst: WorstElement & { readonly case: string },
  suite: PlannedSuite | undefined,
): string {
  const value = (side: WorstElement['reference']) =>
    typeof side === 'number' ? formatNumber(side) : nameText(side);
  return `${elementPlace(worst, suite)}: ${value(worst.reference)} → ${value(worst.candidate)}`;
}

function elementPlace(
  worst: { readonly case: string; readonly index: readonly number[] },
  suite: PlannedSuite | undefined,
): string {
  const [row, ...rest] = worst.index;
  const named = row !== undefined && worst.case.endsWith(`#${row}`);
  const batch = suite?.task?.batchAxis === 0 && rest.length > 0 && !worst.case.includes('#');
  if (named && rest.length > 0) return `${nameText(worst.case)} [${rest.join(', ')}]`;
  if (batch) return `${nameText(worst.case)}#${row} [${rest.join(', ')}]`;
  return `${nameText(worst.case)} [${worst.index.join(', ')}]`;
}

/** Whether the target's own noise could explain the difference. */
export function repeatsWords(target: SuiteTarget, tensor: string): string | undefined {
  const repeats = target.determinism?.repeats ?? 0;
  if (repeats < 2) return undefined;
  const own = target.determinism?.tensors.find((candidate) => candidate.tensor === tensor);
  if (own === undefined) return undefined;
  if (own.distinct_outputs === 1) return 'repeats: bit-identical, so this is not noise';
  const noise = formatNumber(own.noise_max_abs);
  return `repeats: ${own.distinct_outputs} different outputs in ${repeats}, up to ${noise} apart`;
}

/** What would provide the part that the target lacks; undefined when it lacks none. */
export function remedyOf(finding: Finding): string | undefined {
  const { capture } = finding.of;
  return capture?.status === 'skipped' ? capture.remedy : undefined;
}

/** What a verdict says beside its number. An expired waiver is told where the waivers are. */
export function messageWords(verdict: Verdict): string | undefined {
  if (verdict.message === undefined || verdict.waiver?.expired) return undefined;
  return proseText(verdict.message);
}

/** What a table says of a finding; what people decide by comes first. */
function headlineParts(finding: Finding): readonly string[] {
  const [worst] = finding.verdicts;
  if (worst === undefined) return [];
  const { capture } = finding.of;
  if (worst.metric === 'capture' && capture?.status === 'skipped') return [proseText(capture.reason)];
  if (worst.actual === null) return [proseText(worst.message ?? `no value for ${worst.metric}`)];
  const answers = changedAnswers(finding.summary) > 0 ? answersWords(finding.summary) : undefined;
  const shown = finding.verdicts.find(
    (verdict) =>
      verdict.status === worst.status && !isAnswerMetric(verdict.metric) && verdict.actual !== null,
  );
  const value = shown ?? (answers === undefined ? worst : undefined);
  const limits = value === undefined ? [] : [sinceApprovedWords(value) ?? limitWords(value)];
  return [...(answers === undefined ? [] : [answers]), ...limits];
}

export function headline(finding: Finding): string {
  return headlineParts(finding).join('; ');
}

/** What a finding's own verdicts say of a waiver: it holds, or would have and no longer does. */
export interface WaiverWords {
  readonly waiver: NonNullable<Verdict['waiver']>;
  readonly lead: 'until' | 'waiver expired' | 'worse than its waiver allows';
}

/** Of the verdicts that give the finding its status: a waiver beside a failure that it does not cover is not its word. */
export function waiverWords(finding: Finding): WaiverWords | undefined {
  const verdict = finding.verdicts.find(
    ({ status, waiver }) => status === finding.status && waiver !== undefined,
  );
  return verdict?.waiver && { waiver: verdict.waiver, lead: waiverLead(verdict) };
}

function waiverLead({ status, waiver }: Verdict): WaiverWords['lead'] {
  if (status === 'WAIVED') return 'until';
  return waiver?.expired ? 'waiver expired' : 'worse than its waiver allows';
}

/** "waiver", and why it does not hold where it does not. */
export function waiverLabel(verdict: Verdict): string {
  if (verdict.status === 'WAIVED') return 'waiver';
  return verdict.waiver?.expired ? 'waiver expired' : 'waiver exceeded';
}

/** "of case digits-2 alone": a share that was not pooled is the worst case's; undefined where the verdict says so anyway. */
export function shareOfWords(verdict: Verdict): string | undefined {
  const definition = metricDefinition(verdict.metric);
  if (definition?.unit !== 'share' || definition.pool !== 'worst' || verdict.worst === undefined)
    return undefined;
  return verdict.worst.case === verdict.case ? undefined : `of case ${nameText(verdict.worst.case)} alone`;
}

/** What changed since it was approved; undefined for verdicts that no baseline decides. */
function sinceApprovedWords({ metric, actual, message, baseline }: Verdict): string | undefined {
  if (baseline === undefined || typeof actual !== 'number') return undefined;
  const said = message === undefined ? '' : proseText(message);
  const since = `since ${nameText(baseline.at.slice(0, 10))}`;
  if (metric === 'changed_answers') return `${count(actual, 'case')} changed ${since}`;
  if (metric === 'new_divergences')
    return `${count(actual, 'case')} no longer bit-identical with the reference ${since}`;
  if (metric === 'worse_metrics') return `worse ${since}: ${said}`;
  return metric === 'class_changes' || metric === 'moved_nodes' ? `${said} ${since}` : undefined;
}

/** "max_steps 19, allowed ≤ 2". */
export function limitWords(verdict: Verdict): string {
  const { actual, limit } = formatBareActualAndLimit(verdict.metric, verdict.actual, verdict.limit);
  return `${nameText(verdict.metric)} ${actual}, allowed ${operatorSign(verdict.operator)} ${limit}`;
}

/** Where a limit that the rule did not write comes from: "raised from 1 by 4 × the target's own repeat noise of 0.5". */
export function noiseWords({ noise }: Verdict): string | undefined {
  if (noise === undefined) return undefined;
  const own = `the target's own repeat noise of ${formatNumber(noise.noise_max_abs)}`;
  return `raised from ${formatNumber(noise.ruleLimit)} by ${formatNumber(noise.factor)} × ${own}`;
}

export function operatorSign(operator: Verdict['operator']): string {
  return { '<=': '≤', '>=': '≥', '==': '=' }[operator];
}

/** Metrics that "3 of 200 answers change" already says. */
export function isAnswerMetric(metric: string): boolean {
  return metric === 'top1_agreement' || metric === 'flips' || metric === 'near_ties';
}
