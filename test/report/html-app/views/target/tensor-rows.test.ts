import { expect, test } from 'vitest';
import type { JsonNumber, Status } from '../../../../../harness/domain/run-files.ts';
import {
  matchingTensors,
  shapeText,
  sortedTensors,
  type TensorSort,
  tensorRows,
} from '../../../../../harness/report/html-app/views/target/tensor-rows.ts';

function entry(id: number, tensor: string, status: Status | undefined, overrun?: JsonNumber) {
  return {
    id,
    head: {
      suite: 0,
      tensor,
      identical: status === undefined,
      ...(status === undefined ? {} : { status }),
      ...(overrun === undefined ? {} : { worst: { metric: 'max_abs', overrun } }),
    },
  };
}

const OUTPUTS = [
  { name: 'scores', dtype: 'float32', shape: [-1, 10] },
  { name: 'boxes', dtype: 'int8', shape: [] },
] as const;

const ROWS = tensorRows(
  [
    entry(7, '*', 'FAIL', 9),
    entry(3, 'scores', 'PASS', -0.5),
    entry(6, 'mask', 'FAIL', 2),
    entry(5, 'extra', undefined),
    entry(4, 'boxes', 'FAIL', 'Infinity'),
  ],
  OUTPUTS,
  'candidate',
);

test('the target as a whole is no tensor, and a tensor that the model does not declare has no type', () => {
  expect(ROWS.map(({ tensor, dtype, shape, mark }) => [tensor, dtype, shape, mark])).toEqual([
    ['scores', 'float32', '?×10', 'PASS'],
    ['mask', '', '', 'FAIL'],
    ['extra', '', '', 'NOT_JUDGED'],
    ['boxes', 'int8', 'scalar', 'FAIL'],
  ]);
  expect(shapeText([50, 10])).toBe('50×10');
});

test.for<readonly [TensorSort, boolean, readonly string[]]>([
  ['status', false, ['boxes', 'mask', 'scores', 'extra']],
  ['overrun', true, ['boxes', 'mask', 'scores', 'extra']],
  ['overrun', false, ['scores', 'mask', 'boxes', 'extra']],
  ['tensor', false, ['boxes', 'extra', 'mask', 'scores']],
  ['tensor', true, ['scores', 'mask', 'extra', 'boxes']],
  ['dtype', true, ['boxes', 'scores', 'mask', 'extra']],
])('sorted by %s, descending %s', ([by, descending, expected]) => {
  expect(sortedTensors(ROWS, by, descending).map(({ tensor }) => tensor)).toEqual(expected);
});

test.for<readonly [string, readonly string[]]>([
  ['', ['scores', 'mask', 'extra', 'boxes']],
  ['  BO ', ['boxes']],
  ['over  budget', ['mask', 'boxes']],
  ['MAX_ABS fail', ['mask', 'boxes']],
  ['int8', ['boxes']],
  ['identical', ['extra']],
  ['nothing', []],
])('the words "%s" keep %j', ([text, expected]) => {
  expect(matchingTensors(ROWS, text).map(({ tensor }) => tensor)).toEqual(expected);
});
