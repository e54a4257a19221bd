import { expect, test } from 'vitest';
import type { Comparison, Histograms } from '../../../../../harness/domain/run-files.ts';
import {
  errorBars,
  errorSentence,
  histogramsOf,
  mergeHistograms,
  stepBars,
  stepSentence,
  ulpBars,
  ulpSentence,
} from '../../../../../harness/report/html-app/views/tensor/histograms.ts';

const ONE: Histograms = {
  error: {
    zero: 40,
    decades: [
      [-4, 3],
      [-1, 2],
    ],
  },
  ulp: {
    zero: 40,
    octaves: [
      [0, 4],
      [3, 1],
    ],
  },
  steps: [
    [-2, 1],
    [0, 40],
    [1, 4],
  ],
};
const OTHER: Histograms = {
  error: {
    zero: 1,
    decades: [
      [-4, 5],
      [2, 1],
    ],
  },
  ulp: { zero: 1, octaves: [[20, 6]] },
  steps: [
    [-64, 2],
    [0, 1],
    [64, 4],
  ],
};

test('counts of the same bin are added over cases', () => {
  expect(mergeHistograms([ONE, OTHER])).toEqual({
    error: {
      zero: 41,
      decades: [
        [-4, 8],
        [-1, 2],
        [2, 1],
      ],
    },
    ulp: {
      zero: 41,
      octaves: [
        [0, 4],
        [3, 1],
        [20, 6],
      ],
    },
    steps: [
      [-64, 2],
      [-2, 1],
      [0, 41],
      [1, 4],
      [64, 4],
    ],
  });
  expect(mergeHistograms([])).toBeUndefined();
  expect(mergeHistograms([{ error: { zero: 3, decades: [] } }])).toEqual({ error: { zero: 3, decades: [] } });
});

test('empty bins between others are drawn, and what has no error comes first', () => {
  expect(errorBars(ONE).map(({ label, elements }) => [label, elements])).toEqual([
    ['exact', 40],
    ['1e-4', 3],
    ['1e-3', 0],
    ['0.01', 0],
    ['0.1', 2],
  ]);
  expect(ulpBars(ONE).map(({ label, elements }) => [label, elements])).toEqual([
    ['equal', 40],
    ['1', 4],
    ['2', 0],
    ['4', 0],
    ['8', 1],
  ]);
  expect(ulpBars(OTHER).at(-1)?.label).toBe('2^20');
});

test('steps have a sign, and the outermost bins say that they hold what is beyond', () => {
  const bars = stepBars(OTHER);
  expect(bars).toHaveLength(129);
  expect([bars[0]?.label, bars[63]?.label, bars[64]?.label, bars[65]?.label, bars[128]?.label]).toEqual([
    '≤ −64',
    '−1',
    '0',
    '+1',
    '≥ +64',
  ]);
  expect(bars.filter(({ equal }) => equal).map(({ bin }) => bin)).toEqual([0]);
});

test('a sentence says the same', () => {
  expect(errorSentence(ONE)).toBe(
    '40 elements without error; most errors (3) are from 1e-4 up to 1e-3, the largest (2) from 0.1 up to 1.',
  );
  expect(errorSentence({ error: { zero: 1, decades: [] } })).toBe(
    '1 element without error; no element differs.',
  );
  expect(stepSentence(ONE)).toBe(
    '40 elements on the same step, 4 above the reference, 1 below; 4 are one step off.',
  );
  expect(ulpSentence(ONE)).toBe('40 elements equal; the furthest (1) are 8 up to 16 ULP apart.');
});

test('a bit-identical case counts as elements without error', () => {
  const compared = (name: string, more: object): Comparison => ({
    suite: 's',
    case: name,
    target: 'd/c',
    tensor: 't',
    status: 'compared',
    dtype: 'float32',
    shape: [5, 10],
    identical: false,
    digest: { reference: 'a', candidate: 'b' },
    metrics: { nonfinite_matched: 3 },
    worstElements: [],
    ...more,
  });
  const differing = compared('a', { histograms: ONE });
  const merged = mergeHistograms(histogramsOf([differing, compared('b', { identical: true })]))!;
  // 5 × 10 elements, of which 3 are the same NaN or infinity.
  expect(merged.error.zero).toBe(40 + 47);
  expect(merged.ulp?.zero).toBe(40 + 47);
  expect(merged.steps).toEqual([
    [-2, 1],
    [0, 87],
    [1, 4],
  ]);
  expect(histogramsOf([compared('b', { identical: true })])).toEqual([]);
  expect(histogramsOf([compared('b', { identical: true, histograms: OTHER }), differing])).toEqual([
    OTHER,
    ONE,
  ]);
});
