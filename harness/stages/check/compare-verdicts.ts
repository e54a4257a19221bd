import { groupBy } from '../../domain/group-by.ts';
import type { CheckedTarget, CheckedViolation, CheckOutcome } from '../../domain/model-check.ts';
import { CHECK_OUTCOMES } from '../../domain/model-check.ts';
import type { PlannedCapture, Status, Verdict } from '../../domain/run-files.ts';
import { overrun } from '../../report/findings.ts';

/** What the verdicts of both runs say of one target together. */
export type JudgedTarget = Pick<
  CheckedTarget,
  'suite' | 'target' | 'outcome' | 'newViolations' | 'accepted' | 'still' | 'fixed' | 'unknown' | 'skipped'
>;

export interface VerdictPair {
  readonly base: readonly Verdict[];
  readonly head: readonly Verdict[];
  /** Candidates of the plan, in its order. */
  readonly planned: readonly PlannedCapture[];
  /** Whether a waiver came with head: what it covers was accepted together with the change. */
  readonly cameWithHead: (waiver: NonNullable<Verdict['waiver']>) => boolean;
}

const OVER: ReadonlySet<Status> = new Set(['FAIL', 'WAIVED']);
const UNTOLD: ReadonlySet<Status> = new Set(['INCOMPLETE', 'NOT_COMPARABLE']);

/** Where base failed already: head fails anew when it is more than so many times as far beyond the limit. */
const MUCH_WORSE = 2;

/** What head breaks, mends and leaves over budget, per target; worst first. */
export function compareVerdicts({ base, head, planned, cameWithHead }: VerdictPair): readonly JudgedTarget[] {
  const [before, after] = [verdictsOf(base), verdictsOf(head)];
  const targets = planned.map((each) => judgedTarget(each, before(each), after(each), cameWithHead));
  const rank = ({ outcome }: JudgedTarget) => CHECK_OUTCOMES.indexOf(outcome);
  return targets.toSorted((left, right) => rank(left) - rank(right) || worst(right) - worst(left) || 0);
}

/** The verdicts on a target; where its suite has no reference, the word on that is all there is. */
function verdictsOf(verdicts: readonly Verdict[]): (planned: PlannedCapture) => readonly Verdict[] {
  const own = groupBy(verdicts, keyOf);
  const broken = verdicts.filter(({ metric, status }) => metric === 'reference' && UNTOLD.has(status));
  return (planned) => {
    const reference = broken.find(({ suite }) => suite === planned.suite);
    return reference === undefined ? (own.get(keyOf(planned)) ?? []) : [reference];
  };
}

const keyOf = ({ suite, target }: { readonly suite: string; readonly target: string }) =>
  JSON.stringify([suite, target]);

function worst({ newViolations, still }: JudgedTarget): number {
  return newViolations.length * 1000 + still.length;
}

function judgedTarget(
  { suite, target }: PlannedCapture,
  base: readonly Verdict[],
  head: readonly Verdict[],
  cameWithHead: VerdictPair['cameWithHead'],
): JudgedTarget {
  const lists = {
    newViolations: [] as CheckedViolation[],
    accepted: [] as CheckedViolation[],
    still: [] as CheckedViolation[],
    fixed: [] as CheckedViolation[],
  };
  const unknown = new Set(
    head.filter(({ status }) => UNTOLD.has(status)).map((each) => `head: ${said(each)}`),
  );
  if (head.length === 0) unknown.add('head: nothing was judged');
  const baseSkipped = base.find(({ status }) => status === 'SKIPPED');
  const headSkipped = head.find(({ status }) => status === 'SKIPPED');
  for (const now of head.filter(({ status }) => OVER.has(status))) {
    const before = counterpart(now, base);
    const whyBaseUnknown = baseGap(base, now.tensor);
    const whether = whetherNew(now, before, cameWithHead);
    if (before === undefined && whyBaseUnknown !== undefined)
      unknown.add(
        `head is over its limit for ${now.metric}, and whether base was is not known: ${whyBaseUnknown}`,
      );
    else if (before !== undefined && UNTOLD.has(before.status))
      unknown.add(
        `head is over its limit for ${now.metric}, and whether base was is not known: ${said(before)}`,
      );
    else if (whether === 'still') lists.still.push(violationOf(before, now, isWorse(now, before!)));
    else lists[whether].push(violationOf(before, now));
  }
  for (const before of base.filter(({ status }) => OVER.has(status))) {
    const now = counterpart(before, head);
    if (now !== undefined && !OVER.has(now.status) && !UNTOLD.has(now.status))
      lists.fixed.push(violationOf(before, now));
  }
  const skipped = headSkipped ?? baseSkipped;
  return {
    suite,
    target,
    outcome: outcomeOf(lists, unknown.size, headSkipped !== undefined),
    ...lists,
    unknown: [...unknown],
    ...(skipped === undefined ? {} : { skipped: skipped.message ?? 'skipped' }),
  };
}

