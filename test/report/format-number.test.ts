import { expect, test } from 'vitest';
import type { JsonNumber } from '../../harness/domain/run-files.ts';
import {
  formatActualAndLimit,
  formatBareActualAndLimit,
  formatHeadroom,
  formatMetric,
  formatNumber,
} from '../../harness/report/format-number.ts';

test.for<[JsonNumber | null, string]>([
  [0, '0'],
  [-0, '-0'],
  [19, '19'],
  [999_999, '999999'],
  [4_297_000_000, '4.297e+9'],
  [3.5625, '3.563'],
  [-0.00001234, '-1.234e-5'],
  [0.0001, '0.0001'],
  ['NaN', 'NaN'],
  ['-Infinity', '-Infinity'],
  [null, 'undefined'],
])('formatNumber %j', ([value, expected]) => {
  expect(formatNumber(value)).toBe(expected);
});

test.for<[string, JsonNumber | null, string]>([
  ['max_steps', 19, '19 steps'],
  ['max_steps', 1, '1 step'],
  ['max_ulp', 1, '1 ULP'],
  ['sqnr_db', 24.613, '24.61 dB'],
  ['sqnr_db', 'Infinity', 'Infinity dB'],
  ['max_abs', 0.1875, '0.1875'],
  ['top1_agreement', 0.985, '98.5 %'],
  ['top1_agreement', 1, '100 %'],
  ['top1_agreement', 0.9999999, '99.99999 %'],
  ['top3_overlap', 0.5, '50 %'],
  ['mismatch_fraction', 0, '0 %'],
  ['mismatch_fraction', 1e-9, '1e-7 %'],
  ['mismatch_fraction', 'NaN', 'NaN'],
  ['cosine', 0.99999999, '0.99999999'],
  ['cosine', 1, '1'],
  ['flips', 3, '3 samples'],
  ['unheard_of', 2.5, '2.5'],
  ['max_abs', null, 'undefined'],
])('formatMetric %s %j', ([metric, value, expected]) => {
  expect(formatMetric(metric, value)).toBe(expected);
});

test.for<[string, number, number, string, string]>([
  ['max_abs', 2.000001, 2, '2.000001', '2'],
  ['top1_agreement', 0.99996, 0.99999, '99.996 %', '99.999 %'],
  ['max_steps', 2, 2, '2 steps', '2 steps'],
])('a value that breaks its limit never looks like it: %s %d', ([metric, actual, limit, left, right]) => {
  expect(formatActualAndLimit(metric, actual, limit)).toEqual({ actual: left, limit: right });
});

test.for<[string, number, number, string, string]>([
  ['max_steps', 19, 2, '19', '2'],
  ['sqnr_db', 24.61, 30, '24.61', '30'],
  ['top1_agreement', 0.985, 1, '98.5 %', '100 %'],
])('units that the name of the metric says are left out: %s', ([metric, actual, limit, left, right]) => {
  expect(formatBareActualAndLimit(metric, actual, limit)).toEqual({ actual: left, limit: right });
});

test.for<[string, JsonNumber, JsonNumber, '<=' | '>=' | '==', string]>([
  ['max_steps', 1, 2, '<=', '50 % left'],
  ['max_steps', 2, 2, '<=', 'at the limit'],
  ['max_steps', 19, 2, '<=', '9.5× the limit'],
  ['max_steps', 1, 0, '<=', 'over'],
  ['bias', -0.5, 1, '<=', '50 % left'],
  ['bias', -2, 1, '<=', '2× the limit'],
  ['max_abs', 'NaN', 1, '<=', 'not a number'],
  ['max_abs', 'Infinity', 1, '<=', 'over'],
  ['top1_agreement', 0.985, 1, '>=', '1.5 points below'],
  ['sqnr_db', 40, 30, '>=', '10 dB above'],
  ['sqnr_db', 'Infinity', 30, '>=', 'Infinity dB above'],
])('formatHeadroom %s %j', ([metric, actual, limit, operator, expected]) => {
  expect(formatHeadroom(metric, actual, limit, operator)).toBe(expected);
});
