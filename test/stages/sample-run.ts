import { parseBudgets } from '../../harness/config/budgets-file.ts';
import { matches } from '../../harness/config/match.ts';
import type { Device } from '../../harness/domain/device.ts';
import type { Comparison, Plan, Verdict, Verdicts } from '../../harness/domain/run-files.ts';
import type { StoredTensor } from '../../harness/domain/tensor.ts';
import { DEFAULT_TOLERANCES } from '../../harness/numerics/default-tolerances.ts';
import type { CapturedCapture, Delivery } from '../../harness/stages/deliveries.ts';
import type { JudgeInput } from '../../harness/stages/judge.ts';

/** A run of one suite with two cases on two targets, small enough to be read: everything agrees until a test says otherwise. */

export const hash = (letter: string) => letter.repeat(64);

const device = (name: string): Device => ({
  name,
  driver: 'soc',
  launch: { kind: 'host' },
  soc: `SoC of ${name}`,
  tags: [name === 'phone' ? 'lab' : 'emulated'],
  optional: name === 'phone',
  delegates: [
    {
      name: 'cpu',
      runtime: 'onnxruntime-node',
      provider: 'cpu',
      threads: 1,
      optimization: 'all',
      sessionConfig: {},
      env: {},
    },
  ],
  capabilities: {},
  place: { file: 'devices.yml', line: 3 },
});

export const samplePlan: Plan = {
  schemaVersion: 1,
  kind: 'plan',
  run: '2026-11-22T13-05-12Z-aaaa',
  createdAt: '2026-11-22T13:05:12.000Z',
  planHash: hash('a'),
  harness: { version: '0.0.0' },
  repeats: 3,
  suites: [
    {
      name: 'digits',
      folder: 'digits',
      model: {
        path: 'digits/model.onnx',
        sha256: hash('b'),
        bytes: 1,
        facts: {
          inputs: [{ name: 'input', dtype: 'float32', shape: [-1, 4] }],
          outputs: [{ name: 'logits', dtype: 'float32', shape: [-1, 10] }],
          u8s8FullRange: false,
          integerOperators: false,
        },
      },
      cases: [
        { name: 'one', inputs: [] },
        { name: 'two', inputs: [] },
      ],
      reference: { kind: 'golden', origin: 'a test', cases: [] },
    },
  ],
  devices: [device('board'), device('phone')],
  fleet: { devices: ['board', 'phone'], delegates: ['cpu'], socs: [], tags: ['emulated', 'lab'] },
  captures: [
    { suite: 'digits', target: 'board/cpu', role: 'candidate', optional: false },
    { suite: 'digits', target: 'phone/cpu', role: 'candidate', optional: true },
  ],
};

/** The logits of one case; `letter` stands for their bytes. */
export function sampleOutput(letter: string): StoredTensor {
  return { name: 'logits', dtype: 'float32', shape: [50, 10], sha256: hash(letter), bytes: 2000 };
}

export function sampleCapture(target: string): CapturedCapture {
  return {
    schemaVersion: 1,
    kind: 'capture',
    suite: 'digits',
    target,
    planHash: samplePlan.planHash,
    capturedAt: '2026-11-22T13:06:00.000Z',
    status: 'captured',
    provenance: {
      device: {
        soc: 'a SoC',
        arch: 'x86_64',
        isa: ['x86_64', 'avx2'],
        os: 'Linux',
        runtime: { name: 'onnxruntime', version: '1.30.0' },
        host: { name: 'node', version: '20.20.2' },
      },
      driver: { name: 'soc', version: '0.1.0' },
      delegate: samplePlan.devices[0]!.delegates[0]!,
      modelSha256: hash('b'),
      inputsSha256: hash('c'),
      agentSha256: hash('d'),
      harness: { version: '0.0.0' },
    },
    placement: {
      requested: 'cpu',
      status: 'attested',
      nodes: [{ name: 'conv', opType: 'Conv', provider: 'CPUExecutionProvider' }],
    },
    timings: { sessionMs: 1, loadMs: 1, inferenceMs: 1, jobMs: 1 },
    cases: ['one', 'two'].map((name) => ({ case: name, repeats: [0, 1, 2].map(() => [sampleOutput('2')]) })),
  };
}

export function sampleComparison(
  target: string,
  name: string,
  metrics: Record<string, number | 'NaN' | 'Infinity' | null> = {},
  flips = 0,
): Comparison {
  return {
    suite: 'digits',
    case: name,
    target,
    tensor: 'logits',
    status: 'compared',
    dtype: 'float32',
    shape: [50, 10],
    identical: false,
    digest: { reference: hash('1'), candidate: hash('2') },
    metrics: {
      max_abs: 0,
      mismatch_fraction: 0,
      nonfinite_mismatch: 0,
      nonfinite_matched: 0,
      ...metrics,
    },
    worst: { index: [1, 2], reference: 1, candidate: 2 },
    worstElements: [],
    decisions: {
      samples: 50,
      top1_agreement: (50 - flips) / 50,
      flips,
      near_ties: 0,
      labelled: 0,
      flipped: [],
    },
  };
}

const TARGETS = ['board/cpu', 'phone/cpu'];

/** The all-pass run; `change` replaces parts of it. */
export function sampleInput(budgets: string | undefined, change: Partial<JudgeInput> = {}): JudgeInput {
  return {
    plan: samplePlan,
    deliveries: samplePlan.captures.map(
      (planned): Delivery => ({ planned, status: 'captured', capture: sampleCapture(planned.target) }),
    ),
    baselines: { folder: 'baselines', baselines: [], answers: new Map() },
    comparisons: {
      schemaVersion: 1,
      kind: 'comparisons',
      run: samplePlan.run,
      comparisons: TARGETS.flatMap((target) => ['one', 'two'].map((name) => sampleComparison(target, name))),
    },
    determinism: {
      schemaVersion: 1,
      kind: 'determinism',
      targets: TARGETS.map((target) => ({
        suite: 'digits',
        target,
        repeats: 3,
        tensors: [{ tensor: 'logits', distinct_outputs: 1, cases: [], noise_max_abs: 0 }],
      })),
    },
    budgets: new Map([
      ['digits', budgets === undefined ? undefined : parseBudgets(budgets, 'digits/budgets.yml')],
    ]),
    tolerances: DEFAULT_TOLERANCES,
    matches,
    now: new Date('2026-11-22T14:00:00Z'),
    ...change,
  };
}

/** The sample run with the board's comparisons replaced. */
export function withComparisons(
  budgets: string | undefined,
  board: readonly Comparison[],
  change: Partial<JudgeInput> = {},
): JudgeInput {
  const input = sampleInput(budgets, change);
  const others = input.comparisons.comparisons.filter(({ target }) => target !== 'board/cpu');
  return { ...input, comparisons: { ...input.comparisons, comparisons: [...board, ...others] } };
}

export function verdictOf(verdicts: Verdicts, target: string, metric: string): Verdict | undefined {
  return verdicts.verdicts.find((verdict) => verdict.target === target && verdict.metric === metric);
}
