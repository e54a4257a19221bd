import type { Limit } from '../domain/budgets.ts';
import { METRICS, type MetricDefinition, metricDefinition } from '../domain/metrics.ts';
import type { Place } from '../domain/user-error.ts';
import { UserError } from '../domain/user-error.ts';
import { didYouMean, quoteNames } from './nearest-name.ts';

/** Throws unless the metric exists and can be judged. */
export function checkMetric(name: string, owner: 'rule' | 'waiver', place: Place): void {
  const metric = metricDefinition(name);
  if (!metric) {
    const known = judgedMetricNames();
    const verb = owner === 'rule' ? 'limits' : 'waives';
    throw new UserError(
      'E_BUDGET_UNKNOWN_METRIC',
      `The ${owner} ${verb} metric "${name}", but the metrics are: ${quoteNames(known, 40)}.`,
      { place, remedies: didYouMean(name, known) },
    );
  }
  if (metric.good !== 'informs') return;
  throw new UserError(
    'E_BUDGET_METRIC_INFORMS',
    `"${name}" (${metric.meaning}) is shown in reports and never judged: it has no good direction to bound.`,
    { place, remedies: [`take it out of the ${owner}`] },
  );
}

/** Throws for a limit that no value can meet, and for a warning that comes after the failure. */
export function checkLimit(metric: MetricDefinition, name: string, limit: Limit, place: Place): void {
  const [least, most] = rangeOf(metric);
  const upward = metric.good === 'high';
  for (const value of [limit.fail, limit.warn]) {
    if (value === undefined || (upward ? value <= most : value >= least)) continue;
    const bound = upward
      ? `is at most ${most}, so it cannot reach`
      : `is at least ${least}, so it cannot stay under`;
    throw new UserError('E_BUDGET_LIMIT_UNREACHABLE', `"${name}" ${bound} the limit ${value}.`, { place });
  }
  const { fail, warn } = limit;
  if (fail === undefined || warn === undefined || (upward ? warn >= fail : warn <= fail)) return;
  throw new UserError(
    'E_BUDGET_WARN_AFTER_FAIL',
    `"${name}" warns at ${warn} but fails at ${fail} already (${upward ? 'higher' : 'lower'} is better): the warning would never be seen.`,
    { place, remedies: [`set warn ${upward ? 'above' : 'below'} fail, or take it out`] },
  );
}

/** Names that a limit may have; `top1_overlap` and its kin are told by one example. */
function judgedMetricNames(): string[] {
  return METRICS.filter((metric) => metric.good !== 'informs').map((metric) =>
    metric.name.replace('topK', 'top3'),
  );
}

/** Least and greatest value that the metric can have. */
function rangeOf(metric: MetricDefinition): readonly [number, number] {
  if (metric.good === 'high' && metric.unit === 'dB')
    return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  if (metric.name === 'cosine') return [-1, 1];
  if (metric.unit === 'share') return [0, 1];
  return [metric.name === 'distinct_outputs' ? 1 : 0, Number.POSITIVE_INFINITY];
}
