/** What an attempt at a batch came to. */
export type Attempt<Value> =
  | { readonly status: 'done'; readonly value: Value }
  | { readonly status: 'failed'; readonly reason: string };

export interface Batched<Item, Value> {
  /** In the items' order. */
  readonly done: readonly { readonly items: readonly Item[]; readonly value: Value }[];
  readonly failed: readonly { readonly item: Item; readonly reason: string }[];
}

/** After this many items that failed alone the rest is not tried: a device that can do nothing must not be asked for ever. */
const MOST_FAILURES = 32;

/**
 * Attempts all items in batches of at most `budget` weight, in their order. A batch that fails is halved until what
 * fails is alone, so that one item which cannot be had costs no other.
 * @param weightOf asked when its batch is about to be attempted: earlier batches may have taught it
 */
export async function inBatches<Item, Value>(
  items: readonly Item[],
  weightOf: (item: Item) => number,
  budget: number,
  attempt: (batch: readonly Item[]) => Promise<Attempt<Value>>,
): Promise<Batched<Item, Value>> {
  const done: { items: readonly Item[]; value: Value }[] = [];
  const failed: { item: Item; reason: string }[] = [];
  let failures = 0;
  let reason = '';
  const tryBatch = async (batch: readonly Item[]): Promise<void> => {
    if (failures >= MOST_FAILURES) {
      failed.push(...batch.map((item) => ({ item, reason })));
      return;
    }
    const outcome = await attempt(batch);
    if (outcome.status === 'done') {
      done.push({ items: batch, value: outcome.value });
      return;
    }
    reason = outcome.reason;
    if (batch.length === 1) {
      failures += 1;
      failed.push({ item: batch[0]!, reason });
      return;
    }
    const half = Math.ceil(batch.length / 2);
    await tryBatch(batch.slice(0, half));
    await tryBatch(batch.slice(half));
  };
  for (let start = 0; start < items.length; ) {
    let end = start + 1;
    let weight = weightOf(items[start]!);
    for (; end < items.length; end += 1) {
      weight += weightOf(items[end]!);
      if (weight > budget) break;
    }
    await tryBatch(items.slice(start, end));
    start = end;
  }
  return { done, failed };
}
