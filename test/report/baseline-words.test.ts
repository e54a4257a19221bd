import { expect, test } from 'vitest';
import type { Status, Verdict } from '../../harness/domain/run-files.ts';
import { baselineWords } from '../../harness/report/baseline-words.ts';

const verdict = (target: string, metric: string, status: Status, message?: string): Verdict => ({
  id: 'v-1',
  suite: 'digits',
  case: '*',
  target,
  tensor: 'logits',
  metric,
  actual: 0,
  limit: 0,
  operator: '<=',
  status,
  ...(message === undefined ? {} : { message }),
  rule: { file: 'built-in', reason: 'a test' },
});

test.for([
  {
    said: 'none approved, so nothing is held against an earlier run',
    verdicts: [verdict('a/x', 'max_abs', 'PASS')],
  },
  {
    said: '2 targets answer as approved',
    verdicts: [verdict('a/x', 'changed_answers', 'PASS'), verdict('b/x', 'changed_answers', 'PASS')],
  },
  {
    said: 'of 4 targets 1 regressed, 1 changed, 1 better and 1 without a baseline to hold against',
    verdicts: [
      verdict('a/x', 'changed_answers', 'WARN'),
      verdict('a/x', 'worse_metrics', 'FAIL'),
      verdict('b/x', 'class_changes', 'WARN'),
      verdict('b/x', 'changed_answers', 'WAIVED'),
      verdict('c/x', 'changed_answers', 'PASS', 'better than approved: max_abs 3 → 1'),
      verdict('d/x', 'baseline', 'WARN'),
    ],
  },
])('$said', ({ said, verdicts }) => {
  expect(baselineWords(verdicts)).toBe(said);
});
