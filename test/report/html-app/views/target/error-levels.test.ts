import { expect, test } from 'vitest';
import type { TraceRow } from '../../../../../harness/domain/diagnosis.ts';
import type { Metrics } from '../../../../../harness/domain/run-files.ts';
import {
  levelOf,
  levelScale,
  type Measure,
  measuresOf,
  rowAt,
  tickText,
  windowAround,
} from '../../../../../harness/report/html-app/views/target/error-levels.ts';

function row(accumulated: Metrics | null, intrinsic: Metrics | null = null): TraceRow {
  return {
    tensor: 't',
    node: 'n',
    opType: 'Conv',
    nodes: ['n'],
    dtype: 'uint8',
    shape: [1],
    accumulated,
    intrinsic,
  };
}

test.for<readonly [string, Metrics | null, Measure, number | undefined]>([
  ['100 steps', { identical: 0, max_steps: 100 }, 'max_steps', 2],
  ['20 dB of signal over noise', { identical: 0, sqnr_db: 20 }, 'sqnr_db', -20],
  ['noise over signal', { identical: 0, sqnr_db: -3.5 }, 'sqnr_db', 3.5],
  ['an error of a thousandth', { identical: 0, max_abs: 0.001 }, 'max_abs', -3],
  [
    'the same bytes',
    { identical: 1, max_steps: 0, sqnr_db: 'Infinity' },
    'sqnr_db',
    Number.NEGATIVE_INFINITY,
  ],
  ['no error of this kind', { identical: 0, max_steps: 0 }, 'max_steps', Number.NEGATIVE_INFINITY],
  ['an error that is no number', { identical: 0, max_abs: 'NaN' }, 'max_abs', Number.POSITIVE_INFINITY],
  ['an infinite error', { identical: 0, max_abs: 'Infinity' }, 'max_abs', Number.POSITIVE_INFINITY],
  ['a tensor without steps', { identical: 0, max_abs: 1 }, 'max_steps', undefined],
  ['an undefined ratio', { identical: 0, sqnr_db: null }, 'sqnr_db', undefined],
  ['a tensor that was not seen', null, 'max_abs', undefined],
])('%s', ([, metrics, measure, level]) => {
  const found = levelOf(metrics, measure);
  if (level === undefined || !Number.isFinite(level)) expect(found).toBe(level);
  else expect(found).toBeCloseTo(level, 12);
});

test('steps come first where as many tensors have them as have a ratio', () => {
  const quantized = { identical: 0, max_steps: 3, sqnr_db: 20, max_abs: 3 };
  expect(measuresOf([row(quantized, quantized)])).toEqual(['max_steps', 'sqnr_db', 'max_abs']);
});

test('a measure that fits more tensors comes before a finer one', () => {
  const float = { identical: 0, sqnr_db: 60, max_abs: 0.1 };
  const quantized = { ...float, max_steps: 3 };
  expect(measuresOf([row(float), row(float), row(quantized)])).toEqual(['sqnr_db', 'max_abs', 'max_steps']);
});

test('a trace that agrees has nothing to draw', () => {
  expect(
    measuresOf([row({ identical: 1, max_steps: 0, sqnr_db: 'Infinity', max_abs: 0 }), row(null)]),
  ).toEqual([]);
  expect(levelScale([Number.NEGATIVE_INFINITY, undefined], 'max_abs')).toBeUndefined();
});

test('identical tensors lie below every error, those that are no number above', () => {
  const scale = levelScale([0.3, 1.9, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], 'max_steps')!;
  expect(scale.ground).toBeLessThan(0);
  expect(scale.ticks).toEqual([0, 1, 2]);
  expect(scale.beyond).toBeGreaterThan(2);
  expect(scale.high).toBe(scale.beyond);
  expect(levelScale([0.3], 'max_steps')).not.toHaveProperty('beyond');
});

test('one decade has marks inside, many have not one each', () => {
  expect(levelScale([0, 0.9], 'max_steps')!.ticks.map((tick) => tickText(tick, 'max_steps'))).toEqual([
    '1',
    '2',
    '5',
    '10',
  ]);
  const wide = levelScale([-300, 300], 'max_abs')!.ticks;
  expect(wide.length).toBeLessThan(9);
  expect(wide[0]).toBe(-300);
});

test('decibels are marked by twenties', () => {
  const { ticks } = levelScale([-61, -18], 'sqnr_db')!;
  expect(ticks.map((tick) => tickText(tick, 'sqnr_db'))).toEqual([
    '-80 dB',
    '-60 dB',
    '-40 dB',
    '-20 dB',
    '0 dB',
  ]);
});

test.for<readonly [number, number]>([
  [0, 0],
  [60, 0],
  [109, 0],
  [110, 1],
  [459, 4],
  [560, 4],
])('a click at %i px chooses row %i', ([px, expected]) => {
  // 5 rows of 80 px between margins of 30 and 70 px.
  expect(rowAt(px, 500, 5, { left: 30, right: 70 })).toBe(expected);
});

test.for<readonly [number, number, number, number, number]>([
  [400, 30, 600, 0, 400],
  [2000, 1000, 600, 850, 1450],
  [2000, -1, 600, 0, 600],
  [2000, 1990, 600, 1400, 2000],
])('of %i rows with the first at %i, %i are drawn from %i to %i', ([rows, first, most, start, end]) => {
  expect(windowAround(rows, first, most)).toEqual({ start, end });
});
