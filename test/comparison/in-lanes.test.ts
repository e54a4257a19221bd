import { expect, test } from 'vitest';
import { inLanes } from '../../harness/comparison/in-lanes.ts';

/** Work that ends when it is told to. */
function gates(count: number) {
  const open: (() => void)[] = [];
  const opened = Array.from({ length: count }, (_, i) => new Promise<void>((resolve) => (open[i] = resolve)));
  return { open, wait: (index: number) => opened[index]! };
}

/** Lets everything that can go on go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('results are in the items’ order, whichever ends first; no more are under way than there are lanes', async () => {
  const { open, wait } = gates(4);
  const begun: string[] = [];
  const all = inLanes(['a', 'b', 'c', 'd'], 2, async (item, index) => {
    begun.push(item);
    await wait(index);
    return item.toUpperCase();
  });
  await settle();
  expect(begun).toEqual(['a', 'b']);
  open[1]!();
  await settle();
  expect(begun).toEqual(['a', 'b', 'c']);
  for (const index of [3, 2, 0]) open[index]!();
  expect(await all).toEqual(['A', 'B', 'C', 'D']);
});

test('after an error nothing is begun, and it is thrown when what is under way has ended', async () => {
  const { open, wait } = gates(3);
  const ended: number[] = [];
  const all = inLanes([0, 1, 2], 2, async (index) => {
    await wait(index);
    if (index === 0) throw new Error('first');
    ended.push(index);
  });
  open[0]!();
  await settle();
  open[1]!();
  open[2]!();
  await expect(all).rejects.toThrow('first');
  expect(ended).toEqual([1]);
});

test('nothing to do gives nothing', async () => {
  expect(await inLanes([], 3, async () => 1)).toEqual([]);
});
