import type { Device } from '../../harness/domain/device.ts';
import type { Comparison, Histograms, Metrics, Verdict } from '../../harness/domain/run-files.ts';
import type { ReportInput } from '../../harness/report/report-input.ts';
import { captureOf, delegateOf, SHA } from './sample-capture.ts';
import { nameOf, RULE, type SampleTarget } from './sample-fleet.ts';
import { summaryOf } from './sample-judgement.ts';
import { sampleRun } from './sample-run.ts';

export interface LargeRunOptions {
  readonly targets: number;
  readonly tensors: number;
  /** Share of targets × tensors that differ from the reference. */
  readonly diverging: number;
  /** Different wrong answers per tensor; Infinity: every target that differs gives one of its own. */
  readonly answers: number;
}

const SUITE = 'large-int8';
const CASE = 'batch-0';
const DELEGATES = ['cpu', 'xnnpack', 'gpu', 'npu'];

/** A run of a large fleet on one model with many outputs; the same options give the same run. */
export function largeRun(options: LargeRunOptions): ReportInput {
  const random = generator(20_261_122);
  const fleet = fleetOf(options.targets);
  const base = sampleRun({ fleet: [], suite: SUITE });
  const tensors = Array.from(
    { length: options.tensors },
    (_, n) => `block${Math.floor(n / 6)}/layer.${n % 6}/output`,
  );
  const captured = fleet.filter((target) => target.capture === undefined);
  const comparisons: Comparison[] = [];
  const verdicts: Verdict[] = [];
  const answerOf = new Map<string, number[]>();
  for (const [n, target] of captured.entries()) {
    const own = tensors.map((_, t) =>
      random() < options.diverging ? wrongAnswer(options, n, t, random) : 0,
    );
    answerOf.set(nameOf(target), own);
    for (const [t, tensor] of tensors.entries()) {
      const compared = comparisonOf(nameOf(target), tensor, t, own[t]!);
      comparisons.push(compared);
      verdicts.push(...verdictsOf(compared));
    }
  }
  for (const target of fleet) if (target.capture !== undefined) verdicts.push(absent(target));
  const header = { dtype: 'float32', shape: [-1, 512] } as const;
  const suite = base.plan.suites[0]!;
  const facts = { ...suite.model.facts, outputs: tensors.map((name) => ({ name, ...header })) };
  const { task: _, ...taskless } = suite;
  return {
    ...base,
    plan: {
      ...base.plan,
      suites: [{ ...taskless, model: { ...suite.model, facts }, cases: [{ name: CASE, inputs: [] }] }],
      devices: devicesOf(fleet),
      captures: fleet.map((target) => ({
        suite: SUITE,
        target: nameOf(target),
        role: 'candidate',
        optional: false,
      })),
    },
    captures: fleet.map((target) => captureOf(target, SUITE)),
    comparisons: { ...base.comparisons, comparisons },
    equivalence: { ...base.equivalence, suites: [equivalenceOf(tensors, answerOf)] },
    determinism: { ...base.determinism, targets: [] },
    verdicts: { ...base.verdicts, verdicts, summary: summaryOf(verdicts) },
  };
}

/** mulberry32 (Tommy Ettinger, public domain): uniform in [0, 1). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function fleetOf(count: number): SampleTarget[] {
  return Array.from({ length: count }, (_, n): SampleTarget => {
    const device = Math.floor(n / DELEGATES.length);
    return {
      device: `phone-${String(device).padStart(3, '0')}`,
      delegate: DELEGATES[n % DELEGATES.length]!,
      soc: `SoC ${device % 40}`,
      ...(n % 97 === 50
        ? { capture: 'failed' as const }
        : n % 113 === 60
          ? { capture: 'skipped' as const }
          : {}),
    };
  });
}

function devicesOf(fleet: readonly SampleTarget[]): Device[] {
  const names = [...new Set(fleet.map(({ device }) => device))];
  return names.map((name, n) => {
    const own = fleet.filter(({ device }) => device === name);
    return {
      name,
      driver: 'soc',
      soc: own[0]!.soc,
      tags: [n % 2 === 0 ? 'lab' : 'emulated', `rack-${n % 8}`],
      optional: false,
      delegates: own.map(delegateOf),
      capabilities: {},
      place: { file: 'devices.yml', line: 3 },
    };
  });
}

/** 0 is the reference's answer. */
function wrongAnswer(
  { answers, tensors }: LargeRunOptions,
  target: number,
  tensor: number,
  random: () => number,
): number {
  return Number.isFinite(answers) ? 1 + Math.floor(random() * answers) : 1 + target * tensors + tensor;
}

function digest(tensor: number, answer: number): string {
  return (tensor * 1_000_003 + answer).toString(16).padStart(64, '0');
}

