import { METRICS } from '../domain/metrics.ts';
import type { Status, VerdictBody, Verdicts } from '../domain/run-files.ts';
import { targetComparisons } from '../domain/target-comparisons.ts';
import { targetVerdicts } from '../domain/target-verdicts.ts';
import { checkSentence } from './check/words.ts';
import type { Finding } from './findings.ts';
import { collectFindings } from './findings.ts';
import { count } from './format-number.ts';
import { joinWords } from './join-words.ts';
import type { ReportInput } from './report-input.ts';
import type { SuiteTarget } from './suite-targets.ts';
import { pairKey, suiteTargets } from './suite-targets.ts';

/** The ledger against what came of it; the numbers after `planned` add up to it. */
export interface Coverage {
  readonly planned: number;
  readonly captured: number;
  readonly failed: number;
  readonly skipped: number;
  /** Planned, and no capture file at all. */
  readonly missing: number;
}

/** What every renderer starts from. */
export interface Overview {
  readonly targets: readonly SuiteTarget[];
  readonly findings: readonly Finding[];
  readonly coverage: Coverage;
  /** Candidates that nobody judged: shown, never passed over. */
  readonly unjudged: readonly SuiteTarget[];
  readonly outcome: 'ship' | 'noShip' | 'unknown';
  /** The verdict in one sentence, without a full stop. */
  readonly sentence: string;
  /** Of a check, whose sentence says what head breaks: the verdict on head by itself. */
  readonly own?: string;
}

/** What lies there of a run, for verdicts to be held against. */
export interface Delivered {
  /** Keys (`pairKey`) of what was captured. */
  readonly captured: ReadonlySet<string>;
  /** When the last of it was captured, ISO 8601; undefined: not known. */
  readonly latestAt?: string;
  /** comparisons.json is there and of this run; a list of runs does not read it. */
  readonly isCompared: boolean;
}

/** Every renderer asks for it: of one input it is made once. */
export function overviewOf(input: ReportInput, delivered?: Delivered): Overview {
  const known = delivered === undefined ? overviews.get(input) : undefined;
  const overview = known ?? makeOverview(input, delivered ?? deliveredOf(input));
  if (delivered === undefined) overviews.set(input, overview);
  return overview;
}

const overviews = new WeakMap<ReportInput, Overview>();

function makeOverview(input: ReportInput, delivered: Delivered): Overview {
  const stale = staleWords(input, delivered);
  const targets = suiteTargets(input);
  const findings = collectFindings(targets);
  const unjudged = targets.filter((target) => target.role === 'candidate' && target.status === undefined);
  const coverage = coverageOf(input, targets);
  const outcome = outcomeOf(input, unjudged.length, stale !== undefined);
  const sentence = sentenceOf(outcome, findings, unjudged.length, stale);
  const { check } = input;
  return {
    targets,
    findings,
    coverage,
    unjudged,
    ...(check === undefined || stale !== undefined
      ? { outcome, sentence }
      : { outcome: OF_CHECK[check.exitCode], sentence: checkSentence(check), own: sentence }),
  };
}

const OF_CHECK = { 0: 'ship', 1: 'noShip', 3: 'unknown' } as const;

function coverageOf(input: ReportInput, targets: readonly SuiteTarget[]): Coverage {
  const planned = input.plan.captures.length;
  const statuses = targets.map((target) => target.capture?.status);
  const having = (status: 'captured' | 'failed' | 'skipped') =>
    statuses.filter((own) => own === status).length;
  const captured = having('captured');
  const failed = having('failed');
  const skipped = having('skipped');
  return { planned, captured, failed, skipped, missing: planned - captured - failed - skipped };
}

/** From the verdicts themselves: an exit code in a file that they contradict is no pass. */
function outcomeOf({ verdicts }: ReportInput, unjudged: number, isStale: boolean): Overview['outcome'] {
  const { exitCode } = verdicts;
  const given = statusesOf(verdicts);
  const having = (...statuses: readonly Status[]) => statuses.some((status) => given.has(status));
  const isJudged = having('PASS', 'WARN', 'WAIVED', 'FAIL');
  if (isStale || unjudged > 0 || !isJudged || having('INCOMPLETE', 'NOT_COMPARABLE')) return 'unknown';
  if (having('FAIL')) return exitCode === 3 ? 'unknown' : 'noShip';
  if (exitCode === 0) return 'ship';
  return exitCode === 1 ? 'noShip' : 'unknown';
}

