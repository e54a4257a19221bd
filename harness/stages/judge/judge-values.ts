import type { Budgets, Waiver } from '../../domain/budgets.ts';
import type { TargetName } from '../../domain/device.ts';
import { metricDefinition } from '../../domain/metrics.ts';
import type { Determinism, Verdict } from '../../domain/run-files.ts';
import { fromJsonNumber } from '../../domain/run-files.ts';
import type { DType } from '../../domain/tensor.ts';
import { applyWaivers } from './apply-waivers.ts';
import { aggregate, type Compared, metricValue, worstPlace } from './measured.ts';
import {
  defaultTolerance,
  limitedMetrics,
  type Matches,
  matchingRules,
  type ResolvedLimit,
  type Subject,
  withinLimit,
} from './resolve-rule.ts';
import { judgeValue, stateVerdict } from './verdict.ts';

/** What the values of one target are held against. */
export interface Judging {
  readonly suite: string;
  readonly target: TargetName;
  /** The target without case and tensor. */
  readonly subject: Omit<Subject, 'case' | 'tensor'>;
  readonly determinism: Determinism['targets'][number] | undefined;
  readonly budgets: Budgets | undefined;
  readonly tolerances: Readonly<Record<DType, { readonly atol: number; readonly rtol: number }>>;
  readonly now: Date;
  readonly matches: Matches;
}

/** A verdict, and the cases whose values it holds to a limit that can fail. */
interface Judged {
  readonly verdict: Verdict;
  readonly cases: readonly string[];
}

interface Floored {
  readonly resolved: ResolvedLimit;
  /** Where the limit that a verdict shows comes from, when noise raised it. */
  readonly noise: ((shown: number) => Verdict['noise']) | undefined;
}

/** Counts of places that have no value: a limit on these alone would let every finite value pass. */
const OF_NONFINITE: ReadonlySet<string> = new Set(['nonfinite_mismatch', 'nonfinite_matched']);

/**
 * The verdicts on one tensor's values over its cases.
 * @param total cases of the suite; where fewer could be compared, what is over a limit says so
 */
export function judgeValues(
  target: Judging,
  tensor: string,
  compared: readonly Compared[],
  total: number,
): readonly Verdict[] {
  const metrics = limitedMetrics(target.budgets).filter(
    (metric) => metricDefinition(metric)?.scope !== 'target',
  );
  const judged = metrics.flatMap((metric) => judgeMetric(target, tensor, metric, compared));
  // A value that no rule of the budgets can fail is held to its dtype's tolerance: nothing passes unjudged.
  const held = new Set(judged.flatMap(({ cases }) => cases));
  const unheld = compared.filter((comparison) => !held.has(comparison.case));
  const byTolerance = unheld.length === 0 ? [] : judgeByTolerance(target, tensor, unheld, compared.length);
  const told = [...judged, ...byTolerance].map(({ verdict }) => verdict);
  return compared.length < total ? told.map((verdict) => ofSomeCases(verdict, compared.length, total)) : told;
}

/** The same limit over fewer cases is another question: who reads the answer must know. */
function ofSomeCases(verdict: Verdict, compared: number, total: number): Verdict {
  if (verdict.status === 'PASS' || verdict.case !== '*') return verdict;
  const words = `over ${compared} of ${total} cases, because the others could not be compared`;
  return { ...verdict, message: verdict.message === undefined ? words : `${verdict.message}; ${words}` };
}

function judgeByTolerance(
  target: Judging,
  tensor: string,
  unheld: readonly Compared[],
  total: number,
): readonly Judged[] {
  const dtype = unheld[0]!.dtype;
  const resolved = defaultTolerance(dtype, target.tolerances[dtype]);
  return judgeGroup(target, tensor, 'mismatch_fraction', unheld, resolved, total);
}

function judgeMetric(
  target: Judging,
  tensor: string,
  metric: string,
  compared: readonly Compared[],
): readonly Judged[] {
  const groups = new Map<number, { resolved: ResolvedLimit; members: Compared[] }>();
  for (const comparison of compared) {
    const subject = { ...target.subject, case: comparison.case, tensor };
    const resolved = matchingRules(target.budgets, subject, metric, target.matches).at(-1);
    if (!resolved) continue;
    const group = groups.get(resolved.order) ?? { resolved, members: [] };
    group.members.push(comparison);
    groups.set(resolved.order, group);
  }
  return [...groups.values()].flatMap(({ resolved, members }) =>
    judgeGroup(target, tensor, metric, members, resolved, compared.length),
  );
}

