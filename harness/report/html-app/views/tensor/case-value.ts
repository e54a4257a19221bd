import { metricDefinition } from '../../../../domain/metrics.ts';
import type { Comparison, JsonNumber, Verdict } from '../../../../domain/run-files.ts';

/** One case's own value of a metric; null where it is undefined there, undefined where the case has no such number. */
export function caseValue(comparison: Comparison, metric: string): JsonNumber | null | undefined {
  if (comparison.status !== 'compared') return undefined;
  const { decisions, metrics } = comparison;
  const measured: Readonly<Record<string, unknown>> =
    metricDefinition(metric)?.scope === 'decision' ? { ...decisions } : metrics;
  const value = Object.hasOwn(measured, metric) ? measured[metric] : undefined;
  return value as JsonNumber | null | undefined;
}

/** What the found value of a verdict speaks of, for somebody who looks at one case. */
export function foundOfWords({ case: name, metric }: Pick<Verdict, 'case' | 'metric'>): string {
  if (name !== '*') return 'this case';
  const definition = metricDefinition(metric);
  if (definition === undefined || definition.scope === 'target') return 'all cases';
  return definition.pool === 'worst' ? 'worst of all cases' : 'all cases together';
}
