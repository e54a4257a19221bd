import type { TargetDiagnosis, TraceRow } from '../../../harness/domain/diagnosis.ts';
import type { ClassPairs, Comparison, Histograms } from '../../../harness/domain/run-files.ts';
import type { InputSample, ReportInput } from '../../../harness/report/report-input.ts';
import { SHA } from '../sample-capture.ts';
import { withHistory } from '../sample-history.ts';
import { sampleRun } from '../sample-run.ts';

/** The sample run with all that a report can show: inputs of every kind, elements, histograms, a diagnosis, pairs of classes, nights before. */
export function exploredRun(): ReportInput {
  const run = withHistory(sampleRun(), {
    suite: 'digits-int8',
    target: 'haswell/cpu',
    tensor: 'logits',
    runtime: 'onnxruntime-node 1.29.0',
    run: 'night-1',
  });
  return {
    ...run,
    comparisons: { ...run.comparisons, comparisons: run.comparisons.comparisons.map(withHistograms) },
    pairs: pairsOf(run),
    diagnoses: [DIAGNOSIS],
    loadInput: async (_suite, sample) => INPUTS[sample.split('#')[0]!],
    loadElements: async ({ tensor }) =>
      tensor === 'logits'
        ? { reference: [-1, 0.5, 1.25, 'NaN', 3], candidate: [-1.5, 0.5, 4.8125, 2, 'Infinity'], of: 500 }
        : undefined,
    timings: { totalMs: 48_000, harnessMs: 5_000, stages: [] },
  };
}

const INPUTS: Readonly<Record<string, InputSample>> = {
  'digits-000': { kind: 'image', rows: 28, cols: 28, channels: 1, pixels: new Uint8Array(784).fill(200) },
  'digits-001': { kind: 'image', rows: 2, cols: 2, channels: 3, pixels: new Uint8Array(12).fill(90) },
  'digits-002': { kind: 'waveform', values: Float64Array.from({ length: 900 }, (_, n) => Math.sin(n / 9)) },
  'digits-003': { kind: 'text', text: 'is this <b>four</b>?' },
};

const HISTOGRAMS: Histograms = {
  error: {
    zero: 58,
    decades: [
      [-2, 40],
      [-1, 300],
      [0, 102],
    ],
  },
  ulp: {
    zero: 58,
    octaves: [
      [20, 400],
      [21, 42],
    ],
  },
  steps: [
    [-19, 1],
    [-1, 141],
    [0, 58],
    [1, 300],
  ],
};

function withHistograms(comparison: Comparison): Comparison {
  if (comparison.status !== 'compared' || comparison.identical) return comparison;
  return { ...comparison, histograms: HISTOGRAMS };
}

/** Of haswell's class (B) and the Arm boards' (D): the numbers are haswell's own, with the boards as the reference. */
function pairsOf({ plan, comparisons }: ReportInput): ClassPairs {
  const [reference, candidate] = [
    { id: 'D', digest: SHA('e') },
    { id: 'B', digest: SHA('e') },
  ];
  const compared = comparisons.comparisons.filter(({ target }) => target === 'haswell/cpu');
  return {
    schemaVersion: 1,
    kind: 'class-pairs',
    run: plan.run,
    pairs: [
      {
        suite: plan.suites[0]!.name,
        tensor: 'logits',
        reference: reference!,
        candidate: candidate!,
        comparisons: compared,
      },
    ],
    leftOut: [],
  };
}

const SAME = { identical: 1, max_abs: 0, max_steps: 0 };
const OFF = { identical: 0, max_abs: 41, max_steps: 41, sqnr_db: 18.5 };

const row = (tensor: string, here: TraceRow['accumulated'], own: TraceRow['intrinsic']): TraceRow => ({
  tensor,
  node: `${tensor}_node`,
  opType: 'Conv',
  nodes: [`${tensor}_node`],
  dtype: 'uint8',
  shape: [1, 8],
  accumulated: here,
  intrinsic: own,
  provider: 'CPUExecutionProvider',
});

const DIAGNOSIS: TargetDiagnosis = {
  target: 'haswell/cpu',
  suite: 'digits-int8',
  case: 'digits-001',
  observerEffect: 'none',
  way: 'taps',
  firstDivergence: { tensor: 'r1_q', node: 'r1_q_node', opType: 'Conv', index: 4, of: 40, metrics: OFF },
  trace: [row('input_q', SAME, SAME), row('r1_q', OFF, OFF), row('logits_q', OFF, SAME)],
  findings: [
    {
      cause: 'u8s8-saturation',
      confidence: 0.97,
      title: 'U8S8 saturation',
      node: 'r1_q_node',
      evidence: ['41 steps.', 'No VNNI.'],
      remedy: 'Quantize with reduced range.',
      background: 'docs/causes/u8s8-saturation.md',
    },
  ],
  experiments: [
    {
      name: 'x64quantprecision',
      change: 'session.x64quantprecision=1',
      node: 'r1_q_node',
      identical: true,
      metrics: SAME,
    },
  ],
  notes: ['A note.'],
};