/** Judges the cases that share a rule. A case for which the metric says nothing is not in the verdict, nor held by it. */
function judgeGroup(
  target: Judging,
  tensor: string,
  metric: string,
  members: readonly Compared[],
  resolved: ResolvedLimit,
  total: number,
): readonly Judged[] {
  if (resolved.limit.fail === undefined && resolved.limit.warn === undefined) return [];
  const about = (cases: readonly Compared[]) => ({
    suite: target.suite,
    case: cases.length === total ? '*' : cases.map((member) => member.case).join(', '),
    target: target.target,
    tensor,
    metric,
  });
  const unmeasured = (cases: readonly Compared[], message: string): Judged => ({
    verdict: {
      ...stateVerdict(about(cases), 'NOT_COMPARABLE', message, 'a limit that cannot be measured is not met'),
      rule: resolved.rule,
    },
    cases: [],
  });
  const undefinedIn = members.filter((member) => metricValue(member, metric) === null);
  if (undefinedIn.length > 0) {
    return [
      unmeasured(undefinedIn, `${metric} is undefined: the reference is zero there; limit max_abs instead`),
    ];
  }
  const valued = members.filter((member) => metricValue(member, metric) !== undefined);
  const found = aggregate(metric, valued);
  if (!found) {
    const message = `${metric} does not apply to this tensor (${members[0]!.dtype}), and the rule names it`;
    return resolved.namesTensor ? [unmeasured(members, message)] : [];
  }
  const { resolved: raised, noise } = withNoiseFloor(target, tensor, metric, resolved);
  const verdict = judgeValue(about(valued), found.value, raised);
  const worst = worstPlace(metric, found.worst);
  const raisedBy = verdict.limit === null ? undefined : noise?.(fromJsonNumber(verdict.limit));
  const complete = { ...verdict, ...(raisedBy && { noise: raisedBy }), ...(worst && { worst }) };
  const isWritten = resolved.order >= 0 && raised.limit.fail !== undefined;
  const holds = isWritten && !OF_NONFINITE.has(metric);
  return [
    {
      verdict: applyWaivers(complete, target.budgets, target.now, (waiver) =>
        coversFailure(target, tensor, metric, valued, raised, waiver),
      ),
      cases: holds ? valued.map((member) => member.case) : [],
    },
  ];
}

/** With the cases that the waiver matches set aside, nothing is left, or what is left is within the limit. */
function coversFailure(
  target: Judging,
  tensor: string,
  metric: string,
  members: readonly Compared[],
  resolved: ResolvedLimit,
  waiver: Waiver,
): boolean {
  const rest = members.filter(
    (member) => !target.matches(waiver.match, { ...target.subject, case: member.case, tensor }),
  );
  if (rest.length === members.length) return false;
  const left = aggregate(metric, rest);
  return left === undefined || withinLimit(metric, left.value, resolved.limit.fail ?? Number.NaN);
}

/**
 * limit = max(limit, factor × the target's own repeat noise), for each bound; only max_abs has a noise that was measured in its own
 * unit.
 */
function withNoiseFloor(target: Judging, tensor: string, metric: string, resolved: ResolvedLimit): Floored {
  const asWritten = { resolved, noise: undefined };
  const floor = target.budgets?.noiseFloor;
  const measured = target.determinism?.tensors.find((entry) => entry.tensor === tensor);
  if (metric !== 'max_abs' || !floor || !measured) return asWritten;
  if ((target.determinism?.repeats ?? 0) < floor.repeats) return asWritten;
  const noiseMaxAbs = fromJsonNumber(measured.noise_max_abs);
  const least = floor.factor * noiseMaxAbs;
  const { fail, warn } = resolved.limit;
  // Noise without a number raises no limit: it would excuse everything.
  if (!Number.isFinite(least) || !(least > Math.min(fail ?? least, warn ?? least))) return asWritten;
  const raised = {
    ...(fail === undefined ? {} : { fail: Math.max(fail, least) }),
    ...(warn === undefined ? {} : { warn: Math.max(warn, least) }),
  };
  return {
    resolved: { ...resolved, limit: raised },
    noise: (shown) => {
      const own = shown === raised.fail && fail !== undefined ? fail : warn;
      if (own === undefined || own === shown) return undefined;
      return { factor: floor.factor, noise_max_abs: noiseMaxAbs, ruleLimit: own };
    },
  };
}
