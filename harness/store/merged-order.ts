/** One order of what stands in several sequences, such as the tensors of targets that each fail on some of them. */
export interface MergedOrder<Item> {
  /** @param before what it comes right after in its sequence; undefined: it is the first */
  see(item: Item, before: Item | undefined): void;
  /** Each after all it came after anywhere. Where sequences contradict each other, as first seen. */
  all(): Item[];
}

export function mergedOrder<Item>(): MergedOrder<Item> {
  const followersOf = new Map<Item, Set<Item>>();
  return {
    see: (item, before) => {
      if (!followersOf.has(item)) followersOf.set(item, new Set());
      if (before !== undefined) followersOf.get(before)?.add(item);
    },
    all: () => {
      const waitsFor = new Map([...followersOf.keys()].map((item) => [item, 0]));
      for (const followers of followersOf.values())
        for (const follower of followers) waitsFor.set(follower, waitsFor.get(follower)! + 1);
      const ordered = new Set([...waitsFor].filter(([, leaders]) => leaders === 0).map(([item]) => item));
      for (const item of ordered) {
        for (const follower of followersOf.get(item)!) {
          const left = waitsFor.get(follower)! - 1;
          waitsFor.set(follower, left);
          if (left === 0) ordered.add(follower);
        }
      }
      return [...new Set([...ordered, ...followersOf.keys()])];
    },
  };
}
