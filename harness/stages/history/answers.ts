import { createHash } from 'node:crypto';
import type { HistoryAnswer } from '../../domain/history.ts';
import type { Comparison } from '../../domain/run-files.ts';
import { type Compared, pooledMetrics } from '../judge/measured.ts';

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
    metrics: pooledMetrics(compared),
  };
}
