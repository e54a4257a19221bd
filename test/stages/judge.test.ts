import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../harness/domain/run-files.ts';
import type { Delivery } from '../../harness/stages/deliveries.ts';
import { judge } from '../../harness/stages/judge.ts';
import {
  sampleCapture,
  sampleComparison,
  sampleInput,
  sampleOutput,
  samplePlan,
  verdictOf,
  withComparisons,
} from './sample-run.ts';

const budgets = (limits: string, more = '') => `schema: fleetdiff/budgets@1
rules:
  - match: {}
    limits: ${limits}
    reason: a test
${more}`;

const board = (...metrics: Parameters<typeof sampleComparison>[2][]): Comparison[] =>
  metrics.map((each, index) => sampleComparison('board/cpu', ['one', 'two'][index]!, each));

describe('a run in which everything agrees', () => {
  test('passes, and says so for both targets', () => {
    const verdicts = judge(sampleInput(budgets('{max_abs: 0.5}')));
    expect(verdicts.exitCode).toBe(0);
    expect(verdicts.summary).toMatchObject({ fail: 0, incomplete: 0, notComparable: 0 });
    expect(verdictOf(verdicts, 'board/cpu', 'max_abs')).toMatchObject({
      status: 'PASS',
      case: '*',
      rule: { file: 'digits/budgets.yml', line: 3 },
    });
  });
});

describe('values against limits', () => {
  const rows: {
    name: string;
    limits: string;
    metrics: [number | 'NaN' | 'Infinity', number | 'NaN'];
    status: string;
  }[] = [
    {
      name: 'at the limit passes: bounds are inclusive',
      limits: '{max_abs: 0.5}',
      metrics: [0.5, 0.1],
      status: 'PASS',
    },
    {
      name: 'over the limit in one case fails',
      limits: '{max_abs: 0.5}',
      metrics: [0.1, 0.6],
      status: 'FAIL',
    },
    { name: 'NaN fails', limits: '{max_abs: 0.5}', metrics: [0.1, 'NaN'], status: 'FAIL' },
    {
      name: 'NaN in the first case fails too',
      limits: '{max_abs: 0.5}',
      metrics: ['NaN', 0.1],
      status: 'FAIL',
    },
    { name: 'Infinity fails', limits: '{max_abs: 0.5}', metrics: ['Infinity', 0.1], status: 'FAIL' },
    {
      name: 'between warn and fail warns',
      limits: '{max_abs: {warn: 0.5, fail: 1}}',
      metrics: [0.7, 0.1],
      status: 'WARN',
    },
  ];
  test.for(rows)('$name', ({ limits, metrics, status }) => {
    const input = withComparisons(budgets(limits), board({ max_abs: metrics[0] }, { max_abs: metrics[1] }));
    expect(verdictOf(judge(input), 'board/cpu', 'max_abs')?.status).toBe(status);
  });

  test('the worst case is named with its element', () => {
    const input = withComparisons(budgets('{max_abs: 0.5}'), board({ max_abs: 0.6 }, { max_abs: 0.9 }));
    expect(verdictOf(judge(input), 'board/cpu', 'max_abs')).toMatchObject({
      actual: 0.9,
      worst: { case: 'two', index: [1, 2] },
    });
    expect(judge(input).exitCode).toBe(1);
  });

  test('decisions are pooled over the cases: 1 of 100 is 0.99 though one case has 0.98', () => {
    const flipped = [sampleComparison('board/cpu', 'one', {}, 1), sampleComparison('board/cpu', 'two')];
    const verdicts = judge(withComparisons(budgets('{top1_agreement: 0.99, flips: 0}'), flipped));
    expect(verdictOf(verdicts, 'board/cpu', 'top1_agreement')).toMatchObject({
      actual: 0.99,
      status: 'PASS',
    });
    expect(verdictOf(verdicts, 'board/cpu', 'flips')).toMatchObject({ actual: 1, status: 'FAIL' });
  });

  test('the last rule that matches wins, per metric and case', () => {
    const rules = budgets(
      '{max_abs: 0.5}',
      `  - match: {case: two}
    limits: {max_abs: 2}
    reason: the second case is hard
`,
    );
    const verdicts = judge(withComparisons(rules, board({ max_abs: 1 }, { max_abs: 1 })));
    const both = verdicts.verdicts.filter(
      ({ target, metric }) => target === 'board/cpu' && metric === 'max_abs',
    );
    expect(both.map(({ case: name, status, rule }) => [name, status, rule.line])).toEqual([
      ['one', 'FAIL', 3],
      ['two', 'PASS', 6],
    ]);
  });
});

