import type { Comparison } from '../../domain/run-files.ts';
import { fromJsonNumber } from '../../domain/run-files.ts';
import type { ReportInput } from '../report-input.ts';
import type { Entry } from './encode-entries.ts';
import type { ElementSample } from './page-data.ts';

/** Comparisons that get a picture of their elements: about 3 KB each in the page. */
const MOST_SAMPLES = 256;

/** Elements of what differs, for the entries in this order; of an entry the case that differs most comes first. */
export async function elementSamples(
  loadElements: ReportInput['loadElements'],
  entries: readonly Entry[],
): Promise<ReadonlyMap<Comparison, ElementSample>> {
  const samples = new Map<Comparison, ElementSample>();
  if (loadElements === undefined) return samples;
  const wanted = roundRobin(
    entries.map(({ comparisons }) => differing(comparisons)),
    MOST_SAMPLES,
  );
  for (const comparison of wanted) {
    const sample = await loadElements(comparison);
    if (sample !== undefined) samples.set(comparison, sample);
  }
  return samples;
}

function differing(comparisons: readonly Comparison[]): readonly Comparison[] {
  return comparisons
    .filter((comparison) => comparison.status === 'compared' && !comparison.identical)
    .sort((left, right) => largestError(right) - largestError(left));
}

function largestError(comparison: Comparison): number {
  if (comparison.status === 'notComparable') return 0;
  const error = fromJsonNumber(comparison.metrics.max_abs ?? 0);
  return Number.isFinite(error) ? error : Number.MAX_VALUE;
}

/** The first of every list, then the second of every list, up to `most`. */
function roundRobin<Item>(lists: readonly (readonly Item[])[], most: number): Item[] {
  const items: Item[] = [];
  for (let turn = 0; items.length < most; turn++) {
    const round = lists.flatMap((list) => (turn < list.length ? [list[turn]!] : []));
    if (round.length === 0) return items;
    items.push(...round.slice(0, most - items.length));
  }
  return items;
}
