import { expect, test } from 'vitest';
import type {
  CheckedSide,
  CheckedTarget,
  CheckedViolation,
  ModelCheck,
} from '../../../harness/domain/model-check.ts';
import { renderCheckSummary } from '../../../harness/report/check/summary.ts';
import { renderCheckTerminal } from '../../../harness/report/check/terminal.ts';
import { SCHEMAS } from '../../../harness/store/schemas.ts';

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

const violation: CheckedViolation = {
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

const target = (name: string, change: Partial<CheckedTarget> = {}): CheckedTarget => ({
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

const haswell = target('haswell/cpu', {
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

const check = (change: Partial<ModelCheck> = {}): ModelCheck => ({
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

const broken = check({ exitCode: 1, targets: [haswell, target('workstation/cpu')] });
const terminal = (value: ModelCheck) =>
  renderCheckTerminal(value, { columns: 80, colour: false, ascii: false });

test('names the target, the limit, the cause and the remedy', () => {
  for (const text of [terminal(broken), renderCheckSummary(broken).replaceAll('&#95;', '_')]) {
    expect(text).toContain('Head breaks haswell/cpu (U8S8 saturation)');
    expect(text).toMatch(/max_steps 1 → 19, allowed ≤ 2/);
    expect(text).toContain('Quantize with reduced range.');
    expect(text).toMatch(/99 % → 98.5 %/);
    expect(text).toMatch(/reused 1 of 2 captures/);
    expect(text).toMatch(/1 changed of 48 initializers/);
    expect(text).toMatch(/computed by reference\/cpu-noopt; there is no golden/);
  }
});

test('keeps within 80 columns, worst first', () => {
  const lines = terminal(broken).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  const at = (word: string) => lines.findIndex((line) => line.includes(word));
  expect(at('✖ Broken')).toBeGreaterThan(0);
  expect(at('✖ Broken')).toBeLessThan(at('✔ Within'));
});

test.for<[string, ModelCheck, RegExp]>([
  ['nothing', check(), /Head breaks nothing$/m],
  [
    'fixed',
    check({ targets: [target('a/cpu', { fixed: [violation] })] }),
    /breaks nothing, and mends a\/cpu$/m,
  ],
  [
    'still',
    check({ targets: [target('a/cpu', { still: [violation] })] }),
    /1 target over budget as before$/m,
  ],
  [
    'accepted',
    check({ targets: [target('a/cpu', { accepted: [violation] })] }),
    /1 target accepted under a waiver that came with head$/m,
  ],
  [
    'unknown',
    check({ exitCode: 3, targets: [target('a/cpu', { unknown: ['head: lost'] })] }),
    /Cannot tell what head breaks: the runs are incomplete for a\/cpu$/m,
  ],
])('says it in a sentence: %s', ([, value, sentence]) => {
  expect(terminal(value)).toMatch(sentence);
  expect(renderCheckSummary(value)).toMatch(sentence);
});

test('obeys no name that comes from a model or a device', () => {
  const hostile = check({
    exitCode: 1,
    targets: [
      target('a/cpu', {
        newViolations: [{ ...violation, tensor: '</details>|@team [x](http://evil)\u001b[2J' }],
      }),
    ],
    weights: [{ ...check().weights[0]!, initializer: '`</details>`|\u202e' }],
  });
  const summary = renderCheckSummary(hostile);
  expect(summary).not.toMatch(/<\/details>(?!\n)/);
  expect(summary).not.toContain('[x](');
  expect(summary).not.toContain('@team');
  expect(summary).not.toContain('\u202e');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape code is what is looked for
  expect(terminal(hostile)).not.toMatch(/\u001b/);
});

test('a summary of thousands of targets and weights fits a comment, and counts what it leaves out', () => {
  const large = check({
    exitCode: 1,
    targets: Array.from({ length: 2000 }, (_, n) => ({ ...haswell, target: `device-${n}/cpu` })),
    weights: Array.from({ length: 3000 }, (_, n) => ({ ...check().weights[0]!, initializer: `w${n}` })),
  });
  const summary = renderCheckSummary(large);
  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(60_000);
  expect(summary).toMatch(/\d+ limits more not shown here/);
  expect(summary).toMatch(/\d+ initializers more not shown here/);
});

test('check.json is what its schema says', () => {
  expect(SCHEMAS.check.safeParse(JSON.parse(JSON.stringify(broken))).success).toBe(true);
  expect(SCHEMAS.check.safeParse({ ...broken, exitCode: 2 }).success).toBe(false);
});

const WAIVER = { file: 'budgets.yml', line: 9, reason: 'known', expires: '2027-01-01', expired: false };
const over = (status: 'FAIL' | 'WAIVED', actual: number) => ({ status, actual });

test.for<readonly [string, Partial<CheckedViolation>]>([
  ['is older than this change, and base does not need it', { waiver: WAIVER, head: over('WAIVED', 19) }],
  ['does not reach that far', { waiver: WAIVER, base: over('WAIVED', 19), head: over('FAIL', 60) }],
  ['has expired', { waiver: { ...WAIVER, expired: true }, head: over('FAIL', 19) }],
])('a waiver that does not excuse what is new %s', ([words, change]) => {
  const broken = { ...haswell, newViolations: [{ ...violation, ...change }] };
  const shown = renderCheckTerminal(check({ exitCode: 1, targets: [broken] }), {
    columns: 120,
    colour: false,
    ascii: false,
  });
  expect(shown.match(/the waiver of .*/g)).toEqual([`the waiver of budgets.yml:9 ${words}`]);
});

test('what was skipped is no agreement', () => {
  const skipped = target('haswell/cpu', { outcome: 'skipped', skipped: 'no qemu' });
  const shown = renderCheckTerminal(check({ targets: [target('workstation/cpu'), skipped] }), {
    columns: 120,
    colour: false,
    ascii: false,
  });
  expect(shown).toContain('Head breaks nothing; 1 target skipped, of which nothing is known');
});
