import { expect, test } from 'vitest';
import { repeatability } from '../../../../../harness/report/html-app/views/classes/repeatability.ts';

const target = (name: string, repeats: number, distinct: number) => ({
  suite: 's',
  target: name,
  repeats,
  tensors: [
    { tensor: 'x', distinct_outputs: 1, cases: [], noise_max_abs: 0 },
    { tensor: 'y', distinct_outputs: distinct, cases: ['c'], noise_max_abs: 0.25 },
  ],
});

test.for([
  [[], 'No target was captured, so nothing is known of repeats.', []],
  [
    [target('a/cpu', 1, 1)],
    'Every input ran once, so whether the targets repeat their answers is not known.',
    [],
  ],
  [
    [target('a/cpu', 3, 1), target('b/cpu', 3, 1)],
    'Each of 2 targets gave the same bytes in all 3 repeats: what differs is not noise.',
    [],
  ],
  [
    [target('a/cpu', 3, 1), target('b/cpu', 5, 2), target('c/cpu', 1, 1)],
    '1 of 2 targets gave the same bytes in all 3 and 5 repeats. These did not:',
    ['b/cpu y'],
  ],
  [[target('a/cpu', 3, 0)], 'No repeat holds what it should, so nothing is known of repeats.', []],
  [
    [target('a/cpu', 3, 1), target('b/cpu', 3, 0)],
    'The target gave the same bytes in all 3 repeats: what differs is not noise. Of 1 target nothing is known: an output is missing.',
    [],
  ],
] as const)('%j', ([targets, words, varying]) => {
  const found = repeatability(targets);
  expect(found.words).toBe(words);
  expect(found.varying.map(({ target: name, tensor }) => `${name} ${tensor.tensor}`)).toEqual(varying);
});
