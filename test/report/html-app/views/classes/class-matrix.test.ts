import { expect, test } from 'vitest';
import {
  agreementWords,
  classMatrix,
} from '../../../../../harness/report/html-app/views/classes/class-matrix.ts';
import type { ClassHead } from '../../../../../harness/report/page-data/page-data.ts';

const own = (id: string, targets: readonly number[], reference = false): ClassHead => ({
  id,
  targets,
  reference,
});

test('rows are the overall classes, columns the tensors that were answered differently', () => {
  const overall = [own('A', [0, 1], true), own('B', [2]), own('C', [3])];
  const { split, agreed } = classMatrix(overall, [
    { tensor: 'same', classes: [own('A', [0, 1, 2, 3], true)] },
    { tensor: 'two', classes: [own('A', [0, 1, 3], true), own('B', [2])] },
    { tensor: 'three', classes: [own('A', [0, 1], true), own('B', [2]), own('C', [3])] },
    { tensor: 'hole', classes: [own('A', [0, 1], true), own('B', [2])] },
  ]);
  expect(agreed).toEqual(['same']);
  expect(split.map(({ tensor, answers, cells }) => [tensor, answers, cells])).toEqual([
    ['three', 3, [0, 1, 2]],
    ['two', 2, [0, 1, 0]],
    ['hole', 2, [0, 1, undefined]],
  ]);
});

test.for<[readonly ClassHead[], string]>([
  [[], 'Nothing was captured, so nothing can agree.'],
  [[own('A', [0], true)], "One target answered, with the reference's own bytes."],
  [[own('A', [0])], "One target answered, not with the reference's own bytes."],
  [[own('A', [0, 1], true)], "All 2 targets gave the same bytes, the reference's own."],
  [[own('A', [0, 1])], "All 2 targets gave the same bytes, but not the reference's."],
  [
    [own('A', [0, 1], true), own('B', [2])],
    "3 targets gave 2 different answers; 2 of them gave the reference's own bytes.",
  ],
  [
    [own('A', [0]), own('B', [1])],
    "Each of 2 targets gave an answer of its own; none of them gave the reference's own bytes.",
  ],
])('%j: %s', ([classes, words]) => {
  expect(agreementWords(classes)).toBe(words);
});
