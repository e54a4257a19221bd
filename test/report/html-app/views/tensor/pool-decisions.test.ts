import { expect, test } from 'vitest';
import type { Comparison, Decisions } from '../../../../../harness/domain/run-files.ts';
import { totalDecisions } from '../../../../../harness/report/html-app/views/tensor/pool-decisions.ts';
import { summariseTensors } from '../../../../../harness/report/tensor-summary.ts';

function compared(name: string, decisions?: Decisions): Comparison {
  return {
    suite: 's',
    case: name,
    target: 'd/c',
    tensor: 't',
    status: 'compared',
    dtype: 'float32',
    shape: [1],
    identical: false,
    digest: { reference: 'a', candidate: 'b' },
    metrics: {},
    worstElements: [],
    ...(decisions === undefined ? {} : { decisions }),
  };
}

const SMALL: Decisions = {
  samples: 10,
  top1_agreement: 0.9,
  top3_overlap: 1,
  top3_ordered: 0.5,
  flips: 1,
  near_ties: 0,
  labelled: 5,
  accuracy: 0.8,
  accuracy_reference: 1,
  flipped: [],
};
const LARGE: Decisions = {
  samples: 30,
  top1_agreement: 0.8,
  top3_overlap: 0.6,
  top3_ordered: 0.1,
  flips: 4,
  near_ties: 2,
  labelled: 15,
  accuracy: 0.6,
  accuracy_reference: 0.8,
  flipped: [],
};

test('shares weigh by their samples, accuracy by those with ground truth', () => {
  const totals = totalDecisions([compared('a', SMALL), compared('b', LARGE), compared('c')])!;
  // 9 of 10 and 24 of 30; 4 of 5 and 9 of 15 right, the reference 5 and 12.
  expect([totals.samples, totals.agreeing, totals.flips, totals.nearTies]).toEqual([40, 33, 5, 2]);
  expect(totals.topK).toHaveLength(1);
  expect(totals.topK[0]?.overlap).toBeCloseTo(0.7, 12);
  expect(totals.topK[0]?.ordered).toBeCloseTo(0.2, 12);
  expect(totals.accuracy?.candidate).toBeCloseTo(13 / 20, 12);
  expect(totals.accuracy?.reference).toBeCloseTo(17 / 20, 12);
});

test('without ground truth there is no accuracy, without a task no answers', () => {
  const { accuracy: _one, accuracy_reference: _other, ...unlabelled } = SMALL;
  expect(totalDecisions([compared('a', { ...unlabelled, labelled: 0 })])).not.toHaveProperty('accuracy');
  expect(totalDecisions([compared('a')])).toBeUndefined();
  expect(totalDecisions([])).toBeUndefined();
});

test('a case without ground truth has no say in the accuracy of the others', () => {
  const unlabelled: Decisions = { ...SMALL, labelled: 0, accuracy: 'NaN', accuracy_reference: 'NaN' };
  const totals = totalDecisions([compared('a', unlabelled), compared('b', LARGE)]);
  expect(totals?.accuracy).toEqual({ reference: 0.8, candidate: 0.6 });
  // The overview tells the same number.
  const [summary] = summariseTensors([compared('a', unlabelled), compared('b', LARGE)]);
  expect(summary?.decisions?.accuracy).toBe(0.6);
});
