import { expect, test } from 'vitest';
import type { Comparison } from '../../../../../harness/domain/run-files.ts';
import { caseValue, foundOfWords } from '../../../../../harness/report/html-app/views/tensor/case-value.ts';

const PLACE = { suite: 's', target: 'd/c', tensor: 't', case: 'one' } as const;

const COMPARED: Comparison = {
  ...PLACE,
  status: 'compared',
  dtype: 'float32',
  shape: [10],
  identical: false,
  digest: { reference: 'a', candidate: 'b' },
  metrics: { max_steps: 16, max_abs: 'NaN', sqnr_db: null },
  worstElements: [],
  decisions: {
    samples: 25,
    top1_agreement: 0.96,
    top3_overlap: 0.9,
    flips: 1,
    near_ties: 0,
    labelled: 0,
    flipped: [],
  },
};

test.for([
  ['max_steps', 16],
  ['max_abs', 'NaN'],
  ['sqnr_db', null],
  ['top1_agreement', 0.96],
  ['top3_overlap', 0.9],
  ['flips', 1],
  ['accuracy', undefined],
  ['max_ulp', undefined],
  ['distinct_outputs', undefined],
  ['toString', undefined],
] as const)('a case has its own %s: %s', ([metric, value]) => {
  expect(caseValue(COMPARED, metric)).toBe(value);
});

test('a case that could not be compared has no values', () => {
  expect(caseValue({ ...PLACE, status: 'notComparable', reason: 'shape' }, 'max_steps')).toBeUndefined();
});

test.for([
  ['one', 'max_steps', 'this case'],
  ['*', 'max_steps', 'worst of all cases'],
  ['*', 'top1_agreement', 'all cases together'],
  ['*', 'flips', 'all cases together'],
  ['*', 'distinct_outputs', 'all cases'],
  ['*', 'comparable', 'all cases'],
] as const)('a verdict on %s, %s: found in %s', ([name, metric, words]) => {
  expect(foundOfWords({ case: name, metric })).toBe(words);
});
