import { expect, test } from 'vitest';
import { didYouMean, nearestName, quoteNames } from '../../harness/config/nearest-name.ts';

const METRICS = ['max_abs', 'mean_abs', 'max_steps', 'max_ulp', 'top1_agreement', 'flips'];

test.for([
  ['max_step', METRICS, 'max_steps'],
  ['maxabs', METRICS, 'max_abs'],
  ['MAX_ABS', METRICS, 'max_abs'],
  ['top1_agreemnt', METRICS, 'top1_agreement'],
  ['flip', METRICS, 'flips'],
  ['throughput', METRICS, undefined],
  ['cup', ['gpu', 'cpu'], 'cpu'],
  ['ab', ['xy'], undefined],
  ['digits', ['digits-int8', 'faces'], 'digits-int8'],
  ['logit', [], undefined],
  ['', ['cpu'], undefined],
] as const)('%s among %o: %s', ([name, candidates, expected]) => {
  expect(nearestName(name, candidates)).toBe(expected);
});

test('the remedy is a question, or nothing', () => {
  expect(didYouMean('logit', ['logits'])).toEqual(['Did you mean "logits"?']);
  expect(didYouMean('input', ['logits'])).toEqual([]);
});

test('long lists are cut with a count', () => {
  expect(quoteNames(['a', 'b', 'c'], 2)).toBe('"a", "b" and 1 more');
  expect(quoteNames(['a', 'b'], 2)).toBe('"a", "b"');
  expect(quoteNames([])).toBe('');
});