describe('what passes unless someone looks', () => {
  test('a tensor that no budget speaks of is held to the tolerance of its dtype', () => {
    const rules = `schema: fleetdiff/budgets@1
rules:
  - match: {device: phone}
    limits: {max_abs: 1}
    reason: only the phone
`;
    const input = withComparisons(rules, board({ mismatch_fraction: 0.1 }, {}));
    expect(verdictOf(judge(input), 'board/cpu', 'mismatch_fraction')).toMatchObject({
      status: 'FAIL',
      rule: { file: 'built-in' },
    });
    expect(verdictOf(judge(input), 'phone/cpu', 'mismatch_fraction')).toBeUndefined();
  });

  test('without budgets the same', () => {
    const verdicts = judge(withComparisons(undefined, board({ mismatch_fraction: 0.1 }, {})));
    expect(verdictOf(verdicts, 'board/cpu', 'mismatch_fraction')?.status).toBe('FAIL');
    expect(verdictOf(verdicts, 'phone/cpu', 'mismatch_fraction')?.status).toBe('PASS');
  });

  test.for([
    { metric: 'nonfinite_mismatch', limits: '{max_abs: 1}', status: 'FAIL' },
    { metric: 'nonfinite_matched', limits: '{max_abs: 1}', status: 'FAIL' },
    { metric: 'nonfinite_matched', limits: '{max_abs: 1, allow_nonfinite: true}', status: undefined },
  ])('$metric of 1 under $limits is $status', ({ metric, limits, status }) => {
    const input = withComparisons(budgets(limits), board({ [metric]: 1 }, {}));
    expect(verdictOf(judge(input), 'board/cpu', metric)?.status).toBe(status);
  });

  test('a metric that the rule demands by the tensor’s name, and that does not apply, is not met', () => {
    const rules = `schema: fleetdiff/budgets@1
rules:
  - match: {tensor: logits}
    limits: {max_steps: 2}
    reason: steps of a tensor whose scale is unknown
`;
    const verdicts = judge(withComparisons(rules, board({}, {})));
    expect(verdictOf(verdicts, 'board/cpu', 'max_steps')?.status).toBe('NOT_COMPARABLE');
    expect(verdicts.exitCode).toBe(3);
  });

  test('different outputs over repeats fail unless a budget allows them', () => {
    const input = sampleInput(budgets('{max_abs: 1}'));
    const [first, second] = input.determinism.targets;
    const tensors = [{ tensor: 'logits', distinct_outputs: 2, cases: ['one'], noise_max_abs: 0.1 }];
    const shaky = { ...input.determinism, targets: [{ ...first!, tensors }, second!] };
    expect(verdictOf(judge({ ...input, determinism: shaky }), 'board/cpu', 'distinct_outputs')?.status).toBe(
      'FAIL',
    );
  });

  test('determinism that was not measured is INCOMPLETE, and says what to do', () => {
    const input = sampleInput(budgets('{max_abs: 1}'));
    const none = { ...input.determinism, targets: [] };
    expect(verdictOf(judge({ ...input, determinism: none }), 'board/cpu', 'distinct_outputs')).toMatchObject({
      status: 'INCOMPLETE',
      message: expect.stringContaining('fleetdiff compare'),
    });
    expect(judge({ ...input, determinism: none }).exitCode).toBe(3);
  });
});

