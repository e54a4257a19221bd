import type { MatchSubject } from '../../config/match.ts';
import { isGlob } from '../../config/name-glob.ts';
import type { Budgets, Limit, Matcher } from '../../domain/budgets.ts';
import { metricDefinition } from '../../domain/metrics.ts';
import type { DecidingRule } from '../../domain/run-files.ts';

export type Subject = MatchSubject;
export type Matches = (match: Matcher, subject: Subject) => boolean;

/** A limit on one metric and the rule that set it. */
export interface ResolvedLimit {
  readonly metric: string;
  readonly limit: Limit;
  readonly rule: DecidingRule;
  /** Place among the rules of the file; -1 for what is built in. Two rules may stand on one line. */
  readonly order: number;
  /** The rule names the tensor itself, so that a metric which does not apply there is a mistake and not a generality. */
  readonly namesTensor: boolean;
}

const builtIn = (reason: string): DecidingRule => ({ file: 'built-in', reason });

/** Limits that hold without being asked for (numerics.md, "Policy"); a budget rule for the same metric replaces them. */
const BUILT_IN: readonly ResolvedLimit[] = [
  limitOf('nonfinite_mismatch', 0, 'NaN and infinities are equal only where both sides have the same'),
  limitOf('nonfinite_matched', 0, 'NaN and infinities on both sides need allow_nonfinite in a budget'),
  limitOf('distinct_outputs', 1, 'the same input gives the same bytes'),
  limitOf('fallback_nodes', 0, 'a provider answers for its own nodes only'),
  // Against the baseline, where one was approved.
  limitOf('changed_answers', 0, 'an answer that nobody approved is looked at', 'warn'),
  limitOf('new_divergences', 0, "what had the reference's bytes when it was approved keeps them"),
  limitOf('worse_metrics', 0, 'no metric gets worse than approved'),
  limitOf('class_changes', 0, 'targets that agreed when approved still do', 'warn'),
  limitOf('moved_nodes', 0, 'nodes run where they ran when approved', 'warn'),
];

function limitOf(
  metric: string,
  bound: number,
  reason: string,
  severity: 'fail' | 'warn' = 'fail',
): ResolvedLimit {
  return { metric, limit: { [severity]: bound }, rule: builtIn(reason), order: -1, namesTensor: false };
}

/** Every rule that speaks of the metric for this subject, in the order of the file; the last one wins. */
export function matchingRules(
  budgets: Budgets | undefined,
  subject: Subject,
  metric: string,
  matches: Matches,
): readonly ResolvedLimit[] {
  const found = BUILT_IN.filter((rule) => rule.metric === metric);
  for (const [order, rule] of (budgets?.rules ?? []).entries()) {
    if (!matches(rule.match, subject)) continue;
    const { file, line } = rule.place;
    const source: DecidingRule = {
      file,
      ...(line === undefined ? {} : { line }),
      reason: rule.reason,
      ...(rule.owner === undefined ? {} : { owner: rule.owner }),
    };
    const namesTensor = rule.match.tensor !== undefined && !isGlob(rule.match.tensor);
    const limit = rule.limits[metric];
    if (limit) found.push({ metric, limit, rule: source, order, namesTensor });
    if (metric === 'nonfinite_matched' && rule.allowNonfinite) {
      found.push({ metric, limit: {}, rule: source, order, namesTensor });
    }
  }
  return found;
}

/** Every metric that some rule, built in or written, could limit. */
export function limitedMetrics(budgets: Budgets | undefined): readonly string[] {
  const names = new Set(BUILT_IN.map((rule) => rule.metric));
  for (const rule of budgets?.rules ?? []) for (const metric of Object.keys(rule.limits)) names.add(metric);
  return [...names].sort();
}

/** The default when no budget says anything about a tensor's values: nothing outside the dtype's tolerance. */
export function defaultTolerance(dtype: string, tolerance: { atol: number; rtol: number }): ResolvedLimit {
  return limitOf(
    'mismatch_fraction',
    0,
    `default tolerance of ${dtype}: rtol ${tolerance.rtol}, atol ${tolerance.atol}; no budget speaks of this tensor`,
  );
}

/** `passed = actual <= limit`, so that NaN fails, in the direction that the metric is good in. */
export function withinLimit(metric: string, actual: number, limit: number): boolean {
  const good = metricDefinition(metric)?.good;
  if (good === 'high') return actual >= limit;
  if (good === 'magnitude') return Math.abs(actual) <= limit;
  return actual <= limit;
}
