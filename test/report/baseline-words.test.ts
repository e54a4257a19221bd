import { expect, test } from 'vitest';
import type { Status, Verdict, Verdicts } from '../../harness/domain/run-files.ts';
import { baselineWords } from '../../harness/report/baseline-words.ts';

const NOTHING: Omit<Verdicts, 'verdicts'> = {
  schemaVersion: 1,
  kind: 'verdicts',
  run: 'r',
  judgedAt: '2026-11-23T00:00:00Z',
  summary: { pass: 0, warn: 0, waived: 0, fail: 0, incomplete: 0, notComparable: 0, skipped: 0 },
  exitCode: 0,
};

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
    said: 'of 4 targets, 1 regressed, 1 changed, 1 improved and 1 without a baseline to hold against',
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
  expect(baselineWords({ ...NOTHING, verdicts })).toBe(said);
});
