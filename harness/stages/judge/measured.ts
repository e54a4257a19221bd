import { metricDefinition } from '../../domain/metrics.ts';
import type { Comparison, Decisions, JsonNumber, WorstElement } from '../../domain/run-files.ts';
import { fromJsonNumber } from '../../domain/run-files.ts';

export type Compared = Extract<Comparison, { status: 'compared' }>;

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
 * One number for the cases that share a limit. Counts and shares of samples are pooled, so that 3 of 200 is 3 of 200 however
 * the samples lie in cases; an element metric is its worst case. NaN is worse than every number.
 */
export function aggregate(
  metric: string,
  comparisons: readonly Compared[],
): { readonly value: number; readonly worst: Compared } | undefined {
  const valued = comparisons.flatMap((comparison) => {
    const value = metricValue(comparison, metric);
    return typeof value === 'number' ? [{ comparison, value }] : [];
  });
  const first = valued[0];
  if (!first) return undefined;
  const worst = valued.reduce((left, right) => (isWorse(metric, right.value, left.value) ? right : left));
  if (metricDefinition(metric)?.scope !== 'decision') return { value: worst.value, worst: worst.comparison };
  if (metric === 'flips' || metric === 'near_ties') {
    return { value: sum(valued.map(({ value }) => value)), worst: worst.comparison };
  }
  const samples = valued.map(({ comparison }) => comparison.decisions?.samples ?? 0);
  // Shares of samples: back to counts first, so that no rounding makes 200 of 200 less than 1.
  const counts = valued.map(({ value }, index) => roundIfCount(value * (samples[index] ?? 0)));
  return { value: sum(counts) / sum(samples), worst: worst.comparison };
}

function isWorse(metric: string, candidate: number, current: number): boolean {
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
