import { createHash } from 'node:crypto';
import type { HistoryAnswer } from '../../domain/history.ts';
import type { ComparisonBody } from '../../domain/run-files.ts';
import { type Compared, pooledMetrics } from '../judge/measured.ts';

/** What one target answered to one tensor, over all cases; undefined where a case could not be compared. */
export function answerOf(comparisons: readonly ComparisonBody[]): HistoryAnswer | undefined {
  const compared = comparisons.filter((each): each is Compared => each.status === 'compared');
  if (compared.length === 0 || compared.length < comparisons.length) return undefined;
  // The same bytes of another tensor are another answer; so are those that were measured otherwise.
  const bytes = hashOf(
    compared.map(({ suite, tensor, case: name, dtype, shape, digest }) => [
      name,
      suite,
      tensor,
      dtype,
      shape,
      digest.reference,
      digest.candidate,
    ]),
  );
  const measured = compared.map(({ case: name, metrics, decisions }) => {
    const { flipped: _, ...numbers } = decisions ?? { flipped: [] };
    return [name, metrics, numbers];
  });
  return {
    id: hashOf([[bytes], ...measured]),
    bytes,
    identical: compared.every(({ identical }) => identical),
    metrics: pooledMetrics(compared),
  };
}

function hashOf(parts: readonly (readonly unknown[])[]): string {
  const texts = parts.map((part) => JSON.stringify(part)).sort();
  return createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 32);
}