describe('placement', () => {
  const withPlacement = (provider: string, status: 'attested' | 'unknown' = 'attested') => {
    const capture = sampleCapture('board/cpu');
    const nodes = status === 'unknown' ? [] : [{ name: 'conv', opType: 'Conv', provider }];
    const changed = { ...capture, placement: { requested: 'webgpu', status, nodes } };
    const input = sampleInput(budgets('{max_abs: 1}'));
    const deliveries = input.deliveries.map(
      (delivery): Delivery =>
        delivery.planned.target === 'board/cpu'
          ? { planned: delivery.planned, status: 'captured', capture: changed }
          : delivery,
    );
    return verdictOf(judge({ ...input, deliveries }), 'board/cpu', 'fallback_nodes');
  };
  test.for([
    { provider: 'WebGpuExecutionProvider', status: 'PASS', actual: 0 },
    { provider: 'JsExecutionProvider', status: 'PASS', actual: 0 },
    { provider: 'CPUExecutionProvider', status: 'FAIL', actual: 1 },
  ])('webgpu asked, $provider ran: $status', ({ provider, status, actual }) => {
    expect(withPlacement(provider)).toMatchObject({ status, actual });
  });
  test('a placement that nobody attested satisfies nothing', () => {
    expect(withPlacement('', 'unknown')).toMatchObject({ status: 'FAIL', actual: 'NaN' });
  });
});

describe('waivers', () => {
  const waiver = (match: string, expires: string, metrics = '[max_abs]') => `waivers:
  - match: ${match}
    metrics: ${metrics}
    reason: known
    owner: "@vision"
    expires: ${expires}
`;
  const status = (text: string) => {
    const input = withComparisons(budgets('{max_abs: 0.5}', text), board({ max_abs: 1 }, { max_abs: 0 }));
    return verdictOf(judge(input), 'board/cpu', 'max_abs');
  };
  test.for([
    { match: '{device: board}', expires: '2026-11-22', expected: 'WAIVED', why: 'the last day counts' },
    { match: '{device: board}', expires: '2026-11-21', expected: 'FAIL', why: 'expired yesterday' },
    { match: '{device: phone}', expires: '2027-01-01', expected: 'FAIL', why: 'another device' },
    { match: '{isa: "x86_64 !vnni"}', expires: '2027-01-01', expected: 'WAIVED', why: 'lacks VNNI' },
    { match: '{isa: "aarch64"}', expires: '2027-01-01', expected: 'FAIL', why: 'another architecture' },
    { match: '{case: one}', expires: '2027-01-01', expected: 'WAIVED', why: 'only that case fails' },
    { match: '{case: two}', expires: '2027-01-01', expected: 'FAIL', why: 'another case fails' },
  ])('$match until $expires is $expected: $why', ({ match, expires, expected }) => {
    expect(status(waiver(match, expires))?.status).toBe(expected);
  });
  test('an expired waiver is named', () => {
    expect(status(waiver('{device: board}', '2026-11-21'))).toMatchObject({
      message: 'the waiver expired on 2026-11-21',
      waiver: { expired: true, owner: '@vision' },
    });
  });
  test('a waiver of another metric waives nothing', () => {
    expect(status(waiver('{device: board}', '2027-01-01', '[max_rel]'))?.status).toBe('FAIL');
  });
});

