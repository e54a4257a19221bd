import { expect, test } from 'vitest';
import { comparisonsByTarget } from '../../harness/domain/target-comparisons.ts';
import type { Delivery } from '../../harness/stages/deliveries.ts';
import { type JudgeInput, judge } from '../../harness/stages/judge.ts';
import { sampleCapture, sampleComparison, sampleInput, samplePlan } from './sample-run.ts';

/** Both targets hold the same objects, as they do once compare has told that they gave the same answers. */
function alike(budgets: string | undefined, change: Partial<JudgeInput> = {}): JudgeInput {
  const input = sampleInput(budgets, change);
  const capture = sampleCapture('board/cpu');
  const bodies = ['one', 'two'].map((name) => {
    const { target: _, ...body } = sampleComparison('board/cpu', name, { max_abs: 0.6 }, 3);
    return body;
  });
  const tensors = input.determinism.targets[0]!.tensors;
  return {
    ...input,
    deliveries: samplePlan.captures.map(
      (planned): Delivery => ({
        planned,
        status: 'captured',
        capture: { ...capture, target: planned.target },
      }),
    ),
    comparisons: comparisonsByTarget(
      { schemaVersion: 1, kind: 'comparisons', run: input.comparisons.run },
      samplePlan.captures.map(({ suite, target }) => ({ suite, target, measured: bodies })),
    ),
    determinism: {
      ...input.determinism,
      targets: input.determinism.targets.map((each) => ({ ...each, tensors })),
    },
    ...change,
  };
}

/** Of which nothing is shared: every target is judged for itself. */
const apart = (input: JudgeInput): JudgeInput => ({
  ...input,
  // One at a time: a clone of all of them would share among itself.
  deliveries: input.deliveries.map((each) => structuredClone(each)),
  comparisons: {
    ...input.comparisons,
    comparisons: input.comparisons.comparisons.map((each) => structuredClone(each)),
  },
  determinism: {
    ...input.determinism,
    targets: input.determinism.targets.map((each) => structuredClone(each)),
  },
});

const rule = (match: string, limits: string) => `
  - match: ${match}
    limits: ${limits}
    reason: a test`;
const file = (rules: string, more = '') => `schema: fleetdiff/budgets@1\nrules:${rules}${more}\n`;
const waiver = (match: string) => `
waivers:
  - match: ${match}
    metrics: [max_abs]
    reason: known
    owner: "@me"
    expires: 2027-06-30`;

test.for<readonly [string, string | undefined]>([
  ['no budgets', undefined],
  ['a rule for all', file(rule('{}', '{max_abs: 0.5, top1_agreement: 1.0}'))],
  ['a rule for one device', file(rule('{}', '{max_abs: 1}') + rule('{device: phone}', '{max_abs: 0.5}'))],
  ['a rule for a tag', file(rule('{}', '{max_abs: 0.5}') + rule('{tag: lab}', '{max_abs: 1}'))],
  [
    'a rule for a SoC and a case',
    file(rule('{}', '{max_abs: 1}') + rule('{soc: "*board", case: two}', '{max_abs: 0.5}')),
  ],
  ['a waiver for one device', file(rule('{}', '{max_abs: 0.5}'), waiver('{device: board}'))],
])('targets that answer alike have the verdicts of each for itself: %s', ([, budgets]) => {
  const input = alike(budgets);
  expect(judge(input)).toEqual(judge(apart(input)));
});

test('nodes that ran elsewhere are told of the target alone', () => {
  const input = alike(undefined);
  const [board, phone] = input.deliveries as [Delivery, Delivery];
  if (phone.status !== 'captured') throw new Error('captured');
  const elsewhere = { requested: 'cpu', status: 'unknown', nodes: [] } as const;
  const moved = {
    ...input,
    deliveries: [board, { ...phone, capture: { ...phone.capture, placement: elsewhere } }],
  };
  expect(judge(moved)).toEqual(judge(apart(moved)));
  expect(
    judge(moved).verdicts.filter(({ status, metric }) => metric === 'fallback_nodes' && status !== 'PASS'),
  ).toHaveLength(1);
});

test('repeats that differ in number are judged apart under a noise floor', () => {
  const budgets = file(rule('{}', '{max_abs: 0.5}'), '\nnoiseFloor: {repeats: 3, factor: 4}');
  const input = alike(budgets);
  const tensors = input.determinism.targets[0]!.tensors.map((each) => ({ ...each, noise_max_abs: 0.2 }));
  const targets = input.determinism.targets.map((each, n) => ({
    ...each,
    repeats: n === 0 ? 3 : 1,
    tensors,
  }));
  const noisy = { ...input, determinism: { ...input.determinism, targets } };
  expect(judge(noisy)).toEqual(judge(apart(noisy)));
});
