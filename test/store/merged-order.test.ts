import { expect, test } from 'vitest';
import { mergedOrder } from '../../harness/store/merged-order.ts';

function merged(...sequences: readonly string[]): string {
  const order = mergedOrder<string>();
  for (const sequence of sequences)
    [...sequence].forEach((item, index) => {
      order.see(item, sequence[index - 1]);
    });
  return order.all().join('');
}

test.for<readonly [string, string[], string]>([
  ['one sequence', ['abc'], 'abc'],
  ['what the first lacks goes between', ['ac', 'abc'], 'abc'],
  ['what came first came after it elsewhere', ['c', 'ac', 'bc', 'ab'], 'abc'],
  ['nothing joins them: as first seen', ['b', 'a'], 'ba'],
  ['a contradiction loses nothing', ['ab', 'ba', 'c'], 'cab'],
])('%s', ([, sequences, expected]) => {
  expect(merged(...sequences)).toBe(expected);
});