describe('absence', () => {
  const change = (target: string, delivery: Partial<Delivery>) => {
    const input = sampleInput(budgets('{max_abs: 1}'));
    const deliveries = input.deliveries.map((each) =>
      each.planned.target === target ? ({ planned: each.planned, ...delivery } as Delivery) : each,
    );
    return judge({ ...input, deliveries });
  };
  test('a capture that nobody delivered is INCOMPLETE and exit 3', () => {
    const verdicts = change('board/cpu', { status: 'absent', reason: 'session lost' });
    expect(verdictOf(verdicts, 'board/cpu', 'capture')).toMatchObject({
      status: 'INCOMPLETE',
      message: 'session lost',
    });
    expect(verdicts.exitCode).toBe(3);
  });
  test('skipped is SKIPPED for an optional target only', () => {
    const skipped = { status: 'skipped', reason: 'no emulator', remedy: 'fleetdiff doctor --fix' } as const;
    expect(verdictOf(change('phone/cpu', skipped), 'phone/cpu', 'capture')?.status).toBe('SKIPPED');
    expect(change('phone/cpu', skipped).exitCode).toBe(0);
    expect(verdictOf(change('board/cpu', skipped), 'board/cpu', 'capture')?.status).toBe('INCOMPLETE');
    expect(change('board/cpu', skipped).exitCode).toBe(3);
  });
  test('a comparison that the plan asks for and nobody made is INCOMPLETE', () => {
    const verdicts = judge(withComparisons(budgets('{max_abs: 1}'), board({})));
    expect(verdictOf(verdicts, 'board/cpu', 'comparable')).toMatchObject({
      status: 'INCOMPLETE',
      case: 'two',
    });
    expect(verdicts.exitCode).toBe(3);
  });
  test('a pair that cannot be compared is NOT_COMPARABLE and exit 3, though the rest is fine', () => {
    const refused: Comparison = {
      suite: 'digits',
      case: 'two',
      target: 'board/cpu',
      tensor: 'logits',
      status: 'notComparable',
      reason: 'dtype float32 against int64',
    };
    const verdicts = judge(withComparisons(budgets('{max_abs: 1}'), [...board({}), refused]));
    expect(verdictOf(verdicts, 'board/cpu', 'comparable')).toMatchObject({
      status: 'NOT_COMPARABLE',
      case: 'two',
    });
    expect(verdicts.exitCode).toBe(3);
  });
  test('what is over a limit says that cases are missing', () => {
    const all = board({ max_abs: 2 }, { max_abs: 0 });
    const judged = (comparisons: readonly Comparison[]) =>
      verdictOf(judge(withComparisons(budgets('{max_abs: 1}'), comparisons)), 'board/cpu', 'max_abs');
    expect(judged(all.filter((each) => each.case !== 'two'))).toMatchObject({
      status: 'FAIL',
      message: 'over 1 of 2 cases, because the others could not be compared',
    });
    expect(judged(all)?.message).toBeUndefined();
  });
  test('a run in which nothing was judged is incomplete, never a pass', () => {
    const plan = { ...samplePlan, captures: [] };
    const verdicts = judge({ ...sampleInput(undefined), plan, deliveries: [] });
    expect(verdicts.verdicts).toEqual([]);
    expect(verdicts.exitCode).toBe(3);
  });
  test('3 outranks 1', () => {
    const verdicts = judge(withComparisons(budgets('{max_abs: 0.5}'), board({ max_abs: 1 })));
    expect(verdicts.summary.fail).toBeGreaterThan(0);
    expect(verdicts.exitCode).toBe(3);
  });
});

