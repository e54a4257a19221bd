import { metricDefinition } from '../../../../domain/metrics.ts';
import { fromJsonNumber } from '../../../../domain/run-files.ts';
import { formatShare } from '../../../format-number.ts';
import type { EntryHead } from '../../../page-data/page-data.ts';

/** The metric that comes nearest to its limit over all tensors, and what is left to it; undefined where no limit has a number. */
export function nearestLimit(
  entries: readonly Pick<EntryHead, 'worst'>[],
): { readonly metric: string; readonly room: string } | undefined {
  const judged = entries.flatMap(({ worst }) =>
    worst === undefined ? [] : [{ metric: worst.metric, overrun: fromJsonNumber(worst.overrun) }],
  );
  const [first, ...others] = judged;
  if (first === undefined) return undefined;
  const { metric, overrun } = others.reduce(
    (most, next) => (next.overrun > most.overrun ? next : most),
    first,
  );
  if (overrun >= 0) return { metric, room: 'at the limit' };
  const share = formatShare(-overrun, 2);
  return { metric, room: metricDefinition(metric)?.good === 'high' ? `${share} above` : `${share} left` };
}
