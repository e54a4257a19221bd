import { describe, expect, test } from 'vitest';
import type { Baseline, BaselineAnswer, BaselineBook } from '../../harness/domain/baseline.ts';
import type { Comparison, Verdict } from '../../harness/domain/run-files.ts';
import { baselineAnswerOf, baselinePlacementOf } from '../../harness/stages/baseline/approved-answers.ts';
import { environmentClassOf } from '../../harness/stages/baseline/environment-class.ts';
import type { CapturedCapture, Delivery } from '../../harness/stages/deliveries.ts';
import { judge } from '../../harness/stages/judge.ts';
import { answerId } from '../../harness/store/baselines.ts';
import {
  hash,
  sampleCapture,
  sampleComparison,
  sampleInput,
  sampleOutput,
  samplePlan,
} from './sample-run.ts';

type Compared = Extract<Comparison, { status: 'compared' }>;

const BUDGETS = `schema: fleetdiff/budgets@1
rules:
  - match: {}
    limits: {max_abs: 10, top1_agreement: 0.5}
    reason: a test
`;

const TARGETS = ['board/cpu', 'phone/cpu'];

/** A target that gave the bytes `letter` to both cases; '1' are the reference's unless told. */
interface Night {
  readonly letter?: string;
  /** The reference's bytes. */
  readonly reference?: string;
  readonly metrics?: Record<string, number | 'NaN'>;
  readonly flips?: number;
  readonly change?: (capture: CapturedCapture) => CapturedCapture;
}

function captureOf(target: string, { letter = '2', change = (each) => each }: Night): CapturedCapture {
  const capture = sampleCapture(target);
  const cases = capture.cases.map((entry) => ({
    ...entry,
    repeats: entry.repeats.map(() => [sampleOutput(letter)]),
  }));
  return change({ ...capture, cases });
}

function comparisonsOf(
  target: string,
  { letter = '2', reference = '1', metrics = {}, flips = 0 }: Night,
): Compared[] {
  return ['one', 'two'].map((name) => ({
    ...(sampleComparison(target, name, metrics, flips) as Compared),
    identical: letter === reference,
    digest: { reference: hash(reference), candidate: hash(letter) },
  }));
}

/** What `approve` makes of a night. */
function approvedFrom(nights: Readonly<Record<string, Night>>): BaselineBook {
  const answers = new Map<string, BaselineAnswer>();
  const baselines = Object.entries(nights).map(([target, night]) => {
    const capture = captureOf(target, night);
    const answer = baselineAnswerOf(capture, 'logits', comparisonsOf(target, night))!;
    answers.set(answerId(answer), answer);
    const baseline: Baseline = {
      schemaVersion: 1,
      kind: 'baseline',
      suite: 'digits',
      target,
      environment: environmentClassOf(capture.provenance.device),
      approved: { run: 'first', at: '2026-11-20T00:00:00.000Z', reason: 'looked at' },
      modelSha256: capture.provenance.modelSha256,
      inputsSha256: capture.provenance.inputsSha256,
      placement: baselinePlacementOf(capture.placement),
      answers: [{ tensor: 'logits', answer: answerId(answer) }],
    };
    return { ...baseline, file: `baselines/digits/${target.replace('/', '.')}.json` };
  });
  return { folder: 'baselines', baselines, answers };
}

function judgedAgainst(
  baselines: BaselineBook,
  nights: Readonly<Record<string, Night>>,
  budgets: string = BUDGETS,
  distinct = 1,
) {
  const comparisons: Comparison[] = TARGETS.flatMap((target) => comparisonsOf(target, nights[target] ?? {}));
  const input = sampleInput(budgets, {
    baselines,
    deliveries: samplePlan.captures.map(
      (planned): Delivery => ({
        planned,
        status: 'captured',
        capture: captureOf(planned.target, nights[planned.target] ?? {}),
      }),
    ),
  });
  const targets = input.determinism.targets.map((entry) => ({
    ...entry,
    tensors: entry.tensors.map((tensor) => ({ ...tensor, distinct_outputs: distinct, noise_max_abs: 0.1 })),
  }));
  return judge({
    ...input,
    comparisons: { ...input.comparisons, comparisons },
    determinism: { ...input.determinism, targets },
  });
}

const AGAINST = [
  'baseline',
  'changed_answers',
  'new_divergences',
  'worse_metrics',
  'class_changes',
  'moved_nodes',
];

/** `metric status actual` of the verdicts against the baseline of one target. */
function told(verdicts: readonly Verdict[], target = 'board/cpu'): string[] {
  return verdicts
    .filter((each) => each.target === target && AGAINST.includes(each.metric))
    .map(({ metric, status, actual }) => `${metric} ${status} ${actual}`)
    .sort();
}

