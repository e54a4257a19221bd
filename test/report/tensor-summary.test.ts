import { expect, test } from 'vitest';
import type { Comparison } from '../../harness/domain/run-files.ts';
import { summariseTensors } from '../../harness/report/tensor-summary.ts';
import { flip } from './sample-fleet.ts';
import { sampleRun } from './sample-run.ts';

const all = sampleRun().comparisons.comparisons;
const ofTarget = (target: string) => all.filter((comparison) => comparison.target === target);
const summaryOf = (comparisons: readonly Comparison[]) => summariseTensors(comparisons)[0]!;

test('counts of samples and elements add up over cases', () => {
  const summary = summaryOf(ofTarget('haswell/cpu'));
  expect(summary).toMatchObject({ cases: 4, identicalCases: 0, elements: 2000, differing: 1767 });
  expect(summary.decisions).toMatchObject({ samples: 200, flips: 3, nearTies: 0 });
});

test('the worst value of a metric wins, in the direction the metric is good in, with its case', () => {
  const [first, second, third] = ofTarget('haswell/cpu').filter((entry) => entry.status === 'compared');
  const changed = [
    { ...first!, metrics: { max_abs: 'NaN' as const, sqnr_db: 30, bias: -3, norm_ratio: 0.5 } },
    { ...second!, metrics: { max_abs: 1, sqnr_db: 20, bias: 1, norm_ratio: 1.2 } },
    { ...third!, metrics: { max_abs: 2, sqnr_db: null, bias: 2, norm_ratio: 1 } },
  ];
  expect(summaryOf(changed).metrics).toEqual([
    { metric: 'max_abs', value: 'NaN', case: 'digits-000' },
    { metric: 'bias', value: -3, case: 'digits-000' },
    { metric: 'sqnr_db', value: 20, case: 'digits-001' },
    { metric: 'norm_ratio', value: 0.5, case: 'digits-000' },
  ]);
});

test('an element without a finite difference is worse than every finite one', () => {
  const [first] = ofTarget('haswell/cpu').filter((entry) => entry.status === 'compared');
  const elements = [
    { index: [0], reference: 0, candidate: 1e30 },
    { index: [1], reference: 0, candidate: 'NaN' as const },
  ];
  const summary = summaryOf([{ ...first!, worstElements: elements }]);
  expect(summary.worstElements.map((worst) => worst.index)).toEqual([[1], [0]]);
});

test('a pair that cannot be compared is kept beside those that can', () => {
  const [first, ...rest] = ofTarget('haswell/cpu');
  const { suite, target, tensor } = first!;
  const refused = {
    suite,
    target,
    tensor,
    case: 'digits-000',
    status: 'notComparable',
    reason: 'shape',
  } as const;
  const summary = summaryOf([refused, ...rest]);
  expect(summary).toMatchObject({
    cases: 4,
    elements: 1500,
    notComparable: [{ case: 'digits-000', reason: 'shape' }],
  });
});

test('real flips come before near ties', () => {
  const [first] = ofTarget('haswell/cpu').filter((entry) => entry.status === 'compared');
  const flipped = [flip('a#0', 1, 2, 1, true), flip('a#1', 3, 4, 3)];
  const summary = summaryOf([{ ...first!, decisions: { ...first!.decisions!, flipped } }]);
  expect(summary.decisions?.flipped.map((own) => own.sample)).toEqual(['a#1', 'a#0']);
});
