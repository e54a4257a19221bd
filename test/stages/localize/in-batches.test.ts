import { expect, test } from 'vitest';
import { inBatches } from '../../../harness/stages/localize/in-batches.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

function attempts(fails: (batch: readonly number[]) => boolean) {
  const seen: (readonly number[])[] = [];
  const attempt = async (batch: readonly number[]) => {
    seen.push(batch);
    return fails(batch)
      ? { status: 'failed' as const, reason: `no ${batch}` }
      : { status: 'done' as const, value: batch.length };
  };
  return { seen, attempt };
}

test('items share a batch while they fit the budget, and one that never fits goes alone', async () => {
  const { seen, attempt } = attempts(() => false);
  const weights = [3, 3, 3, 20, 1];
  await inBatches(numbers(5), (item) => weights[item]!, 6, attempt);
  expect(seen).toEqual([[0, 1], [2], [3], [4]]);
});

test('one item that cannot be had costs no other', async () => {
  const { seen, attempt } = attempts((batch) => batch.includes(5));
  const { done, failed } = await inBatches(numbers(16), () => 1, 100, attempt);
  expect(failed).toEqual([{ item: 5, reason: 'no 5' }]);
  expect(done.flatMap(({ items }) => items)).toEqual(numbers(16).filter((item) => item !== 5));
  // Halving, not one by one: 16, 8, 4, 4|2, 2|1, 1 …
  expect(seen.length).toBeLessThan(12);
});

test('a device that can do nothing is not asked for ever', async () => {
  const { seen, attempt } = attempts(() => true);
  const { done, failed } = await inBatches(numbers(1000), () => 1, 10_000, attempt);
  expect(done).toEqual([]);
  expect(failed.map(({ item }) => item)).toEqual(numbers(1000));
  expect(seen.length).toBeLessThan(120);
});

test('weights are asked for when their batch is made, so that earlier batches teach', async () => {
  let weight = 4;
  const { seen, attempt } = attempts(() => {
    weight = 1;
    return false;
  });
  await inBatches(numbers(6), () => weight, 4, attempt);
  expect(seen).toEqual([[0], [1, 2, 3, 4], [5]]);
});