function comparisonOf(target: string, tensor: string, t: number, answer: number): Comparison {
  const random = generator(t * 7919 + answer);
  const size = answer === 0 ? 0 : 10 ** (-4 * random());
  const steps = answer === 0 ? 0 : Math.ceil(6 * random() ** 4);
  return {
    suite: SUITE,
    case: CASE,
    target,
    tensor,
    status: 'compared',
    dtype: 'float32',
    shape: [8, 512],
    identical: answer === 0,
    digest: { reference: digest(t, 0), candidate: digest(t, answer) },
    metrics: metricsOf(answer === 0 ? 0 : size, steps, random),
    ...(answer === 0 ? {} : { worst: worst(size, random), histograms: histogramsOf(random, steps) }),
    worstElements: answer === 0 ? [] : Array.from({ length: 16 }, () => worst(size * random(), random)),
  };
}

function metricsOf(size: number, steps: number, random: () => number): Metrics {
  const share = size === 0 ? 0 : random();
  return {
    elements: 4096,
    max_abs: size,
    mean_abs: size * share,
    rmse: size * Math.sqrt(share),
    bias: size * (share - 0.5),
    max_rel: size * 3 * share,
    rel_excluded: 0,
    mismatch_fraction: share,
    max_ulp: Math.round(size * 2 ** 20),
    max_steps: steps,
    off_by_one_fraction: share / 2,
    step_bias: share - 0.5,
    off_grid: 0,
    sqnr_db: size === 0 ? 'Infinity' : -20 * Math.log10(size),
    psnr_db: size === 0 ? 'Infinity' : 10 - 20 * Math.log10(size),
    cosine: 1 - size * size * share,
    norm_ratio: 1 + size * (share - 0.5),
    nonfinite_mismatch: 0,
    nonfinite_matched: 0,
    subnormal_flush: 0,
    sign_of_zero: 0,
    saturated_reference: 0,
    saturated_candidate: 0,
  };
}

function worst(size: number, random: () => number) {
  const reference = Math.fround(4 * random() - 2);
  return {
    index: [Math.floor(8 * random()), Math.floor(512 * random())],
    reference,
    candidate: Math.fround(reference + size),
  };
}

function histogramsOf(random: () => number, steps: number): Histograms {
  const some = () => 1 + Math.floor(500 * random());
  return {
    error: { zero: some(), decades: [-6, -5, -4, -3, -2].map((decade) => [decade, some()] as const) },
    ulp: { zero: some(), octaves: [0, 2, 5, 9, 13].map((octave) => [octave, some()] as const) },
    steps: Array.from({ length: 2 * steps + 1 }, (_, n) => [n - steps, some()] as const),
  };
}

function verdictsOf(comparison: Comparison): Verdict[] {
  if (comparison.status === 'notComparable') return [];
  const { suite, target, tensor, metrics, worst: element } = comparison;
  const verdict = (metric: string, limit: number, line: number): Verdict => {
    const actual = metrics[metric] as number;
    const place = element === undefined || actual === 0 ? {} : { worst: { case: CASE, ...element } };
    return {
      id: `v-${target}${tensor}${metric}`,
      suite,
      case: '*',
      target,
      tensor,
      metric,
      actual,
      limit,
      operator: '<=',
      status: actual <= limit ? 'PASS' : line === 4 ? 'FAIL' : 'WARN',
      ...place,
      rule: { ...RULE, line },
    };
  };
  return [verdict('max_steps', 2, 4), verdict('max_abs', 0.5, 6), verdict('nonfinite_mismatch', 0, 4)];
}

function absent(target: SampleTarget): Verdict {
  return {
    id: `v-${nameOf(target)}`,
    suite: SUITE,
    case: '*',
    target: nameOf(target),
    tensor: '*',
    metric: 'capture',
    actual: null,
    limit: null,
    operator: '==',
    status: target.capture === 'failed' ? 'INCOMPLETE' : 'SKIPPED',
    message: target.capture === 'failed' ? 'session lost' : 'SwiftShader ICD not found',
    rule: { file: 'built-in', reason: 'every planned capture must exist' },
  };
}

function equivalenceOf(tensors: readonly string[], answers: ReadonlyMap<string, readonly number[]>) {
  const classesBy = (keyOf: (own: readonly number[]) => string | number) => {
    const members = new Map<string | number, string[]>();
    for (const [target, own] of answers) {
      const key = keyOf(own);
      const known = members.get(key);
      if (known) known.push(target);
      else members.set(key, [target]);
    }
    return [...members].map(([key, targets], n) => ({
      id: `C${n}`,
      digest: SHA('e'),
      reference: key === 0 || key === '',
      targets,
    }));
  };
  return {
    suite: SUITE,
    tensors: tensors.map((tensor, t) => ({ tensor, classes: classesBy((own) => own[t]!) })),
    overall: classesBy((own) => (own.every((answer) => answer === 0) ? '' : own.join())),
  };
}
