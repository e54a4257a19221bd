import { expect, test } from 'vitest';
import type { Verdict } from '../../../harness/domain/run-files.ts';
import {
  checkExitCode,
  compareVerdicts,
  type JudgedTarget,
} from '../../../harness/stages/check/compare-verdicts.ts';

const planned = ['a/cpu', 'b/cpu'].map((target) => ({
  suite: 'digits',
  target,
  role: 'candidate' as const,
  optional: false,
}));

const verdict = (change: Partial<Verdict>): Verdict => ({
  id: 'v-1',
  suite: 'digits',
  case: '*',
  target: 'a/cpu',
  tensor: 'logits',
  metric: 'max_steps',
  actual: 1,
  limit: 2,
  operator: '<=',
  status: 'PASS',
  rule: { file: 'budgets.yml', line: 4, reason: 'a reason' },
  ...change,
});

const waiver = { file: 'budgets.yml', line: 9, reason: 'known', expires: '2027-01-01', expired: false };
const pass = verdict({});
const fail = verdict({ status: 'FAIL', actual: 19 });
const waived = verdict({ status: 'WAIVED', actual: 19, waiver });
const gap = verdict({
  tensor: '*',
  metric: 'capture',
  status: 'INCOMPLETE',
  message: 'the session was lost',
  actual: null,
  limit: null,
});
const notComparable = verdict({
  metric: 'comparable',
  status: 'NOT_COMPARABLE',
  message: 'another shape',
  actual: null,
  limit: null,
});
const skipped = verdict({
  tensor: '*',
  metric: 'capture',
  status: 'SKIPPED',
  message: 'no qemu',
  actual: null,
  limit: null,
});
const other = verdict({ target: 'b/cpu' });

function checked(base: Verdict[], head: Verdict[], waiversOfHead: readonly number[] = []) {
  const targets = compareVerdicts({
    base: [...base, other],
    head: [...head, other],
    planned,
    cameWithHead: ({ line }) => waiversOfHead.includes(line ?? 0),
  });
  const target = targets.find((each) => each.target === 'a/cpu')!;
  return { target, targets, code: checkExitCode(targets) };
}

const lists = ({ newViolations, accepted, still, fixed }: JudgedTarget) => ({
  new: newViolations.length,
  accepted: accepted.length,
  still: still.length,
  fixed: fixed.length,
});

test.for<[string, Verdict[], Verdict[], string, number, Partial<ReturnType<typeof lists>>]>([
  ['nothing over budget', [pass], [pass], 'within', 0, {}],
  ['head alone fails', [pass], [fail], 'broken', 1, { new: 1 }],
  ['base judged no such limit', [verdict({ metric: 'rmse' })], [fail], 'broken', 1, { new: 1 }],
  [
    'a warning turns into a failure',
    [verdict({ status: 'WARN', actual: 2 })],
    [fail],
    'broken',
    1,
    { new: 1 },
  ],
  ['base alone fails', [fail], [pass], 'fixed', 0, { fixed: 1 }],
  ['both fail alike', [fail], [fail], 'still', 0, { still: 1 }],
  ['an old waiver does not cover what base does not have', [pass], [waived], 'broken', 1, { new: 1 }],
  ['an old waiver covers what base has', [waived], [waived], 'still', 0, { still: 1 }],
  ['worse than its waiver allows', [waived], [verdict({ ...fail, waiver })], 'broken', 1, { new: 1 }],
  ['a little worse', [fail], [verdict({ ...fail, actual: 30 })], 'still', 0, { still: 1 }],
  ['more than twice as far beyond', [fail], [verdict({ ...fail, actual: 40 })], 'broken', 1, { new: 1 }],
  ['base could not compare the tensor', [notComparable], [fail], 'unknown', 3, {}],
  [
    'base could not compare another tensor',
    [pass, { ...notComparable, tensor: 'y' }],
    [fail],
    'broken',
    1,
    { new: 1 },
  ],
  ['head has no capture', [pass], [gap], 'unknown', 3, {}],
  ['head says nothing at all', [pass], [], 'unknown', 3, {}],
  ['base has no capture, and head fails', [gap], [fail], 'unknown', 3, {}],
  ['base was skipped, and head fails', [skipped], [fail], 'unknown', 3, {}],
  ['base has no capture, and head passes', [gap], [pass], 'within', 0, {}],
  ['both were skipped', [skipped], [skipped], 'skipped', 0, {}],
])('%s', ([, base, head, outcome, code, counts]) => {
  const found = checked(base, head);
  expect(found.target.outcome).toBe(outcome);
  expect(found.code).toBe(code);
  expect(lists(found.target)).toEqual({ new: 0, accepted: 0, still: 0, fixed: 0, ...counts });
});

test('a waiver that comes with head is accepted with it', () => {
  const { target, code } = checked([pass], [waived], [9]);
  expect(target).toMatchObject({
    outcome: 'accepted',
    accepted: [{ head: { status: 'WAIVED', actual: 19 } }],
  });
  expect(code).toBe(0);
});

test('a violation has both values, the limit and its rule', () => {
  expect(checked([pass], [fail]).target.newViolations).toEqual([
    {
      id: 'v-1',
      case: '*',
      tensor: 'logits',
      metric: 'max_steps',
      operator: '<=',
      limit: 2,
      base: { status: 'PASS', actual: 1 },
      head: { status: 'FAIL', actual: 19 },
      rule: fail.rule,
    },
  ]);
});

test('a worse value of what failed before is called worse', () => {
  expect(checked([fail], [verdict({ ...fail, actual: 30 })]).target.still[0]).toMatchObject({ worse: true });
  expect(checked([fail], [fail]).target.still[0]).not.toHaveProperty('worse');
});

test('cases that were grouped otherwise are held against those that they share', () => {
  const before = verdict({ ...fail, case: 'one, two' });
  expect(checked([before], [verdict({ ...fail, case: '*' })]).target.outcome).toBe('still');
  expect(checked([before], [verdict({ ...fail, case: 'three' })]).target.outcome).toBe('broken');
});

test('3 outranks 1, and what is broken is still listed', () => {
  const targets = compareVerdicts({
    base: [pass, other],
    head: [fail, verdict({ ...gap, target: 'b/cpu' })],
    planned,
    cameWithHead: () => false,
  });
  expect(checkExitCode(targets)).toBe(3);
  expect(targets.map(({ target, outcome }) => [target, outcome])).toEqual([
    ['b/cpu', 'unknown'],
    ['a/cpu', 'broken'],
  ]);
});

test('without a reference nothing can be told of a side, whatever was judged', () => {
  const broken = verdict({
    ...gap,
    target: 'reference/cpu-noopt',
    metric: 'reference',
    message: 'no reference',
  });
  expect(checked([pass], [pass, broken]).code).toBe(3);
  expect(checked([pass, broken], [fail]).target).toMatchObject({ outcome: 'unknown', newViolations: [] });
  expect(checked([pass, broken], [pass]).code).toBe(0);
});

test('nothing judged is no pass', () => {
  expect(checkExitCode([])).toBe(3);
  const all = [skipped, verdict({ ...skipped, target: 'b/cpu' })];
  expect(checkExitCode(compareVerdicts({ base: all, head: all, planned, cameWithHead: () => false }))).toBe(
    3,
  );
});
