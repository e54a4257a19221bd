/** Items by key, in first-seen order (`Map.groupBy` needs Node 21). */
export function groupBy<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

interface OfTarget {
  readonly suite: string;
  readonly target: string;
}

/**
 * Items of one suite on one target by their key, in first-seen order. Those of a target mostly stand together, and the key is made once
 * for them: of a large fleet there are millions.
 */
export function groupByTarget<Item extends OfTarget, Key>(
  items: readonly Item[],
  keyOf: (item: OfTarget) => Key,
): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  let last: OfTarget | undefined;
  let group: Item[] = [];
  for (const item of items) {
    if (last === undefined || item.target !== last.target || item.suite !== last.suite) {
      const key = keyOf(item);
      group = groups.get(key) ?? [];
      if (group.length === 0) groups.set(key, group);
      last = item;
    }
    group.push(item);
  }
  return groups;
}
