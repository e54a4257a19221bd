import type { Delegate, Device } from '../../harness/domain/device.ts';
import type {
  Capture,
  Comparison,
  DecidingRule,
  Flip,
  Plan,
  Verdict,
  VerdictSummary,
} from '../../harness/domain/run-files.ts';
import type { ReportInput } from '../../harness/report/report-input.ts';

/** A run of the default fleet as the measurements of real machines shaped it; every value is written here, none is computed by the product. */

export const SUITE = 'digits-int8';
const ROWS = 50;
const CASES = ['digits-000', 'digits-001', 'digits-002', 'digits-003'];
const SHA = (digit: string) => digit.repeat(64);

export const RULE: DecidingRule = {
  file: 'fixtures/digits/budgets.yml',
  line: 4,
  reason: 'rounding of requantization may move one step',
  owner: '@vision',
};

const LEDGER: DecidingRule = { file: 'built-in', reason: 'every planned capture must exist' };

const SATURATION = {
  file: 'fixtures/digits/budgets.yml',
  line: 12,
  reason: 'U8S8 saturation without VNNI; fixed by reduced-range weights, see digits.u8s7',
  owner: '@vision',
  expires: '2027-06-30',
  expired: false,
};

const JSEP = {
  file: 'fixtures/digits/budgets.yml',
  line: 19,
  reason:
    'the deprecated JSEP build is wrong on quantized models, onnxruntime issue 32578; nothing ships on it',
  owner: '@web',
  expires: '2026-12-31',
  expired: false,
};

/** One target of the sample: how far it is from the reference, and what became of it. */
export interface SampleTarget {
  readonly device: string;
  readonly delegate: string;
  readonly soc: string;
  readonly arch?: string;
  readonly isa?: readonly string[];
  readonly emulator?: string;
  readonly runtime?: Delegate['runtime'];
  readonly provider?: string;
  readonly capture?: 'captured' | 'failed' | 'skipped';
  readonly maxSteps?: number;
  readonly maxAbs?: number;
  readonly differing?: number;
  readonly flips?: readonly Flip[];
  readonly flipCount?: number;
  readonly waiver?: typeof SATURATION;
  readonly classId?: string;
}

export function flip(sample: string, from: number, to: number, expected: number, nearTie = false): Flip {
  return {
    sample,
    reference: { class: from, score: 6.12, margin: 0.84 },
    candidate: { class: to, score: 5.71, margin: nearTie ? 0.02 : 0.46 },
    nearTie,
    expected,
  };
}

const QEMU = 'qemu-user 10.0.2';
const ARM = ['aarch64', 'asimd'];

export const DEFAULT_FLEET: readonly SampleTarget[] = [
  { device: 'workstation', delegate: 'cpu', soc: 'Intel Xeon (Sapphire Rapids)', classId: 'A' },
  { device: 'workstation', delegate: 'cpu-noopt', soc: 'Intel Xeon (Sapphire Rapids)', classId: 'A' },
  {
    device: 'workstation',
    delegate: 'webgpu',
    soc: 'Intel Xeon (Sapphire Rapids)',
    provider: 'webgpu',
    capture: 'skipped',
  },
  {
    device: 'haswell',
    delegate: 'cpu',
    soc: 'Intel Core (Haswell)',
    isa: ['x86_64', 'avx2', 'fma'],
    emulator: QEMU,
    maxSteps: 19,
    maxAbs: 3.5625,
    differing: 1767,
    flips: [flip('digits-001#12', 4, 9, 4), flip('digits-002#3', 7, 2, 7), flip('digits-003#41', 5, 3, 3)],
    waiver: SATURATION,
    classId: 'B',
  },
  { device: 'nehalem', delegate: 'cpu', soc: 'Intel Nehalem', emulator: QEMU, capture: 'failed' },
  {
    device: 'cortex-a53',
    delegate: 'cpu',
    soc: 'Arm Cortex-A53',
    arch: 'aarch64',
    isa: ARM,
    emulator: QEMU,
    maxSteps: 1,
    maxAbs: 0.1875,
    differing: 10,
    classId: 'C',
  },
  {
    device: 'cortex-a76',
    delegate: 'cpu',
    soc: 'Arm Cortex-A76',
    arch: 'aarch64',
    isa: [...ARM, 'asimddp', 'fphp'],
    emulator: QEMU,
    maxSteps: 1,
    maxAbs: 0.1875,
    differing: 14,
    classId: 'D',
  },
  {
    device: 'neoverse-v1',
    delegate: 'cpu',
    soc: 'Arm Neoverse V1',
    arch: 'aarch64',
    isa: [...ARM, 'asimddp', 'i8mm', 'sve', 'bf16'],
    emulator: QEMU,
    maxSteps: 1,
    maxAbs: 0.1875,
    differing: 14,
    classId: 'D',
  },
  {
    device: 'chromium',
    delegate: 'wasm',
    soc: 'WebAssembly',
    runtime: 'onnxruntime-web',
    provider: 'wasm',
    classId: 'A',
  },
  {
    device: 'chromium',
    delegate: 'webgpu',
    soc: 'SwiftShader',
    runtime: 'onnxruntime-web',
    provider: 'webgpu',
    maxSteps: 2,
    maxAbs: 0.375,
    differing: 12,
    classId: 'E',
  },
  {
    device: 'chromium',
    delegate: 'webgpu-jsep',
    soc: 'SwiftShader',
    runtime: 'onnxruntime-web',
    provider: 'webgpu',
    maxSteps: 71,
    maxAbs: 13.3125,
    differing: 1998,
    flips: Array.from({ length: 40 }, (_, n) => flip(`digits-000#${n}`, n % 10, 3, n % 10)),
    flipCount: 178,
    waiver: JSEP,
    classId: 'F',
  },
];

