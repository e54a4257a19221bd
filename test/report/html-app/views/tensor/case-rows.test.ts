import { expect, test } from 'vitest';
import type { Comparison, Metrics, Status, Verdict } from '../../../../../harness/domain/run-files.ts';
import {
  type CaseSort,
  caseRows,
  shownMetrics,
  sortedCases,
  sortedVerdicts,
} from '../../../../../harness/report/html-app/views/tensor/case-rows.ts';

const PLACE = { suite: 's', target: 'd/c', tensor: 't' } as const;

function compared(name: string, metrics: Metrics, identical = false): Comparison {
  return {
    ...PLACE,
    case: name,
    status: 'compared',
    dtype: 'float32',
    shape: [1],
    identical,
    digest: { reference: 'a', candidate: 'b' },
    metrics,
    worstElements: [],
  };
}

function verdict(name: string, metric: string, actual: number, status: Status): Verdict {
  return {
    ...PLACE,
    id: '',
    case: name,
    metric,
    actual,
    limit: 1,
    operator: '<=',
    status,
    rule: { file: 'b.yml', reason: 'why' },
  };
}

const COMPARISONS: readonly Comparison[] = [
  compared('one', { max_abs: 0, rmse: 0 }, true),
  compared('two', { max_abs: 3, rmse: 2 }),
  compared('three', { max_abs: 'NaN', rmse: 1 }),
  { ...PLACE, case: 'four', status: 'notComparable', reason: 'shape differs' },
  compared('five', { max_abs: 9, rmse: 0.5 }),
];
const VERDICTS = [
  verdict('two', 'rmse', 2, 'FAIL'),
  verdict('one', 'rmse', 0, 'PASS'),
  verdict('*', 'max_abs', 9, 'FAIL'),
];

test('metrics with a limit come first, those that nothing measured not at all', () => {
  expect(shownMetrics(COMPARISONS, VERDICTS)).toEqual(['max_abs', 'rmse']);
  expect(
    shownMetrics(COMPARISONS, [verdict('*', 'sqnr_db', 1, 'PASS'), verdict('*', 'rmse', 1, 'PASS')]),
  ).toEqual(['rmse', 'max_abs']);
});

test('a metric that is zero in every case is not shown, unless all are', () => {
  const one = compared('one', { max_abs: 0, rmse: 0, max_ulp: 0 });
  const two = compared('two', { max_abs: 2, rmse: 0, max_ulp: 0 });
  expect(shownMetrics([one, two], [verdict('*', 'rmse', 0, 'PASS')])).toEqual(['max_abs']);
  expect(shownMetrics([one], [verdict('*', 'rmse', 0, 'PASS')])).toEqual(['rmse', 'max_ulp']);
});

test('the worst case comes first: by its verdict, by not being comparable, by the metric', () => {
  const rows = caseRows(COMPARISONS, VERDICTS, ['max_abs', 'rmse']);
  expect(rows.map(({ name, mark }) => [name, mark])).toEqual([
    ['two', 'FAIL'],
    ['one', 'PASS'],
    ['four', undefined],
    ['three', undefined],
    ['five', undefined],
  ]);
  expect(rows[2]?.reason).toBe('shape differs');
});

test.for<readonly [CaseSort, boolean, readonly string[]]>([
  ['case', false, ['five', 'four', 'one', 'three', 'two']],
  [0, true, ['three', 'five', 'two', 'one', 'four']],
  [1, true, ['two', 'three', 'five', 'one', 'four']],
  ['status', false, ['two', 'one', 'four', 'three', 'five']],
])('sorted by %s, descending %s', ([by, descending, expected]) => {
  const rows = caseRows(COMPARISONS, VERDICTS, ['max_abs', 'rmse']);
  expect(sortedCases(rows, by, descending).map(({ name }) => name)).toEqual(expected);
});

test('verdicts: what fails first, then decisions before elements, then the largest overrun', () => {
  const sorted = sortedVerdicts([
    verdict('a', 'max_abs', 2, 'FAIL'),
    verdict('b', 'flips', 0, 'PASS'),
    verdict('c', 'max_abs', 5, 'FAIL'),
    verdict('d', 'flips', 2, 'FAIL'),
  ]);
  expect(sorted.map((each) => each.case)).toEqual(['d', 'c', 'a', 'b']);
});
