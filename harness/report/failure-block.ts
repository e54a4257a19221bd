import { metricDefinition } from '../domain/metrics.ts';
import type { ApprovedRun, DecidingRule, Verdict } from '../domain/run-files.ts';
import { causeWords, firstDivergenceWords } from './diagnosis/short-words.ts';
import { displayWidth, padEndTo, wrap } from './display-width.ts';
import { shellWord } from './escape.ts';
import type { Finding } from './findings.ts';
import { formatBareActualAndLimit } from './format-number.ts';
import { worstStatus } from './suite-targets.ts';
import {
  answersAndTiesWords,
  elementsWords,
  messageWords,
  nameText,
  noiseWords,
  proseText,
  referenceWords,
  repeatsWords,
  shareOfWords,
  waiverLabel,
  worstWords,
} from './wording.ts';

/** A finding told in full: a title, then labelled lines. All text is visible, none is escaped for a format. */
export interface FailureBlock {
  readonly title: string;
  readonly against: string;
  readonly lines: readonly { readonly label: string; readonly parts: readonly string[] }[];
}

export interface BlockOptions {
  /** The run as a command takes it: a failure that was not localized says how it would be. */
  readonly run?: string;
  /** The run has several suites: a command names this one. */
  readonly severalSuites?: boolean;
}

/** Told from these verdicts of the finding; all of them unless told otherwise. */
export function failureBlock(
  finding: Finding,
  verdicts: readonly Verdict[] = finding.verdicts,
  options: BlockOptions = {},
): FailureBlock {
  const { of: target, tensor, summary } = finding;
  const answers = answersAndTiesWords(summary);
  const repeats = repeatsWords(target, tensor);
  const first = verdicts.find((verdict) => metricDefinition(verdict.metric)?.scope === 'element');
  const limits = verdicts.map((verdict) => limitLine(finding, verdict, verdict === first));
  const top1 =
    answers === undefined ? [] : [{ label: 'top-1', parts: [answers, ...(repeats ? [repeats] : [])] }];
  const noise =
    answers === undefined && repeats !== undefined ? [{ label: 'repeats', parts: [repeats.slice(9)] }] : [];
  return {
    title: `${blockHead(verdicts)}  ${nameText(target.suite)} · ${subject(tensor)} · ${nameText(target.target)}`,
    against: `reference ${referenceWords(target.plannedSuite)}`,
    lines: [
      ...limits,
      ...top1,
      ...noise,
      ...causeLines(finding),
      ...ruleLines(verdicts),
      ...localizeLine(finding, options),
      explainLine(verdicts),
    ],
  };
}

/** Where it differs first and why, once localized. */
function causeLines({ of: { diagnosis } }: Finding): FailureBlock['lines'] {
  if (diagnosis === undefined) return [];
  const [first, cause] = [firstDivergenceWords(diagnosis), causeWords(diagnosis)];
  return [
    ...(first === undefined ? [] : [{ label: 'first divergence', parts: [first] }]),
    ...(cause === undefined ? [] : [{ label: 'likely cause', parts: [cause] }]),
  ];
}

/** The command that would find where and why. A name that no shell takes safely gives none. */
function localizeLine({ of, status }: Finding, { run, severalSuites }: BlockOptions): FailureBlock['lines'] {
  if (
    run === undefined ||
    status !== 'FAIL' ||
    of.diagnosis !== undefined ||
    of.capture?.status !== 'captured'
  )
    return [];
  const words = [run, '--target', of.target, ...(severalSuites ? ['--suite', of.suite] : [])].map(shellWord);
  if (words.includes(undefined)) return [];
  return [{ label: 'localize', parts: [`fleetdiff localize ${words.join(' ')}`] }];
}

/** The block as plain lines; wrapped with hanging indents when `columns` is given. */
export function blockLines(block: FailureBlock, columns = Number.POSITIVE_INFINITY): string[] {
  const labelWidth = Math.max(...block.lines.map((line) => displayWidth(line.label))) + 3;
  const room = Math.max(20, columns - 2 - labelWidth);
  const labelled = (label: string, parts: readonly string[]) =>
    packed(parts, room).map((line, n) => `  ${padEndTo(n === 0 ? label : '', labelWidth)}${line}`);
  const title = `${block.title}   against   ${block.against}`;
  const heads =
    displayWidth(title) <= columns
      ? [title]
      : [...titleLines(block.title, columns), ...labelled('against', [block.against])];
  return [...heads, ...block.lines.flatMap((line) => labelled(line.label, line.parts))];
}

/** What it says of whom, on a line of its own where one is too short. */
function titleLines(title: string, columns: number): string[] {
  if (displayWidth(title) <= columns) return [title];
  const at = title.indexOf('  ');
  return [title.slice(0, at), ...wrap(title.slice(at + 2), columns - 2).map((line) => `  ${line}`)];
}