export interface SampleOptions {
  readonly fleet?: readonly SampleTarget[];
  readonly exitCode?: 0 | 1 | 3;
  readonly suite?: string;
  readonly rule?: DecidingRule;
}

/** The sample run; with the default fleet its capture of nehalem failed, so it is incomplete. */
export function sampleRun(options: SampleOptions = {}): ReportInput {
  const fleet = options.fleet ?? DEFAULT_FLEET;
  const suite = options.suite ?? SUITE;
  const rule = options.rule ?? RULE;
  const verdicts = fleet.flatMap((target) => verdictsOf(target, suite, rule));
  const run = '2026-11-22T13-05-12Z-1f3c';
  const captured = fleet.filter((target) => (target.capture ?? 'captured') === 'captured');
  return {
    plan: planOf(fleet, suite, run),
    captures: fleet.map((target) => captureOf(target, suite)),
    comparisons: {
      schemaVersion: 1,
      kind: 'comparisons',
      run,
      comparisons: captured.flatMap((target) => comparisonsOf(target, suite)),
    },
    equivalence: { schemaVersion: 1, kind: 'equivalence', suites: [equivalenceOf(captured, suite)] },
    determinism: {
      schemaVersion: 1,
      kind: 'determinism',
      targets: captured.map((target) => ({
        suite,
        target: nameOf(target),
        repeats: 3,
        tensors: [
          target.delegate === 'webgpu' && target.device === 'chromium'
            ? { tensor: 'logits', distinct_outputs: 2, cases: ['digits-002'], noise_max_abs: 0.1875 }
            : { tensor: 'logits', distinct_outputs: 1, cases: [], noise_max_abs: 0 },
        ],
      })),
    },
    verdicts: {
      schemaVersion: 1,
      kind: 'verdicts',
      run,
      judgedAt: '2026-11-22T13:05:58Z',
      summary: summaryOf(verdicts),
      exitCode: options.exitCode ?? 3,
      verdicts,
    },
  };
}

/** A run that may ship: the default fleet without the failed and the skipped device. */
export function shippableRun(): ReportInput {
  return sampleRun({ fleet: DEFAULT_FLEET.filter((target) => target.capture === undefined), exitCode: 0 });
}

export function nameOf(target: SampleTarget): string {
  return `${target.device}/${target.delegate}`;
}

function delegateOf(target: SampleTarget): Delegate {
  return {
    name: target.delegate,
    runtime: target.runtime ?? 'onnxruntime-node',
    provider: target.provider ?? 'cpu',
    threads: 1,
    optimization: target.delegate === 'cpu-noopt' ? 'disabled' : 'all',
    sessionConfig: {},
    env: {},
  };
}

