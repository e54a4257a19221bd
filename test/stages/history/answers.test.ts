import { expect, test } from 'vitest';
import { answerOf } from '../../../harness/stages/history/answers.ts';
import type { Compared } from '../../../harness/stages/judge/measured.ts';
import { sampleComparison } from '../sample-run.ts';

const compared = (name: string, change: Partial<Compared> = {}): Compared => ({
  ...(sampleComparison('board/cpu', name, { max_abs: 1 }) as Compared),
  ...change,
});
const sha = (letter: string) => letter.repeat(64);
const bytesOf = (comparisons: readonly Compared[]) => answerOf(comparisons)?.bytes;
const before = [compared('one'), compared('two')];

test.for<readonly [string, readonly Compared[], boolean]>([
  ['another order of the cases', [compared('two'), compared('one')], true],
  [
    'other metrics and labels',
    before.map((each) => ({ ...each, metrics: { ...each.metrics, rmse: 4 }, decisions: undefined }) as never),
    true,
  ],
  [
    'bytes of its own',
    [compared('one', { digest: { reference: sha('1'), candidate: sha('f') } }), compared('two')],
    false,
  ],
  [
    'bytes of the reference',
    [compared('one', { digest: { reference: sha('f'), candidate: sha('2') } }), compared('two')],
    false,
  ],
  ['another shape', [compared('one', { shape: [10, 1] }), compared('two')], false],
  ['another dtype', [compared('one', { dtype: 'float16' }), compared('two')], false],
])('%s', ([, now, isSame]) => {
  expect(bytesOf(now) === bytesOf(before)).toBe(isSame);
  expect(bytesOf(now)).toMatch(/^[0-9a-f]{32}$/);
});
