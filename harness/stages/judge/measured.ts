import { metricDefinition } from '../../domain/metrics.ts';
import type { ComparisonBody, Decisions, JsonNumber, WorstElement } from '../../domain/run-files.ts';
import { fromJsonNumber, toJsonNumber } from '../../domain/run-files.ts';

export type Compared = Extract<ComparisonBody, { status: 'compared' }>;

/** The comparison's value of a metric: a number, null where it is undefined, undefined where the metric does not apply. */
export function metricValue(comparison: Compared, metric: string): number | null | undefined {
  const scope = metricDefinition(metric)?.scope;
  const value =
    scope === 'decision' ? decisionValue(comparison.decisions, metric) : comparison.metrics[metric];
  return typeof value === 'number' || typeof value === 'string' ? fromJsonNumber(value) : value;
}

function decisionValue(decisions: Decisions | undefined, metric: string): JsonNumber | undefined {
  return (decisions as Readonly<Record<string, JsonNumber>> | undefined)?.[metric];
}

/**
 * One number for the cases that share a limit, pooled as the metric's definition says. NaN is worse than every number.
 * @param comparisons only such as have a number for this metric
 */
export function aggregate(
  metric: string,
  comparisons: readonly Compared[],
): { readonly value: number; readonly worst: Compared } | undefined {
  const valued = comparisons.map((comparison) => ({
    comparison,
    value: metricValue(comparison, metric) ?? Number.NaN,
  }));
  const first = valued[0];
  if (!first) return undefined;
  const worst = valued.reduce((left, right) => (isWorse(metric, right.value, left.value) ? right : left));
  const values = valued.map(({ value }) => value);
  const pool = metricDefinition(metric)?.pool ?? 'worst';
  if (pool === 'worst') return { value: worst.value, worst: worst.comparison };
  if (pool === 'sum') return { value: sum(values), worst: worst.comparison };
  const weights = comparisons.map(({ decisions }) => decisions?.[pool] ?? 0);
  // Shares of samples: back to counts first, so that no rounding makes 200 of 200 less than 1.
  const counts = values.map((value, index) => roundIfCount(value * (weights[index] ?? 0)));
  return { value: sum(counts) / sum(weights), worst: worst.comparison };
}

/** Decisions that hold no number of their own. */
const NO_METRICS: ReadonlySet<string> = new Set([
  'samples',
  'labelled',
  'classes',
  'flipped',
  'accuracy_reference',
]);

export interface PooledMetric {
  readonly metric: string;
  readonly value: JsonNumber;
}

/** Every metric that one tensor's comparisons give a number for, each pooled over the cases. */
export function pooledMetrics(compared: readonly Compared[]): PooledMetric[] {
  const names = compared.flatMap(({ metrics, decisions }) => [
    ...Object.keys(metrics),
    ...Object.keys(decisions ?? {}).filter((name) => !NO_METRICS.has(name)),
  ]);
  return [...new Set(names)].flatMap((metric) => {
    const valued = compared.filter((comparison) => typeof metricValue(comparison, metric) === 'number');
    const pooled = aggregate(metric, valued);
    return pooled === undefined ? [] : [{ metric, value: toJsonNumber(pooled.value) }];
  });
}

/** NaN is worse than every number. */
export function isWorse(metric: string, candidate: number, current: number): boolean {
  if (Number.isNaN(current)) return false;
  if (Number.isNaN(candidate)) return true;
  const good = metricDefinition(metric)?.good;
  if (good === 'high') return candidate < current;
  if (good === 'magnitude') return Math.abs(candidate) > Math.abs(current);
  return candidate > current;
}

function roundIfCount(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value - rounded) < 1e-9 ? rounded : value;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Where to look first: the worst element of an element metric, the first flipped sample of a decision metric. */
export function worstPlace(
  metric: string,
  comparison: Compared,
): (WorstElement & { readonly case: string }) | undefined {
  if (metricDefinition(metric)?.scope !== 'decision') {
    return comparison.worst && { case: comparison.case, ...comparison.worst };
  }
  const flip = comparison.decisions?.flipped[0];
  if (!flip) return undefined;
  return {
    case: flip.sample,
    index: [flip.reference.class],
    reference: flip.reference.score,
    candidate: flip.candidate.score,
  };
}