function planOf(fleet: readonly SampleTarget[], suite: string, run: string): Plan {
  const devices = [...new Set(fleet.map((target) => target.device))].map((name): Device => {
    const own = fleet.filter((target) => target.device === name);
    return {
      name,
      driver: name === 'chromium' ? 'chromium' : 'soc',
      soc: own[0]!.soc,
      tags: [],
      optional: false,
      delegates: own.map(delegateOf),
      capabilities: {},
      place: { file: 'devices.yml', line: 3 },
    };
  });
  return {
    schemaVersion: 1,
    kind: 'plan',
    run,
    createdAt: '2026-11-22T13:05:12Z',
    planHash: SHA('a'),
    harness: { version: '0.1.0' },
    repeats: 3,
    suites: [
      {
        name: suite,
        folder: 'fixtures/digits',
        model: {
          path: 'digits.u8s8.onnx',
          sha256: SHA('b'),
          bytes: 31_744,
          facts: {
            inputs: [{ name: 'input', dtype: 'float32', shape: [-1, 1, 28, 28] }],
            outputs: [{ name: 'logits', dtype: 'float32', shape: [-1, 10] }],
            u8s8FullRange: true,
            integerOperators: false,
          },
        },
        cases: CASES.map((name) => ({ name, inputs: [] })),
        reference: {
          kind: 'golden',
          origin: 'onnxruntime-node 1.30.0 cpu, optimization disabled, 2026-11-20',
          cases: [],
        },
        task: {
          kind: 'classification',
          output: 'logits',
          topK: [1, 3],
          batchAxis: 0,
          labels: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
          preview: { input: 'input', as: 'grayscale' },
        },
      },
    ],
    devices,
    fleet: { devices: devices.map((device) => device.name), delegates: [], socs: [], tags: [] },
    captures: fleet.map((target) => ({ suite, target: nameOf(target), role: 'candidate', optional: false })),
  };
}

function captureOf(target: SampleTarget, suite: string): Capture {
  const head = {
    schemaVersion: 1,
    kind: 'capture',
    suite,
    target: nameOf(target),
    planHash: SHA('a'),
    capturedAt: '2026-11-22T13:05:31Z',
  } as const;
  if (target.capture === 'failed') {
    return {
      ...head,
      status: 'failed',
      reason: 'session lost: the agent ended with signal SIGKILL',
      attempts: 3,
    };
  }
  if (target.capture === 'skipped') {
    return {
      ...head,
      status: 'skipped',
      reason: 'SwiftShader ICD not found',
      remedy: 'apt-get install chromium',
    };
  }
  const cpu = { provider: 'CPUExecutionProvider' };
  return {
    ...head,
    status: 'captured',
    provenance: {
      device: {
        soc: target.soc,
        arch: target.arch ?? 'x86_64',
        isa: target.isa ?? ['x86_64', 'avx2', 'fma', 'avx512', 'vnni'],
        os: 'Debian GNU/Linux 12 (bookworm)',
        runtime: { name: target.runtime ?? 'onnxruntime-node', version: '1.30.0' },
        host: { name: 'node', version: '20.20.2' },
        ...(target.emulator === undefined ? {} : { emulator: target.emulator }),
      },
      driver: { name: target.device === 'chromium' ? 'chromium' : 'soc', version: '0.1.0' },
      delegate: delegateOf(target),
      modelSha256: SHA('b'),
      inputsSha256: SHA('c'),
      agentSha256: SHA('d'),
      harness: { version: '0.1.0' },
    },
    placement: {
      requested: target.provider ?? 'cpu',
      status: 'attested',
      nodes: [
        { name: 'q0', opType: 'QuantizeLinear', ...cpu },
        ...['c1', 'c2', 'c3'].map((name) => ({ name, opType: 'QLinearConv', ...cpu })),
        {
          name: 'dq',
          opType: 'DequantizeLinear',
          provider: target.provider === 'webgpu' ? 'WebGpuExecutionProvider' : cpu.provider,
        },
      ],
    },
    timings: { sessionMs: 812, loadMs: 640, inferenceMs: 1440, jobMs: 3105 },
    peakMemoryBytes: 218_000_000,
    cases: [],
  };
}

