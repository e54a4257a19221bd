import { describe, expect, test } from 'vitest';
import type { DiffTensor, Metrics, Status } from '../../../harness/domain/run-files.ts';
import type { DiffResult, DiffRow } from '../../../harness/report/diff/diff-result.ts';
import { elementText } from '../../../harness/report/diff/element-text.ts';
import { spreadBar } from '../../../harness/report/diff/spread-bar.ts';
import { worstFirst } from '../../../harness/report/diff/tensor-order.ts';
import { renderDiff } from '../../../harness/report/diff/terminal.ts';
import { displayWidth } from '../../../harness/report/display-width.ts';

const METRICS: Metrics = {
  elements: 4,
  max_abs: 1,
  mean_abs: 0.5,
  mismatch_fraction: 0.25,
  max_ulp: 3,
  sqnr_db: 20,
};

function row(name: string, status: Status, more: Partial<DiffTensor> = {}, identical = false): DiffRow {
  const isRefused = status === 'NOT_COMPARABLE';
  return {
    tensor: {
      tensor: name,
      status,
      dtype: 'float32',
      shape: [4],
      reason: isRefused ? 'only in the reference' : null,
      metrics: isRefused ? {} : METRICS,
      worst: null,
      ...more,
    },
    identical,
    ...(isRefused ? {} : { tolerance: { atol: 1e-5, rtol: 1.3e-6 } }),
    verdicts: [],
  };
}

const resultOf = (tensors: readonly DiffRow[], exitCode: 0 | 1 | 3 = 1): DiffResult => ({
  reference: { path: 'r.npz', files: 1, tensors: tensors.length },
  candidate: { path: 'c.npz', files: 1, tensors: tensors.length },
  tensors,
  exitCode,
  elements: 4 * tensors.length,
  judged: 'tolerance',
});

const render = (result: DiffResult, columns = 80) =>
  renderDiff(result, { columns, colour: false, durationMs: 12 });

test('worst first: by status, then by what is not finite, by the share that differs, by the largest error', () => {
  const rows = [
    row('passes', 'PASS'),
    row('small', 'FAIL', { metrics: { ...METRICS, max_abs: 0.1 } }),
    row('large', 'FAIL'),
    row('nan-error', 'FAIL', { metrics: { ...METRICS, max_abs: 'NaN' } }),
    row('often', 'FAIL', { metrics: { ...METRICS, mismatch_fraction: 0.5 } }),
    row('not-finite', 'FAIL', { metrics: { ...METRICS, nonfinite_mismatch: 1 } }),
    row('refused', 'NOT_COMPARABLE'),
  ];
  expect(worstFirst(rows).map(({ tensor }) => tensor.tensor)).toEqual([
    'refused',
    'not-finite',
    'often',
    'nan-error',
    'large',
    'small',
    'passes',
  ]);
});

describe('no line is wider than the terminal, and nothing obeys a name', () => {
  const long = `model/${'encoder/layer/'.repeat(20)}MatMul_output_0`;
  const rows = [
    row(long, 'FAIL', { shape: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] }),
    row(`${long}x`, 'NOT_COMPARABLE', { reason: `only in the reference; the nearest name is "${long}"` }),
    row('\u001b[2J\u202ename\nline', 'FAIL', {
      worstElements: [{ index: [0], reference: '\u001b[31m', candidate: 'b'.repeat(300) }],
      dtype: 'string',
      metrics: { elements: 4, mismatch_fraction: 0.25 },
    }),
    row('層'.repeat(60), 'PASS'),
  ];
  test.for([60, 80, 100, 200])('%i columns', (columns) => {
    const shown = render(resultOf(rows, 3), columns);
    const wide = shown.split('\n').filter((line) => displayWidth(line) > columns);
    expect(wide).toEqual([]);
    for (const obeyed of ['\u001b', '\u202e']) expect(shown).not.toContain(obeyed);
    expect(shown).toContain('\\u001b[2J\\u202ename\\u000aline');
  });
});