const GAP = '   ';

/** Parts share a line while they fit; one that fits no line is wrapped. */
function packed(parts: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const joined = `${lines.at(-1)}${GAP}${part}`;
    if (lines.length > 0 && displayWidth(joined) <= columns) lines[lines.length - 1] = joined;
    else lines.push(...(Number.isFinite(columns) ? wrap(part, columns) : [part]));
  }
  return lines;
}

/** What `fleetdiff explain RUN ID` takes. */
function explainLine(verdicts: readonly Verdict[]): FailureBlock['lines'][number] {
  return {
    label: 'explain',
    parts: verdicts.map(({ id }) => nameText(id)),
  };
}

function blockHead(verdicts: readonly Verdict[]): string {
  const status = worstStatus(verdicts);
  const until = verdicts.find((verdict) => verdict.status === 'WAIVED')?.waiver?.expires;
  if (status === 'WAIVED' && until !== undefined) return `OVER BUDGET, waived until ${nameText(until)}`;
  if (status === 'FAIL') return 'OVER BUDGET';
  return (status ?? 'NOT JUDGED').replace('_', ' ');
}

function subject(tensor: string): string {
  return tensor === '*' ? 'whole target' : `"${nameText(tensor)}"`;
}

function limitLine(
  finding: Finding,
  verdict: Verdict,
  tellsElements: boolean,
): FailureBlock['lines'][number] {
  const label = nameText(verdict.metric);
  const said = messageWords(verdict);
  const message = said === undefined ? [] : [said];
  if (verdict.actual === null || verdict.limit === null) return { label, parts: message };
  const { actual, limit } = formatBareActualAndLimit(verdict.metric, verdict.actual, verdict.limit);
  const where = placeWords(finding, verdict, tellsElements);
  const of = shareOfWords(verdict);
  const numbers = [
    `allowed ${verdict.operator} ${limit}`,
    `found ${actual}${of === undefined ? '' : ` ${of}`}`,
  ];
  return { label, parts: [...numbers, ...(where === '' ? [] : [where]), ...message] };
}

/** How many elements differ, told once, and which is the worst; of a decision, a sample to look at. */
function placeWords(finding: Finding, verdict: Verdict, tellsElements: boolean): string {
  const { worst, metric } = verdict;
  if (metricDefinition(metric)?.scope === 'decision')
    return worst === undefined ? '' : `such as ${nameText(worst.case)}`;
  if (metricDefinition(metric)?.scope !== 'element') return '';
  const place = worst === undefined ? undefined : `worst at ${worstWords(worst, finding.of.plannedSuite)}`;
  return [tellsElements ? elementsWords(finding.summary) : undefined, place]
    .filter((part) => part !== undefined)
    .join(', ');
}

/** Each rule, approval and waiver once, in the order in which they decided. */
function ruleLines(verdicts: readonly Verdict[]): FailureBlock['lines'] {
  const rules = verdicts.map((verdict) => ({ label: 'budget', parts: [ruleWords(verdict.rule)] }));
  const raised = verdicts.flatMap((verdict) => {
    const words = noiseWords(verdict);
    return words === undefined ? [] : [{ label: 'limit', parts: [`${nameText(verdict.metric)} ${words}`] }];
  });
  const approvals = verdicts.flatMap(({ baseline }) =>
    baseline === undefined ? [] : [{ label: 'baseline', parts: [approvalWords(baseline)] }],
  );
  const waivers = verdicts.flatMap((verdict) =>
    verdict.waiver === undefined ? [] : [{ label: waiverLabel(verdict), parts: [ruleWords(verdict.waiver)] }],
  );
  const seen = new Set<string>();
  return [...rules, ...raised, ...approvals, ...waivers].filter((line) => {
    const key = line.label + line.parts.join();
    return seen.size < seen.add(key).size;
  });
}

/** `approved 2026-11-20 from run X "reason"`. */
function approvalWords({ at, run, reason }: ApprovedRun): string {
  return `approved ${nameText(at.slice(0, 10))} from run ${nameText(run)} "${proseText(reason)}"`;
}

/** `budgets.yml:4 "reason", owner @vision, until 2027-06-30`. */
export function ruleWords(rule: DecidingRule): string {
  const owner = rule.owner === undefined ? '' : `, owner ${nameText(rule.owner)}`;
  const until = rule.expires === undefined ? '' : `, until ${nameText(rule.expires)}`;
  return `${rulePlace(rule)} "${proseText(rule.reason)}"${owner}${until}`;
}

export function rulePlace(rule: DecidingRule): string {
  return `${nameText(rule.file)}${rule.line === undefined ? '' : `:${rule.line}`}`;
}
