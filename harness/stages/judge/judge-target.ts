import type { Budgets } from '../../domain/budgets.ts';
import { fallbackNodes } from '../../domain/placement.ts';
import type { Comparison, Determinism, Verdict } from '../../domain/run-files.ts';
import { fromJsonNumber } from '../../domain/run-files.ts';
import type { DType } from '../../domain/tensor.ts';
import type { CapturedCapture } from '../deliveries.ts';
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

/** One target's captured answers to one suite, and what they are judged by. */
export interface TargetCase {
  readonly suite: string;
  readonly capture: CapturedCapture;
  readonly comparisons: readonly Comparison[];
  readonly determinism: Determinism['targets'][number] | undefined;
  readonly budgets: Budgets | undefined;
  readonly cases: readonly string[];
  readonly tensors: readonly string[];
  /** The target without case and tensor. */
  readonly subject: Omit<Subject, 'case' | 'tensor'>;
  readonly tolerances: Readonly<Record<DType, { readonly atol: number; readonly rtol: number }>>;
  readonly now: Date;
  readonly matches: Matches;
}

const TARGET_METRICS = ['fallback_nodes'];

/** Every verdict on one target and suite, in the order: state, placement, determinism, values. */
export function judgeTarget(target: TargetCase): readonly Verdict[] {
  const compared = target.comparisons.filter((comparison) => comparison.status === 'compared');
  return [
    ...judgeComparability(target),
    ...judgePlacement(target),
    ...target.tensors.flatMap((tensor) => judgeTensor(target, tensor, compared)),
  ];
}

function judgeComparability(target: TargetCase): readonly Verdict[] {
  const { suite, capture, comparisons } = target;
  const refused = comparisons.filter((comparison) => comparison.status === 'notComparable');
  const verdicts = refused.map((comparison) =>
    stateVerdict(
      {
        suite,
        case: comparison.case,
        target: capture.target,
        tensor: comparison.tensor,
        metric: 'comparable',
      },
      'NOT_COMPARABLE',
      comparison.reason,
      'names, shapes, dtypes and counts are compared first',
    ),
  );
  const seen = new Set(comparisons.map(({ case: name, tensor }) => `${name}\0${tensor}`));
  const silent = target.cases.flatMap((name) =>
    target.tensors.filter((tensor) => !seen.has(`${name}\0${tensor}`)).map((tensor) => ({ name, tensor })),
  );
  const missing = silent.map(({ name, tensor }) =>
    stateVerdict(
      { suite, case: name, target: capture.target, tensor, metric: 'comparable' },
      'INCOMPLETE',
      'the plan asks for this comparison and none was made',
      'absence never looks like agreement',
    ),
  );
  return [...verdicts, ...missing];
}

function judgePlacement(target: TargetCase): readonly Verdict[] {
  const actual = fallbackNodes(target.capture.placement);
  const subject = { ...target.subject, case: '*', tensor: '*' };
  const resolved = matchingRules(target.budgets, subject, 'fallback_nodes', target.matches).at(-1);
  if (!resolved) return [];
  const verdict = judgeValue(
    {
      suite: target.suite,
      case: '*',
      target: target.capture.target,
      tensor: '*',
      metric: 'fallback_nodes',
    },
    actual,
    resolved,
  );
  const message = Number.isNaN(actual)
    ? { message: 'the runtime gave no profile, so nobody knows where the nodes ran' }
    : {};
  return [
    applyWaivers(
      { ...verdict, ...(verdict.status === 'PASS' ? {} : message) },
      [subject],
      target.budgets,
      target.now,
      target.matches,
    ),
  ];
}

function judgeTensor(target: TargetCase, tensor: string, all: readonly Compared[]): readonly Verdict[] {
  const compared = all.filter((comparison) => comparison.tensor === tensor);
  const metrics = limitedMetrics(target.budgets).filter((metric) => !TARGET_METRICS.includes(metric));
  const verdicts = metrics.flatMap((metric) =>
    metric === 'distinct_outputs'
      ? judgeDeterminism(target, tensor)
      : judgeMetric(target, tensor, metric, compared),
  );
  // A value that no rule of the budgets speaks of is held to its dtype's tolerance: nothing passes unjudged.
  const unspoken = compared.filter(
    (comparison) =>
      !verdicts.some((verdict) => verdict.rule.file !== 'built-in' && coversCase(verdict, comparison.case)),
  );
  return unspoken.length === 0
    ? verdicts
    : [...verdicts, ...judgeByTolerance(target, tensor, unspoken, compared.length)];
}

function coversCase(verdict: Verdict, name: string): boolean {
  if (verdict.metric === 'distinct_outputs' || verdict.metric.startsWith('nonfinite_')) return false;
  return verdict.case === '*' || verdict.case.split(', ').includes(name);
}

function judgeByTolerance(
  target: TargetCase,
  tensor: string,
  unspoken: readonly Compared[],
  total: number,
): readonly Verdict[] {
  const dtype = unspoken[0]!.dtype;
  const resolved = defaultTolerance(dtype, target.tolerances[dtype]);
  return [judgeGroup(target, tensor, 'mismatch_fraction', unspoken, resolved, total)].flat();
}

