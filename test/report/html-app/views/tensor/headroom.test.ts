import { expect, test } from 'vitest';
import type { JsonNumber, Verdict } from '../../../../../harness/domain/run-files.ts';
import { limitUse } from '../../../../../harness/report/html-app/views/tensor/headroom.ts';

test.for<readonly [string, JsonNumber | null, Verdict['operator'], JsonNumber | null, number | undefined]>([
  ['max_steps', 1, '<=', 2, 0.5],
  ['max_steps', 19, '<=', 2, 9.5],
  ['bias', -3, '<=', 4, 0.75],
  ['nonfinite_mismatch', 0, '<=', 0, undefined],
  ['nonfinite_mismatch', 1, '<=', 0, Number.POSITIVE_INFINITY],
  // 3 of 200 wrong where 4 are allowed.
  ['top1_agreement', 0.985, '>=', 0.98, 0.75],
  ['top1_agreement', 1, '>=', 1, undefined],
  ['top1_agreement', 0.9, '>=', 1, Number.POSITIVE_INFINITY],
  ['cosine', 0.9999, '>=', 0.999, 0.1],
  // 20 dB better than asked: a tenth of the noise.
  ['sqnr_db', 60, '>=', 40, 0.1],
  ['sqnr_db', 20, '>=', 40, 10],
  ['max_abs', 'NaN', '<=', 1, undefined],
  ['max_abs', 'Infinity', '<=', 1, Number.POSITIVE_INFINITY],
  ['max_abs', null, '<=', 1, undefined],
  ['max_abs', 1, '<=', null, undefined],
  ['distinct_outputs', 1, '==', 1, undefined],
])('%s %s %s %s uses %s of its limit', ([metric, actual, operator, limit, expected]) => {
  const used = limitUse({ metric, actual, operator, limit });
  if (expected === undefined || !Number.isFinite(expected)) expect(used).toBe(expected);
  else expect(used).toBeCloseTo(expected, 9);
});
