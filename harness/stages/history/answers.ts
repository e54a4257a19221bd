import { createHash } from 'node:crypto';
import type { HistoryAnswer } from '../../domain/history.ts';
import type { Comparison } from '../../domain/run-files.ts';
import { toJsonNumber } from '../../domain/run-files.ts';
import { aggregate, type Compared, metricValue } from '../judge/measured.ts';

/** Decisions that hold no number of their own. */
const NO_METRICS: ReadonlySet<string> = new Set([
  'samples',
  'labelled',
  'classes',
  'flipped',
  'accuracy_reference',
]);

/** What one target answered to one tensor, over all cases; undefined where a case could not be compared. */
export function answerOf(comparisons: readonly Comparison[]): HistoryAnswer | undefined {
  const compared = comparisons.filter((each): each is Compared => each.status === 'compared');
  if (compared.length === 0 || compared.length < comparisons.length) return undefined;
  // The same bytes of another tensor, or held against other labels, are another answer.
  const parts = compared.map(({ suite, tensor, case: name, dtype, shape, digest, metrics, decisions }) => {
    const { flipped: _, ...numbers } = decisions ?? { flipped: [] };
    return JSON.stringify([
      name,
      suite,
      tensor,
      dtype,
      shape,
      digest.reference,
      digest.candidate,
      metrics,
      numbers,
    ]);
  });
  return {
    id: createHash('sha256').update(parts.sort().join('\n')).digest('hex').slice(0, 32),
    identical: compared.every(({ identical }) => identical),
    metrics: metricNames(compared).flatMap((metric) => {
      const valued = compared.filter((comparison) => typeof metricValue(comparison, metric) === 'number');
      const pooled = aggregate(metric, valued);
      return pooled === undefined ? [] : [{ metric, value: toJsonNumber(pooled.value) }];
    }),
  };
}

function metricNames(comparisons: readonly Compared[]): string[] {
  const names = comparisons.flatMap(({ metrics, decisions }) => [
    ...Object.keys(metrics),
    ...Object.keys(decisions ?? {}).filter((name) => !NO_METRICS.has(name)),
  ]);
  return [...new Set(names)];
}