function outcomeOf(
  lists: Pick<JudgedTarget, 'newViolations' | 'accepted' | 'still' | 'fixed'>,
  unknown: number,
  isSkipped: boolean,
): CheckOutcome {
  if (unknown > 0) return 'unknown';
  if (lists.newViolations.length > 0) return 'broken';
  if (lists.accepted.length > 0) return 'accepted';
  if (lists.still.length > 0) return 'still';
  if (lists.fixed.length > 0) return 'fixed';
  return isSkipped ? 'skipped' : 'within';
}

/** Why base has no word on a tensor: undefined where it was judged, and has no limit there. */
function baseGap(base: readonly Verdict[], at: string): string | undefined {
  if (base.length === 0) return 'nothing was judged';
  const gap = base.find(
    ({ status, tensor }) => (UNTOLD.has(status) || status === 'SKIPPED') && (tensor === '*' || tensor === at),
  );
  return gap && said(gap);
}

function said({ tensor, metric, message, status }: Verdict): string {
  const place = tensor === '*' ? '' : `${tensor} ${metric}: `;
  return `${place}${message ?? status}`;
}

/** The verdict at the same place; where the cases were grouped otherwise, the worst of those that share one with it. */
function counterpart(verdict: Verdict, others: readonly Verdict[]): Verdict | undefined {
  const same = others.filter(({ tensor, metric }) => tensor === verdict.tensor && metric === verdict.metric);
  const exact = same.find((other) => other.case === verdict.case);
  if (exact !== undefined) return exact;
  const cases = new Set(verdict.case.split(', '));
  const sharing = same.filter(
    (other) => cases.has('*') || other.case === '*' || other.case.split(', ').some((name) => cases.has(name)),
  );
  return sharing.toSorted((left, right) => overrun(right) - overrun(left))[0];
}

function whetherNew(
  now: Verdict,
  before: Verdict | undefined,
  cameWithHead: VerdictPair['cameWithHead'],
): 'newViolations' | 'accepted' | 'still' {
  const wasOver = before !== undefined && OVER.has(before.status);
  if (!wasOver) {
    const { waiver } = now;
    // An old waiver speaks of what was known when it was written, and base gave no cause for it.
    return now.status === 'WAIVED' && waiver !== undefined && cameWithHead(waiver)
      ? 'accepted'
      : 'newViolations';
  }
  if (now.status === 'FAIL' && before.status === 'WAIVED') return 'newViolations';
  if (now.status === 'FAIL' && overrun(now) > MUCH_WORSE * overrun(before)) return 'newViolations';
  return 'still';
}

function isWorse(now: Verdict, before: Verdict): boolean {
  return overrun(now) > overrun(before);
}

function violationOf(before: Verdict | undefined, now: Verdict, worse = false): CheckedViolation {
  const { id, tensor, metric, operator, limit, rule, waiver } = OVER.has(now.status) ? now : before!;
  const seen = (verdict: Verdict | undefined) =>
    verdict === undefined ? null : { status: verdict.status, actual: verdict.actual };
  return {
    id,
    case: now.case,
    tensor,
    metric,
    operator,
    limit,
    base: seen(before),
    head: seen(now),
    rule,
    ...(waiver === undefined ? {} : { waiver }),
    ...(worse ? { worse: true as const } : {}),
  };
}

/** 3 outranks 1: what cannot be told proves nothing. */
export function checkExitCode(targets: readonly JudgedTarget[]): 0 | 1 | 3 {
  const isJudged = targets.some(({ outcome }) => outcome !== 'unknown' && outcome !== 'skipped');
  if (!isJudged || targets.some(({ outcome }) => outcome === 'unknown')) return 3;
  return targets.some(({ newViolations }) => newViolations.length > 0) ? 1 : 0;
}