function judgeMetric(
  target: TargetCase,
  tensor: string,
  metric: string,
  compared: readonly Compared[],
): readonly Verdict[] {
  const groups = new Map<string, { resolved: ResolvedLimit; members: Compared[] }>();
  for (const comparison of compared) {
    const subject = { ...target.subject, case: comparison.case, tensor };
    const resolved = matchingRules(target.budgets, subject, metric, target.matches).at(-1);
    if (!resolved) continue;
    const key = `${resolved.rule.file}:${resolved.rule.line ?? 0}`;
    const group = groups.get(key) ?? { resolved, members: [] };
    group.members.push(comparison);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ resolved, members }) =>
    judgeGroup(target, tensor, metric, members, resolved, compared.length),
  );
}

function judgeGroup(
  target: TargetCase,
  tensor: string,
  metric: string,
  members: readonly Compared[],
  resolved: ResolvedLimit,
  total: number,
): readonly Verdict[] {
  if (resolved.limit.fail === undefined && resolved.limit.warn === undefined) return [];
  const name = members.length === total ? '*' : members.map((member) => member.case).join(', ');
  const about = { suite: target.suite, case: name, target: target.capture.target, tensor, metric };
  const undefinedIn = members.filter((member) => metricValue(member, metric) === null);
  if (undefinedIn.length > 0) {
    const names = undefinedIn.map((member) => member.case).join(', ');
    return [
      {
        ...stateVerdict(
          about,
          'NOT_COMPARABLE',
          `${metric} is undefined in ${names}: the reference is zero there; limit max_abs instead`,
          'a limit that cannot be measured is not met',
        ),
        rule: resolved.rule,
      },
    ];
  }
  const found = aggregate(metric, members);
  if (!found) {
    if (!resolved.namesTensor) return [];
    return [
      {
        ...stateVerdict(
          about,
          'NOT_COMPARABLE',
          `${metric} does not apply to this tensor (${members[0]!.dtype}), and the rule names it`,
          'a limit that cannot be measured is not met',
        ),
        rule: resolved.rule,
      },
    ];
  }
  const raised = withNoiseFloor(target, tensor, metric, resolved);
  const verdict = judgeValue(about, found.value, raised);
  const worst = worstPlace(metric, found.worst);
  const failing = members.filter((member) => {
    const value = metricValue(member, metric);
    const bound = raised.limit.fail;
    return typeof value === 'number' && bound !== undefined && !withinLimit(metric, value, bound);
  });
  const subjects = (failing.length > 0 ? failing : members).map((member) => ({
    ...target.subject,
    case: member.case,
    tensor,
  }));
  const complete = worst ? { ...verdict, worst } : verdict;
  return [applyWaivers(complete, subjects, target.budgets, target.now, target.matches)];
}

/** limit = max(limit, factor × the target's own repeat noise); only max_abs has a noise that was measured in its own unit. */
function withNoiseFloor(
  target: TargetCase,
  tensor: string,
  metric: string,
  resolved: ResolvedLimit,
): ResolvedLimit {
  const floor = target.budgets?.noiseFloor;
  const measured = target.determinism?.tensors.find((entry) => entry.tensor === tensor);
  if (metric !== 'max_abs' || !floor || !measured) return resolved;
  if ((target.determinism?.repeats ?? 0) < floor.repeats) return resolved;
  const noise = floor.factor * fromJsonNumber(measured.noise_max_abs);
  const { fail, warn } = resolved.limit;
  // Noise without a number raises no limit: it would excuse everything.
  if (!Number.isFinite(noise) || !(noise > (fail ?? warn ?? Number.POSITIVE_INFINITY))) return resolved;
  return {
    ...resolved,
    limit: {
      ...(fail === undefined ? {} : { fail: Math.max(fail, noise) }),
      ...(warn === undefined ? {} : { warn: Math.max(warn, noise) }),
    },
    rule: {
      ...resolved.rule,
      reason: `${resolved.rule.reason}; raised to ${floor.factor} × the target's own repeat noise`,
    },
  };
}

function judgeDeterminism(target: TargetCase, tensor: string): readonly Verdict[] {
  const measured = target.determinism?.tensors.find((entry) => entry.tensor === tensor);
  const subject = { ...target.subject, case: '*', tensor };
  const resolved = matchingRules(target.budgets, subject, 'distinct_outputs', target.matches).at(-1);
  if (!resolved) return [];
  const about = {
    suite: target.suite,
    case: '*',
    target: target.capture.target,
    tensor,
    metric: 'distinct_outputs',
  };
  // A tensor that was not captured has no repeats to count: NaN, and NaN fails.
  const verdict = judgeValue(about, measured?.distinct_outputs ?? Number.NaN, resolved);
  return [applyWaivers(verdict, [subject], target.budgets, target.now, target.matches)];
}
