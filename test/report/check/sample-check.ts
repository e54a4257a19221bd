import type {
  CheckedSide,
  CheckedTarget,
  CheckedViolation,
  ModelCheck,
} from '../../../harness/domain/model-check.ts';

/** A check of two models on small fleets: nothing is broken until a test says otherwise. */

const side = (name: string, change: Partial<CheckedSide> = {}): CheckedSide => ({
  given: `${name}.onnx`,
  model: { path: `models/${name}.onnx`, sha256: (name === 'head' ? 'a' : 'b').repeat(64), bytes: 100 },
  folder: name === 'head' ? '.' : name,
  run: `run-${name}`,
  reference: { kind: 'golden', words: 'golden outputs (a machine)' },
  captures: { planned: 2, captured: 2 },
  reused: [],
  exitCode: 0,
  ...change,
});

export const violation: CheckedViolation = {
  id: 'v-0d25bf71',
  case: '*',
  tensor: 'logits',
  metric: 'max_steps',
  operator: '<=',
  limit: 2,
  base: { status: 'PASS', actual: 1 },
  head: { status: 'FAIL', actual: 19 },
  rule: { file: 'budgets.yml', line: 4, reason: 'one step is rounding', owner: '@vision' },
};

export const target = (name: string, change: Partial<CheckedTarget> = {}): CheckedTarget => ({
  suite: 'digits',
  target: name,
  outcome: 'within',
  newViolations: [],
  accepted: [],
  still: [],
  fixed: [],
  unknown: [],
  answers: [{ metric: 'accuracy', base: 0.99, head: 0.985 }],
  agreement: { cases: 4, identicalCases: 0, samples: 200, flips: 2, near_ties: 1, flipped: [] },
  ...change,
});

export const haswell = target('haswell/cpu', {
  outcome: 'broken',
  newViolations: [violation],
  cause: {
    cause: 'u8s8-saturation',
    confidence: 0.97,
    title: 'U8S8 saturation',
    remedy: 'Quantize with reduced range.',
    background: 'docs/causes/u8s8-saturation.md',
    firstDivergence: { tensor: 'c1_q', node: 'c1', opType: 'Conv', index: 4, of: 40 },
  },
});

export const check = (change: Partial<ModelCheck> = {}): ModelCheck => ({
  schemaVersion: 1,
  kind: 'check',
  checkedAt: '2026-11-23T04:00:00.000Z',
  exitCode: 0,
  suite: 'digits',
  base: side('base', {
    reference: { kind: 'computed', words: 'computed by reference/cpu-noopt', why: 'there is no golden' },
    reused: [{ target: 'haswell/cpu', run: 'night' }],
  }),
  head: side('head'),
  targets: [target('workstation/cpu')],
  weights: [
    {
      initializer: 'c1_W_q',
      change: 'changed',
      dtype: 'int8',
      shape: [16, 25],
      elements: 400,
      changed: 396,
      max_abs: 63,
      bytes: 400,
    },
  ],
  initializers: { base: 48, head: 48 },
  nodes: { base: 40, head: 40 },
  budgetsChanged: false,
  ...change,
});