const BOTH = approvedFrom({ 'board/cpu': {}, 'phone/cpu': {} });

test('nobody approved anything: there is no verdict against a baseline, and none is claimed', () => {
  const { verdicts } = judgedAgainst({ folder: 'baselines', baselines: [], answers: new Map() }, {});
  expect(told(verdicts)).toEqual([]);
});

test('the approved bytes pass', () => {
  const { verdicts, exitCode } = judgedAgainst(BOTH, {});
  expect(told(verdicts)).toEqual(['changed_answers PASS 0']);
  expect(exitCode).toBe(0);
});

test('a target that nobody approved is told, and is no agreement', () => {
  const { verdicts } = judgedAgainst(approvedFrom({ 'phone/cpu': {} }), {});
  expect(told(verdicts)).toEqual(['baseline WARN null']);
  const [verdict] = verdicts.filter(({ metric }) => metric === 'baseline');
  expect(verdict?.message).toContain('nobody has approved board/cpu');
});

test('another class of environment is another baseline', () => {
  const withVnni = (capture: CapturedCapture): CapturedCapture => {
    const device = { ...capture.provenance.device, isa: ['x86_64', 'avx2', 'vnni'] };
    return { ...capture, provenance: { ...capture.provenance, device } };
  };
  const { verdicts } = judgedAgainst(BOTH, { 'board/cpu': { change: withVnni } });
  expect(told(verdicts)).toEqual(['baseline WARN null']);
  expect(verdicts.find(({ metric }) => metric === 'baseline')?.message).toMatch(
    /^no baseline for the environment x86_64-[0-9a-f]{6}; approved are x86_64-[0-9a-f]{6};/,
  );
});

test('a newer runtime or OS is held against the same baseline: that is what it is for', () => {
  const newer = (capture: CapturedCapture): CapturedCapture => {
    const device = {
      ...capture.provenance.device,
      os: 'Linux 7',
      runtime: { name: 'onnxruntime', version: '1.31.0' },
    };
    return { ...capture, provenance: { ...capture.provenance, device } };
  };
  const { verdicts } = judgedAgainst(BOTH, { 'board/cpu': { change: newer, letter: '3' } });
  expect(told(verdicts)).toContain('changed_answers WARN 2');
});

test('other bytes within budget warn, and say which cases, from which approval, and who agreed before', () => {
  const { verdicts, exitCode } = judgedAgainst(BOTH, { 'board/cpu': { letter: '3' } });
  expect(told(verdicts)).toEqual(['changed_answers WARN 2', 'class_changes WARN 1']);
  expect(exitCode).toBe(0);
  const changed = verdicts.find(({ metric, status }) => metric === 'changed_answers' && status === 'WARN');
  expect(changed?.message).toBe('not the approved bytes: one, two');
  expect(changed?.baseline).toEqual({
    run: 'first',
    at: '2026-11-20T00:00:00.000Z',
    reason: 'looked at',
  });
  expect(verdicts.find(({ metric }) => metric === 'class_changes')?.message).toBe(
    'no longer agrees with phone/cpu',
  );
  // The other target's own answer did not change: nothing is said of it.
  expect(told(verdicts, 'phone/cpu')).toEqual(['changed_answers PASS 0']);
});

test('two classes that become one are told by whoever moved', () => {
  const split = approvedFrom({ 'board/cpu': { letter: '3' }, 'phone/cpu': {} });
  const { verdicts } = judgedAgainst(split, {});
  expect(verdicts.find(({ metric }) => metric === 'class_changes')?.message).toBe(
    'now agrees with phone/cpu',
  );
  expect(told(verdicts, 'phone/cpu')).toEqual(['changed_answers PASS 0']);
});

test('what was bit-identical with the reference and is not any more fails, within budget or not', () => {
  const identical = approvedFrom({ 'board/cpu': { letter: '1' }, 'phone/cpu': {} });
  const { verdicts, exitCode } = judgedAgainst(identical, { 'board/cpu': { letter: '2' } });
  expect(told(verdicts)).toContain('new_divergences FAIL 2');
  expect(exitCode).toBe(1);
});

test('what stays bit-identical with the reference passes', () => {
  const before = approvedFrom({ 'board/cpu': { letter: '1' }, 'phone/cpu': {} });
  const { verdicts } = judgedAgainst(before, { 'board/cpu': { letter: '1' } });
  expect(told(verdicts)).toEqual(['changed_answers PASS 0']);
});

test('becoming bit-identical with the reference is an improvement', () => {
  const { verdicts, exitCode } = judgedAgainst(BOTH, { 'board/cpu': { letter: '1' } });
  // Whom it leaves by that is no finding.
  expect(told(verdicts)).toEqual(['changed_answers PASS 0']);
  expect(exitCode).toBe(0);
  const changed = verdicts.find(
    ({ metric, target }) => metric === 'changed_answers' && target === 'board/cpu',
  );
  expect(changed?.message).toContain('bit-identical with the reference where it was not');
});

