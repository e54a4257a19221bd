import { expect, test } from 'vitest';
import type { JsonNumber, Verdict } from '../../../../harness/domain/run-files.ts';
import { waivedMetrics, waiverLimit } from '../../../../harness/report/html-app/notes/waived-metrics.ts';

/** Rounded by hand: four digits, away from good. */
test.for<[string, JsonNumber | null, number | undefined]>([
  ['max_steps', 19, 19],
  ['max_steps', 4294967295, 4294967295],
  ['max_abs', 3.5648, 3.565],
  ['max_abs', 3.56401, 3.565],
  ['max_abs', 3.565, 3.565],
  ['max_abs', 0.99995001, 1],
  ['max_abs', 9.9991e-8, 1e-7],
  ['mismatch_fraction', 0.88350001, 0.8836],
  ['bias', -0.12341, 0.1235],
  ['sqnr_db', 21.0789, 21.07],
  ['sqnr_db', -3.00012, -3.001],
  ['top1_agreement', 0.985, 0.985],
  ['top1_agreement', 0.99999, 0.9999],
  ['top1_agreement', 0, 0],
  ['cosine', -0.99999, -1],
  ['max_abs', 'NaN', undefined],
  ['max_abs', 'Infinity', undefined],
  ['fallback_nodes', null, undefined],
])('%s found %s is waived to %s', ([metric, actual, expected]) => {
  expect(waiverLimit(metric, actual)).toBe(expected);
});

const verdict = (metric: string, actual: number, status: Verdict['status'], limit = 2): Verdict => ({
  id: 'v-1',
  suite: 's',
  case: '*',
  target: 'a/cpu',
  tensor: 'y',
  metric,
  actual,
  limit,
  operator: '<=',
  status,
  rule: { file: 'budgets.yml', reason: '' },
});

test('of several cases the worst is waived, and nothing that is within budget', () => {
  const found = waivedMetrics([
    verdict('max_steps', 3, 'FAIL'),
    verdict('max_steps', 19, 'WAIVED'),
    verdict('max_steps', 7, 'FAIL'),
    verdict('max_abs', 9, 'WARN'),
    verdict('rmse', 9, 'INCOMPLETE'),
  ]);
  expect(found.map(({ metric, limit }) => [metric, limit])).toEqual([['max_steps', 19]]);
});