function deliveredOf({ plan, captures, comparisons }: ReportInput): Delivered {
  const captured = captures.filter(({ status }) => status === 'captured');
  const latestAt = captured
    .map(({ capturedAt }) => capturedAt)
    .sort()
    .at(-1);
  return {
    captured: new Set(captured.map(pairKey)),
    isCompared: comparisons.run === plan.run && targetComparisons(comparisons).length > 0,
    ...(latestAt === undefined ? {} : { latestAt }),
  };
}

/** Why the verdicts are not those of the captures that lie there; undefined when they are. */
function staleWords(
  { plan, verdicts, check }: ReportInput,
  { captured, latestAt, isCompared }: Delivered,
): string | undefined {
  const { run, judgedAt } = verdicts;
  if (run !== plan.run) return 'verdicts.json is of another run';
  const measured = measuredPairs(verdicts);
  const isGone = [...measured].some((pair) => !captured.has(pair));
  if (measured.size > 0 && !isCompared)
    return 'comparisons.json is not what was judged: compare and judge the run again';
  if (isGone) return 'captures that were judged are gone: judge the run again';
  if (check !== undefined && Date.parse(check.checkedAt) < Date.parse(judgedAt))
    return 'it was judged again after it was checked: check it again';
  const isLater = latestAt !== undefined && Date.parse(latestAt) > Date.parse(judgedAt);
  return isLater ? 'something was captured after it was judged: judge the run again' : undefined;
}

function statusesOf(verdicts: Verdicts): ReadonlySet<Status> {
  const lists = new Set(targetVerdicts(verdicts).map(({ said }) => said));
  return new Set([...lists].flatMap((said) => said.map(({ status }) => status)));
}

/** Suites on targets of which an output was judged. */
function measuredPairs(verdicts: Verdicts): ReadonlySet<string> {
  const known = new Map<readonly VerdictBody[], boolean>();
  const isMeasured = (said: readonly VerdictBody[]) => {
    const found =
      known.get(said) ?? said.some(({ status, tensor }) => MEASURED.has(status) && tensor !== '*');
    known.set(said, found);
    return found;
  };
  return new Set(targetVerdicts(verdicts).flatMap((each) => (isMeasured(each.said) ? [pairKey(each)] : [])));
}

/** What only a captured output can have. */
const MEASURED: ReadonlySet<Status> = new Set(['PASS', 'WARN', 'WAIVED', 'FAIL']);

function sentenceOf(
  outcome: Overview['outcome'],
  findings: readonly Finding[],
  unjudged: number,
  stale: string | undefined,
): string {
  if (stale !== undefined) return `May ship: cannot tell, ${stale}`;
  const having = (status: Status) => findings.filter((finding) => finding.status === status).length;
  const part = (n: number, words: string) => (n === 0 ? [] : [words]);
  const fail = having('FAIL');
  const incomplete = having('INCOMPLETE');
  const notComparable = having('NOT_COMPARABLE');
  const waived = having('WAIVED');
  const warn = having('WARN');
  const skipped = having('SKIPPED');
  const over = part(fail, `${count(fail, 'finding')} over budget`);
  if (outcome === 'noShip')
    return `May ship: no, with ${joinWords(over.length > 0 ? over : ['an exit code of 1'])}`;
  if (outcome === 'unknown') {
    const gaps = [
      ...part(incomplete, `${incomplete} incomplete`),
      ...part(notComparable, `${notComparable} not comparable`),
      ...part(unjudged, `${unjudged} not judged`),
      ...over,
    ];
    return `May ship: cannot tell, the run is incomplete${gaps.length === 0 ? '' : ` (${gaps.join(', ')})`}`;
  }
  const minor = [
    ...part(waived, count(waived, 'waived finding')),
    ...part(warn, count(warn, 'warning')),
    ...part(skipped, count(skipped, 'skipped target')),
  ];
  return `May ship: yes${minor.length === 0 ? '' : `, with ${joinWords(minor)}`}`;
}

/** The ledger in a line. */
export function coverageWords(coverage: Coverage): string {
  const { planned, captured, failed, skipped, missing } = coverage;
  return `${planned} planned · ${captured} captured · ${failed} failed · ${skipped} skipped · ${missing} missing`;
}

/** Metrics that decide for people come first, then the table's order. */
export function metricRank(metric: string): number {
  const index = METRICS.findIndex((definition) => definition.name === metric);
  return METRICS[index]?.scope === 'decision' || metric.startsWith('top') ? index - METRICS.length : index;
}