describe('the reference moved', () => {
  const identical = approvedFrom({ 'board/cpu': { letter: '1' }, 'phone/cpu': {} });
  const messageOf = (verdicts: readonly Verdict[], name: string) =>
    verdicts.find(({ metric, target }) => metric === name && target === 'board/cpu')?.message;

  test('and the target with it: nobody approved these bytes, and nothing got better', () => {
    const { verdicts } = judgedAgainst(identical, { 'board/cpu': { letter: '5', reference: '5' } });
    expect(told(verdicts)).toContain('changed_answers WARN 2');
    expect(messageOf(verdicts, 'changed_answers')).toBe('moved together with the reference: one, two');
  });

  test('and the target did not: the failures say whose bytes moved', () => {
    const { verdicts } = judgedAgainst(identical, {
      'board/cpu': { letter: '1', reference: '5', metrics: { max_abs: 1 } },
    });
    expect(told(verdicts)).toEqual([
      'changed_answers PASS 0',
      'new_divergences FAIL 2',
      'worse_metrics FAIL 1',
    ]);
    for (const metric of ['new_divergences', 'worse_metrics'])
      expect(messageOf(verdicts, metric)).toMatch(
        /; the reference's bytes moved, its own are the approved ones$/,
      );
    // A message on what passes says that something got better.
    expect(messageOf(verdicts, 'changed_answers')).toBeUndefined();
  });
});

test('with whom a target agrees is asked of those that answered in this run, in an environment that was approved', () => {
  const input = sampleInput(BUDGETS, { baselines: BOTH });
  const moved = (environment: string, other: 'captured' | 'skipped') => {
    const deliveries = input.deliveries.map(({ planned }): Delivery => {
      if (planned.target === 'board/cpu')
        return { planned, status: 'captured', capture: captureOf('board/cpu', { letter: '3' }) };
      if (other === 'skipped') return { planned, status: 'skipped', reason: 'no phone', remedy: 'buy one' };
      const capture = captureOf('phone/cpu', {});
      const device = { ...capture.provenance.device, isa: [environment] };
      return {
        planned,
        status: 'captured',
        capture: { ...capture, provenance: { ...capture.provenance, device } },
      };
    });
    const comparisons = [...comparisonsOf('board/cpu', { letter: '3' }), ...comparisonsOf('phone/cpu', {})];
    return told(judge({ ...input, deliveries, comparisons: { ...input.comparisons, comparisons } }).verdicts);
  };
  expect(moved('x86_64', 'skipped')).toEqual(['changed_answers WARN 2']);
  expect(moved('another', 'captured')).toEqual(['changed_answers WARN 2']);
});

test('an approved delegate of a device that stays is told when it left the fleet', () => {
  const gone = approvedFrom({ 'board/cpu': {}, 'board/npu': {} });
  const input = sampleInput(BUDGETS, { baselines: gone });
  const fleet = { ...input.plan.fleet, targets: TARGETS };
  const messages = (plan: typeof input.plan) =>
    judge({ ...input, plan })
      .verdicts.filter(({ target }) => target === 'board/npu')
      .map(({ message }) => message);
  expect(messages({ ...input.plan, fleet })).toEqual([
    expect.stringContaining('the fleet has no such target any more; remove baselines/digits/board.npu.json'),
  ]);
  // --only is no farewell.
  expect(messages({ ...input.plan, fleet: { ...fleet, targets: [...TARGETS, 'board/npu'] } })).toEqual([]);
});

describe('metrics', () => {
  const approved = approvedFrom({ 'board/cpu': { metrics: { max_abs: 3 }, flips: 2 }, 'phone/cpu': {} });
  const night = (night: Night, distinct = 1) =>
    judgedAgainst(approved, { 'board/cpu': { letter: '3', ...night } }, BUDGETS, distinct);
  const worse = (night_: ReturnType<typeof night>) =>
    night_.verdicts.find(({ metric }) => metric === 'worse_metrics');

  test('worse than approved fails, with both numbers of each', () => {
    const judged = night({ metrics: { max_abs: 3.5 }, flips: 4 });
    expect(worse(judged)).toMatchObject({ status: 'FAIL', actual: 2 });
    expect(worse(judged)?.message).toBe('max_abs 3 → 3.5, top1_agreement 0.96 → 0.92');
    expect(judged.exitCode).toBe(1);
  });
  test('better is told and passes', () => {
    const judged = night({ metrics: { max_abs: 1 }, flips: 0 });
    expect(worse(judged)).toBeUndefined();
    expect(judged.verdicts.find(({ metric }) => metric === 'changed_answers')?.message).toContain(
      'better than approved: max_abs 3 → 1, top1_agreement 0.96 → 1',
    );
  });
  test('NaN is worse than every number', () => {
    expect(worse(night({ metrics: { max_abs: 'NaN' }, flips: 2 }))?.message).toBe('max_abs 3 → NaN');
  });
  test("what the target's own repeats differ by is no change; more is", () => {
    expect(worse(night({ metrics: { max_abs: 3.05 }, flips: 2 }, 2))).toBeUndefined();
    expect(worse(night({ metrics: { max_abs: 3.2 }, flips: 2 }, 2))?.message).toBe('max_abs 3 → 3.2');
    // Steady repeats have no noise.
    expect(worse(night({ metrics: { max_abs: 3.05 }, flips: 2 }))?.message).toBe('max_abs 3 → 3.05');
  });
  test('a metric that nobody limits is not held', () => {
    expect(worse(night({ metrics: { max_abs: 3, mean_abs: 9 }, flips: 2 }))).toBeUndefined();
  });
});