test.for<[exitCode: 0 | 1 | 3, rows: DiffRow[], says: string]>([
  [0, [row('a', 'PASS', {}, true)], 'Identical: 1 tensor, bit for bit'],
  [0, [row('a', 'PASS', {}, true), row('b', 'PASS')], 'Equal: 2 tensors within tolerance'],
  [0, [row('a', 'PASS'), row('b', 'WAIVED')], 'Waived: 1 of 2 tensors over budget, each with a waiver'],
  [1, [row('a', 'PASS'), row('b', 'FAIL')], 'Different: 1 of 2 tensors not within tolerance'],
  [3, [row('a', 'FAIL'), row('b', 'NOT_COMPARABLE')], 'Incomplete: 1 of 2 tensors cannot be compared'],
  [3, [], 'Incomplete: neither side holds a tensor, so nothing was compared'],
])('exit %i ends in: %s', ([exitCode, rows, says]) => {
  expect(render(resultOf(rows, exitCode)).trimEnd().split('\n').at(-1)).toBe(says);
});

describe('answers that change', () => {
  const flip = (sample: string, from: number, to: number) => ({
    sample,
    reference: { class: from, score: 1, margin: 0.5 },
    candidate: { class: to, score: 1, margin: 0.25 },
    nearTie: false,
  });
  const decisions = {
    ...{ samples: 50, top1_agreement: 0.9, flips: 4, near_ties: 1, labelled: 0 },
    flipped: [
      flip('digits-0#12', 4, 9),
      flip('whole', 7, 1),
      flip('digits-0#13', 1, 2),
      flip('digits-0#14', 2, 3),
      flip('digits-0#15', 3, 4),
    ],
  };

  test('are told with the first of them', () => {
    expect(render(resultOf([row('scores', 'FAIL', { decisions })]))).toContain(
      `\n  answers    5 of 50 answers change (1 near tie)   #12: class 4 → 9
             whole: class 7 → 1   #13: class 1 → 2   and 2 more\n`,
    );
  });

  test('are told of what is within tolerance too', () => {
    expect(render(resultOf([row('scores', 'PASS', { decisions })]))).toContain(
      '\n        5 of 50 answers change (1 near tie)\n',
    );
  });

  test('are not told where none does', () => {
    const none = { ...decisions, flips: 0, near_ties: 0, flipped: [] };
    expect(render(resultOf([row('scores', 'FAIL', { decisions: none })]))).not.toContain('answer');
  });
});

test('hundreds of tensors are cut, with a count of what is not shown', () => {
  const rows = Array.from({ length: 100 }, (_, n) => row(`t${n}`, n < 70 ? 'FAIL' : 'PASS'));
  const shown = render(resultOf(rows));
  expect(shown).toContain('and 40 more (10 FAIL, 30 PASS): --json lists them all');
  expect(shown).toContain('62 more that differ: --tensor shows one, --json all');
  expect(shown.match(/^DIFFERS/gm)).toHaveLength(8);
});

test.for<[reference: number | string, candidate: number | string, says: string]>([
  [1.25, 4.81, '1.25 → 4.81   +3.56'],
  [1, 1.0000001192092896, '1 → 1.0000001   +1.192e-7'],
  [2, -2, '2 → -2   -4'],
  ['Infinity', '-Infinity', 'Infinity → -Infinity'],
  [1, 'NaN', '1 → NaN'],
  ['9223372036854775807', -1, '9223372036854775807 → -1   -9223372036854775808'],
  ['18446744073709551615', '18446744073709551614', '18446744073709551615 → 18446744073709551614   -1'],
])('%s and %s: %s', ([reference, candidate, says]) => {
  expect(elementText({ index: [], reference, candidate } as Parameters<typeof elementText>[0], 'int64')).toBe(
    says,
  );
});

test.for<[zero: number, decades: [number, number][], bar: string]>([
  [4, [], '4 exact'],
  [0, [], ''],
  [0, [[-1, 3]], '1e-1 █ 1'],
  [
    59,
    [
      [-4, 1],
      [-3, 4],
      [-1, 8],
    ],
    '59 exact   1e-4 ▂▅ █ 1',
  ],
  // One in a million is still seen.
  [
    0,
    [
      [0, 1],
      [1, 1_000_000],
    ],
    '1 ▁█ 1e2',
  ],
  // Forty-nine decades: three to a bar.
  [
    0,
    [
      [-48, 2],
      [-46, 2],
      [0, 4],
    ],
    '1e-48 █               █ 1e3',
  ],
])('%s exact and %s: "%s"', ([zero, decades, bar]) => {
  expect(spreadBar({ error: { zero, decades } })).toBe(bar);
});
