import type { Comparison } from '../../../../domain/run-files.ts';
import type { EntryComparison } from '../../../page-data/page-data.ts';
import { summariseTensors, type TensorSummary } from '../../../tensor-summary.ts';
import { type Loaded, useEntry } from '../../data/report.ts';
import type { Side, SideName, TensorPair } from './compare-sides.ts';

export interface PairNumbers {
  readonly summary: TensorSummary;
  readonly reference: SideName;
}

/** The numbers of a tensor of two targets; undefined where there are none. */
export function usePairNumbers(
  pair: TensorPair,
  sides: Readonly<Record<SideName, Side>>,
): Loaded<PairNumbers> {
  const against = pair.status === 'againstReference' ? pair : undefined;
  const side = sides[against?.reference === 'first' ? 'second' : 'first'];
  const entry = useEntry(side.target, side.index, against?.entry);
  if (pair.status === 'compared') return ready(boundTo(pair.tensor, pair.comparisons), pair.reference);
  if (against === undefined) return { status: 'ready', data: undefined };
  if (entry.status === 'loading') return entry;
  return ready(entry.data?.comparisons ?? [], against.reference);
}

function ready(comparisons: readonly Comparison[], reference: SideName): Loaded<PairNumbers> {
  const [summary] = summariseTensors(comparisons);
  return { status: 'ready', data: summary && { summary, reference } };
}

function boundTo(tensor: string, comparisons: readonly EntryComparison[]): Comparison[] {
  return comparisons.map((comparison) => ({ ...comparison, suite: '', target: '', tensor }));
}

/** One target's numbers against the reference, of one tensor. */
export function useOwnSummary({ index, target }: Side, entry: number | undefined): Loaded<TensorSummary> {
  const found = useEntry(target, index, entry);
  if (found.status === 'loading') return found;
  const [summary] = summariseTensors(found.data?.comparisons ?? []);
  return { status: 'ready', data: summary };
}