describe('what a reviewer broke once', () => {
  const withCapture = (
    change: Partial<ReturnType<typeof sampleCapture>>,
    budgetText = budgets('{max_abs: 1}'),
  ) => {
    const input = sampleInput(budgetText);
    const deliveries = input.deliveries.map(
      (delivery): Delivery =>
        delivery.planned.target === 'board/cpu'
          ? {
              planned: delivery.planned,
              status: 'captured',
              capture: { ...sampleCapture('board/cpu'), ...change },
            }
          : delivery,
    );
    return { ...input, deliveries };
  };

  test('comparisons of other bytes than the capture holds are INCOMPLETE, exit 3', () => {
    const cases = ['one', 'two'].map((name) => ({
      case: name,
      repeats: [0, 1, 2].map(() => [sampleOutput(name === 'one' ? '9' : '2')]),
    }));
    const verdicts = judge(withCapture({ cases }));
    expect(verdictOf(verdicts, 'board/cpu', 'comparable')).toMatchObject({
      status: 'INCOMPLETE',
      case: 'one',
    });
    expect(verdicts.exitCode).toBe(3);
  });

  test('comparisons of another run are none of this one: exit 3', () => {
    const input = sampleInput(budgets('{max_abs: 1}'));
    const verdicts = judge({ ...input, comparisons: { ...input.comparisons, run: 'another-run' } });
    expect(verdictOf(verdicts, 'board/cpu', 'comparable')?.status).toBe('INCOMPLETE');
    expect(verdicts.exitCode).toBe(3);
  });

  test('repeats that differ are counted from the capture, whatever determinism.json says', () => {
    const cases = ['one', 'two'].map((name) => ({
      case: name,
      repeats: ['2', '2', '3'].map((letter) => [sampleOutput(letter)]),
    }));
    expect(verdictOf(judge(withCapture({ cases })), 'board/cpu', 'distinct_outputs')).toMatchObject({
      actual: 2,
      status: 'FAIL',
    });
    const allowed = withCapture({ cases }, budgets('{max_abs: 1, distinct_outputs: 2}'));
    expect(verdictOf(judge(allowed), 'board/cpu', 'distinct_outputs')?.status).toBe('PASS');
  });

  test('two rules on one line are two rules', () => {
    const rules =
      '{"schema":"fleetdiff/budgets@1","rules":[{"match":{},"limits":{"max_abs":100},"reason":"wide"},{"match":{"case":"two"},"limits":{"max_abs":0.1},"reason":"narrow"}]}';
    const verdicts = judge(withComparisons(rules, board({ max_abs: 50 }, { max_abs: 50 })));
    const found = verdicts.verdicts.filter(
      ({ target, metric }) => target === 'board/cpu' && metric === 'max_abs',
    );
    expect(found.map(({ case: name, status }) => [name, status]).sort()).toEqual([
      ['one', 'PASS'],
      ['two', 'FAIL'],
    ]);
  });

  const labelled = (name: string, accuracy: number | undefined, count: number, metrics = {}): Comparison => {
    const base = sampleComparison('board/cpu', name, metrics);
    if (base.status !== 'compared') throw new Error('not compared');
    return {
      ...base,
      decisions: { ...base.decisions!, labelled: count, ...(accuracy === undefined ? {} : { accuracy }) },
    };
  };

  test('a case without ground truth is not held by an accuracy budget: its tolerance is', () => {
    const input = withComparisons(budgets('{accuracy: 0.9}'), [
      labelled('one', 1, 50),
      labelled('two', undefined, 0, { mismatch_fraction: 1 }),
    ]);
    expect(verdictOf(judge(input), 'board/cpu', 'accuracy')).toMatchObject({ case: 'one', status: 'PASS' });
    expect(verdictOf(judge(input), 'board/cpu', 'mismatch_fraction')).toMatchObject({
      case: 'two',
      status: 'FAIL',
    });
  });

  test('accuracy is pooled over the labelled samples: 1 of 1 and 40 of 50 are 41 of 51', () => {
    const input = withComparisons(budgets('{accuracy: 0.9}'), [
      labelled('one', 1, 1),
      labelled('two', 0.8, 50),
    ]);
    expect(verdictOf(judge(input), 'board/cpu', 'accuracy')).toMatchObject({
      actual: 41 / 51,
      status: 'FAIL',
    });
  });

  test('a rule that only warns leaves the tolerance in force', () => {
    const input = withComparisons(budgets('{max_abs: {warn: 1}}'), board({ mismatch_fraction: 1 }, {}));
    expect(verdictOf(judge(input), 'board/cpu', 'mismatch_fraction')?.status).toBe('FAIL');
  });

  test('an undefined metric of one case is not hidden by the others', () => {
    const input = withComparisons(budgets('{sqnr_db: 30}'), board({ sqnr_db: 60 }, { sqnr_db: null }));
    expect(verdictOf(judge(input), 'board/cpu', 'sqnr_db')).toMatchObject({
      status: 'NOT_COMPARABLE',
      case: 'two',
    });
  });

  const flips = (...counts: number[]) =>
    counts.map((count, index) => sampleComparison('board/cpu', ['one', 'two'][index]!, {}, count));
  const flipWaiver = `waivers:
  - match: {case: one}
    metrics: [flips]
    reason: the first case is known
    owner: "@vision"
    expires: 2027-01-01
`;
  test.for([
    { counts: [3, 1], status: 'WAIVED', why: 'what is left is within the limit' },
    { counts: [3, 3], status: 'FAIL', why: 'what is left is over it by itself' },
    { counts: [0, 3], status: 'FAIL', why: 'the waived case has nothing to do with it' },
  ])('a waiver of one case and flips $counts: $status, $why', ({ counts, status }) => {
    const input = withComparisons(budgets('{flips: 2}', flipWaiver), flips(...counts));
    expect(verdictOf(judge(input), 'board/cpu', 'flips')?.status).toBe(status);
  });

  test.for([
    { actual: 19, status: 'WAIVED' },
    { actual: 20, status: 'FAIL' },
    { actual: 'NaN' as const, status: 'FAIL' },
  ])('a waiver that knows 19 steps and a finding of $actual: $status', ({ actual, status }) => {
    const waiver = `waivers:
  - match: {}
    metrics: [max_steps]
    limits: {max_steps: 19}
    reason: known
    owner: "@vision"
    expires: 2027-01-01
`;
    const input = withComparisons(
      budgets('{max_steps: 2}', waiver),
      board({ max_steps: actual }, { max_steps: 0 }),
    );
    expect(verdictOf(judge(input), 'board/cpu', 'max_steps')?.status).toBe(status);
  });

  test('a run in which only the reference was judged is incomplete', () => {
    const input = sampleInput(undefined);
    const reference = { kind: 'target', target: 'board/cpu' } as const;
    const suites = [{ ...input.plan.suites[0]!, reference }];
    const planned = { suite: 'digits', target: 'board/cpu', role: 'reference', optional: false } as const;
    const plan = { ...input.plan, suites, captures: [planned] };
    const deliveries = [{ planned, status: 'captured', capture: sampleCapture('board/cpu') } as const];
    expect(judge({ ...input, plan, deliveries }).exitCode).toBe(3);
  });

  test('a reference that ran elsewhere, or gives two answers, is no reference', () => {
    const input = sampleInput(undefined);
    const suites = [{ ...input.plan.suites[0]!, reference: { kind: 'target', target: 'lab/cpu' } as const }];
    const planned = { suite: 'digits', target: 'lab/cpu', role: 'reference', optional: false } as const;
    const honest = sampleCapture('lab/cpu');
    const broken = [
      { ...honest, placement: { ...honest.placement, requested: 'webgpu' } },
      {
        ...honest,
        cases: [{ case: 'one', repeats: [[sampleOutput('2')], [sampleOutput('3')]] }],
      },
    ];
    for (const capture of broken) {
      const deliveries = [...input.deliveries, { planned, status: 'captured', capture } as const];
      const verdicts = judge({ ...input, plan: { ...input.plan, suites }, deliveries });
      expect(verdictOf(verdicts, 'lab/cpu', 'reference')?.status).toBe('INCOMPLETE');
      expect(verdicts.exitCode).toBe(3);
    }
  });
});

