import { expect, test } from 'vitest';
import type { ClassPairComparison, ClassPairs, Equivalence } from '../../../harness/domain/run-files.ts';
import { classPairsOf } from '../../../harness/report/page-data/class-pairs.ts';

const A = { id: 'A', digest: 'aa' };
const B = { id: 'B', digest: 'bb' };

const equivalence: Equivalence = {
  schemaVersion: 1,
  kind: 'equivalence',
  suites: ['digits', 'letters'].map((suite) => ({
    suite,
    tensors: [
      {
        tensor: 'logits',
        classes: [A, B].map((each) => ({ ...each, targets: [`${each.id}/cpu`], reference: false })),
      },
    ],
    overall: [],
  })),
};

function pairsOf(...changes: readonly Partial<ClassPairComparison>[]): ClassPairs {
  return {
    schemaVersion: 1,
    kind: 'class-pairs',
    run: 'r',
    pairs: changes.map((change) => ({
      suite: 'digits',
      tensor: 'logits',
      reference: A,
      candidate: B,
      comparisons: [{ case: 'one', status: 'notComparable', reason: 'of a test' }],
      ...change,
    })),
    leftOut: [],
  };
}

test('the pairs of one suite', () => {
  const pairs = pairsOf({}, { suite: 'letters' });
  expect(classPairsOf({ pairs, equivalence }, 'digits')).toEqual([
    {
      tensor: 'logits',
      reference: 'A',
      candidate: 'B',
      comparisons: [{ case: 'one', status: 'notComparable', reason: 'of a test' }],
    },
  ]);
});

test.for<[string, Partial<ClassPairComparison>]>([
  ['the answers of a class have changed', { candidate: { id: 'B', digest: 'cc' } }],
  ['the other side has changed', { reference: { id: 'A', digest: 'cc' } }],
  ['the tensor is no longer classified', { tensor: 'probabilities' }],
])('none where %s since it was compared', ([, change]) => {
  expect(classPairsOf({ pairs: pairsOf(change), equivalence }, 'digits')).toEqual([]);
});

test('none in a run that has no class-pairs.json', () => {
  expect(classPairsOf({ equivalence }, 'digits')).toEqual([]);
});
