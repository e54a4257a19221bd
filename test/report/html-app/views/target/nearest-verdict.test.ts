import { expect, test } from 'vitest';
import type { Status, Verdict } from '../../../../../harness/domain/run-files.ts';
import { nearestVerdict } from '../../../../../harness/report/html-app/views/target/nearest-verdict.ts';

function verdict(
  metric: string,
  actual: number | null,
  limit: number | null,
  status: Status = 'PASS',
): Verdict {
  return {
    id: '',
    suite: 's',
    case: '*',
    target: 'd/c',
    tensor: 't',
    metric,
    actual,
    limit,
    operator: '<=',
    status,
    rule: { file: 'budgets.yml', line: 1, reason: 'why' },
  };
}

test.for<readonly [string, readonly Verdict[], string | undefined]>([
  [
    'what is furthest over its limit',
    [verdict('max_abs', 2, 1, 'FAIL'), verdict('max_steps', 19, 2, 'FAIL'), verdict('max_ulp', 9, 10)],
    'max_steps',
  ],
  [
    'within, what uses most of its limit',
    [verdict('max_abs', 2, 10), verdict('max_steps', 1, 2), verdict('rmse', 1, 9)],
    'max_steps',
  ],
  [
    'not the counts that are met by being nothing',
    [verdict('nonfinite_mismatch', 0, 0), verdict('distinct_outputs', 1, 1), verdict('max_abs', 1, 100)],
    'max_abs',
  ],
  [
    'such a count once it is over',
    [verdict('nonfinite_mismatch', 3, 0, 'FAIL'), verdict('max_abs', 99, 100)],
    'nonfinite_mismatch',
  ],
  ['nothing without numbers', [verdict('comparable', null, null, 'NOT_COMPARABLE')], undefined],
])('%s', ([, verdicts, metric]) => {
  expect(nearestVerdict(verdicts)?.metric).toBe(metric);
});