function comparisonsOf(target: SampleTarget, suite: string): Comparison[] {
  const flips = target.flips ?? [];
  const total = target.flipCount ?? flips.length;
  return CASES.map((name, n): Comparison => {
    const share = (target.differing ?? 0) / 4;
    // Whole elements per case that add up to `differing`.
    const differing = n === 3 ? (target.differing ?? 0) - 3 * Math.floor(share) : Math.floor(share);
    const own = flips.filter((candidate) => candidate.sample.startsWith(`${name}#`));
    const unlisted = n === 3 ? total - flips.length : 0;
    const count = own.length + unlisted;
    const worstHere = n === 1;
    const identical = target.maxAbs === undefined;
    const worst = { index: [12, 3], reference: 1.25, candidate: 1.25 + (target.maxAbs ?? 0) };
    return {
      suite,
      case: name,
      target: nameOf(target),
      tensor: 'logits',
      status: 'compared',
      dtype: 'float32',
      shape: [ROWS, 10],
      identical,
      digest: { reference: SHA('1'), candidate: identical ? SHA('1') : SHA('2') },
      metrics: {
        elements: 500,
        max_abs: worstHere ? (target.maxAbs ?? 0) : (target.maxAbs ?? 0) / 2,
        mean_abs: (target.maxAbs ?? 0) / 9,
        mismatch_fraction: differing / 500,
        max_steps: worstHere ? (target.maxSteps ?? 0) : Math.min(target.maxSteps ?? 0, 1),
        sqnr_db: identical ? 'Infinity' : 24.61,
        cosine: identical ? 1 : 0.998_214,
        nonfinite_mismatch: 0,
      },
      ...(identical ? {} : { worst }),
      worstElements: identical
        ? []
        : [worst, { index: [7, 0], reference: -2.4375, candidate: -2.4375 - (target.maxAbs ?? 0) / 2 }],
      decisions: {
        samples: ROWS,
        top1_agreement: (ROWS - count) / ROWS,
        top3_overlap: (ROWS - count) / ROWS,
        flips: count,
        near_ties: 0,
        accuracy: (48 - Math.min(48, count)) / ROWS,
        accuracy_reference: 0.96,
        flipped: own,
      },
    };
  });
}

function verdictsOf(target: SampleTarget, suite: string, rule: DecidingRule): Verdict[] {
  const base = { suite, case: '*', target: nameOf(target), rule } as const;
  const whole = { tensor: '*', metric: 'capture', actual: null, limit: null, operator: '==' } as const;
  const id = (metric: string) => `v-${target.device}${target.delegate}${metric}`;
  if (target.capture === 'failed') {
    const message = 'session lost: the agent ended with signal SIGKILL';
    return [{ ...base, ...whole, rule: LEDGER, id: id('capture'), status: 'INCOMPLETE', message }];
  }
  if (target.capture === 'skipped') {
    return [
      {
        ...base,
        ...whole,
        rule: LEDGER,
        id: id('capture'),
        status: 'SKIPPED',
        message: 'SwiftShader ICD not found',
      },
    ];
  }
  const steps = target.maxSteps ?? 0;
  const flips = target.flipCount ?? target.flips?.length ?? 0;
  const over = target.waiver === undefined ? ('FAIL' as const) : ('WAIVED' as const);
  const waiver = target.waiver === undefined ? {} : { waiver: target.waiver };
  const tensor = { ...base, tensor: 'logits' };
  return [
    {
      ...tensor,
      id: id('max_steps'),
      metric: 'max_steps',
      actual: steps,
      limit: steps === 2 ? 1 : 2,
      operator: '<=',
      status: steps <= 1 ? 'PASS' : steps <= 2 ? 'WARN' : over,
      ...(steps === 0
        ? {}
        : {
            worst: {
              case: 'digits-001',
              index: [12, 3],
              reference: 1.25,
              candidate: 1.25 + (target.maxAbs ?? 0),
            },
          }),
      ...(steps > 2 ? waiver : {}),
    },
    {
      ...tensor,
      id: id('top1_agreement'),
      metric: 'top1_agreement',
      actual: (200 - flips) / 200,
      limit: 1,
      operator: '>=',
      status: flips === 0 ? 'PASS' : over,
      ...(flips > 0 ? waiver : {}),
    },
    {
      ...tensor,
      id: id('nonfinite_mismatch'),
      metric: 'nonfinite_mismatch',
      actual: 0,
      limit: 0,
      operator: '<=',
      status: 'PASS',
      rule: { file: 'built-in', reason: 'NaN and infinities must agree' },
    },
  ];
}

function equivalenceOf(captured: readonly SampleTarget[], suite: string) {
  const ids = [...new Set(captured.map((target) => target.classId ?? 'A'))];
  const classes = ids.map((id) => ({
    id,
    digest: SHA('e'),
    reference: id === 'A',
    targets: captured.filter((target) => (target.classId ?? 'A') === id).map(nameOf),
  }));
  return { suite, tensors: [{ tensor: 'logits', classes }], overall: classes };
}

function summaryOf(verdicts: readonly Verdict[]): VerdictSummary {
  const having = (status: Verdict['status']) =>
    verdicts.filter((verdict) => verdict.status === status).length;
  return {
    pass: having('PASS'),
    warn: having('WARN'),
    waived: having('WAIVED'),
    fail: having('FAIL'),
    incomplete: having('INCOMPLETE'),
    notComparable: having('NOT_COMPARABLE'),
    skipped: having('SKIPPED'),
  };
}