describe('the noise floor', () => {
  const floor = 'noiseFloor: {repeats: 3, factor: 4}\n';
  const noisy = (noise: number | 'NaN' | 'Infinity') => {
    const input = withComparisons(
      budgets('{max_abs: 1, distinct_outputs: 3}', floor),
      board({ max_abs: 3 }, {}),
    );
    const targets = input.determinism.targets.map((entry) => ({
      ...entry,
      tensors: [{ tensor: 'logits', distinct_outputs: 2, cases: ['one'], noise_max_abs: noise }],
    }));
    return verdictOf(
      judge({ ...input, determinism: { ...input.determinism, targets } }),
      'board/cpu',
      'max_abs',
    );
  };
  test.for([
    { noise: 0.1, status: 'FAIL', limit: 1 },
    { noise: 1, status: 'PASS', limit: 4 },
    { noise: 'NaN' as const, status: 'FAIL', limit: 1 },
    { noise: 'Infinity' as const, status: 'FAIL', limit: 1 },
  ])('noise $noise under an error of 3: limit $limit, $status', ({ noise, status, limit }) => {
    expect(noisy(noise)).toMatchObject({ status, limit });
  });

  test('raises the bound that warns although the one that fails lies higher, and says from what', () => {
    const input = withComparisons(
      budgets('{max_abs: {warn: 0.5, fail: 10}, distinct_outputs: 3}', floor),
      board({ max_abs: 3 }, {}),
    );
    const targets = input.determinism.targets.map((entry) => ({
      ...entry,
      tensors: [{ tensor: 'logits', distinct_outputs: 2, cases: ['one'], noise_max_abs: 1 }],
    }));
    const judged = (max_abs: number) =>
      verdictOf(
        judge({
          ...withComparisons(
            budgets('{max_abs: {warn: 0.5, fail: 10}, distinct_outputs: 3}', floor),
            board({ max_abs }, {}),
          ),
          determinism: { ...input.determinism, targets },
        }),
        'board/cpu',
        'max_abs',
      );
    // 3 is within 4 × the noise of 1; the bound that fails is the rule's own.
    expect(judged(3)).toMatchObject({ status: 'PASS', limit: 10 });
    expect(judged(3)?.noise).toBeUndefined();
    expect(judged(5)).toMatchObject({
      status: 'WARN',
      limit: 4,
      noise: { factor: 4, noise_max_abs: 1, ruleLimit: 0.5 },
    });
  });
});