test('of another model the metrics are held, the bytes are not; of other inputs nothing is', () => {
  const other = (key: 'modelSha256' | 'inputsSha256') => (capture: CapturedCapture) => ({
    ...capture,
    provenance: { ...capture.provenance, [key]: hash('9') },
  });
  const model = judgedAgainst(BOTH, {
    'board/cpu': { letter: '3', change: other('modelSha256'), metrics: { max_abs: 1 } },
  });
  expect(told(model.verdicts)).toEqual(['baseline WARN null', 'worse_metrics FAIL 1']);
  const inputs = judgedAgainst(BOTH, {
    'board/cpu': { letter: '3', change: other('inputsSha256'), metrics: { max_abs: 1 } },
  });
  expect(told(inputs.verdicts)).toEqual(['baseline WARN null']);
});

test('nodes on a provider that was not asked for, beyond what was approved, are told', () => {
  const moved = (capture: CapturedCapture): CapturedCapture => ({
    ...capture,
    placement: {
      ...capture.placement,
      nodes: [
        ...capture.placement.nodes,
        { name: 'gemm', opType: 'Gemm', provider: 'WebGpuExecutionProvider' },
      ],
    },
  });
  const { verdicts } = judgedAgainst(BOTH, { 'board/cpu': { change: moved } });
  const verdict = verdicts.find(({ metric }) => metric === 'moved_nodes');
  expect(verdict).toMatchObject({ status: 'WARN', actual: 1 });
  expect(verdict?.message).toBe('1 more on WebGpuExecutionProvider than approved');
});

test('more nodes on the provider that was asked for are no move', () => {
  const split = (capture: CapturedCapture): CapturedCapture => ({
    ...capture,
    placement: {
      ...capture.placement,
      nodes: [...capture.placement.nodes, { name: 'gemm', opType: 'Gemm', provider: 'CPUExecutionProvider' }],
    },
  });
  const { verdicts } = judgedAgainst(BOTH, { 'board/cpu': { change: split } });
  expect(told(verdicts)).toEqual(['changed_answers PASS 0']);
});

test('an approved target that left the fleet, or was skipped, is told', () => {
  const gone = approvedFrom({ 'board/cpu': {}, 'phone/cpu': {}, 'watch/cpu': {} });
  const { verdicts } = judgedAgainst(gone, {});
  expect(verdicts.find(({ target }) => target === 'watch/cpu')?.message).toContain(
    'the fleet has no such target any more; remove baselines/digits/watch.cpu.json',
  );
  const input = sampleInput(BUDGETS, { baselines: BOTH });
  const deliveries = input.deliveries.map(
    (each): Delivery =>
      each.planned.target === 'phone/cpu'
        ? { planned: each.planned, status: 'skipped', reason: 'no phone', remedy: 'buy one' }
        : each,
  );
  const skipped = judge({ ...input, deliveries });
  expect(told(skipped.verdicts, 'phone/cpu')).toEqual(['baseline WARN null']);
});

test('budgets limit and waive what the baseline says, like every other metric', () => {
  const strict = `${BUDGETS}  - match: {device: board}
    limits: {changed_answers: 0}
    reason: this one must not move
`;
  const failed = judgedAgainst(BOTH, { 'board/cpu': { letter: '3' } }, strict);
  expect(told(failed.verdicts)).toContain('changed_answers FAIL 2');
  const waived = judgedAgainst(
    BOTH,
    { 'board/cpu': { letter: '3' } },
    `${strict}waivers:
  - match: {device: board}
    metrics: [changed_answers]
    reason: the new driver
    owner: "@vision"
    expires: 2027-01-31
`,
  );
  expect(told(waived.verdicts)).toContain('changed_answers WAIVED 2');
});
