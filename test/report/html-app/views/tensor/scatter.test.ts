import { expect, test } from 'vitest';
import {
  domainsOf,
  onlyValue,
  scatterPlot,
  tickDigits,
} from '../../../../../harness/report/html-app/views/tensor/scatter-plot.ts';
import { pointsOf } from '../../../../../harness/report/html-app/views/tensor/scatter-points.ts';
import {
  oneValueWords,
  onLineWords,
} from '../../../../../harness/report/html-app/views/tensor/scatter-words.ts';

test('the largest errors are marked, equal elements never', () => {
  const { points, shown, of } = pointsOf([{ reference: [0, 1, 2, 3], candidate: [0, 1.5, 2, 1], of: 900 }]);
  expect(points.filter(({ worst }) => worst).map(({ error }) => error)).toEqual([0.5, -2]);
  expect([shown, of]).toEqual([4, 900]);
});

test('what is not finite is counted and not drawn', () => {
  const { points, notFinite } = pointsOf([
    { reference: [0, 'NaN', 1, 'Infinity'], candidate: [0, 1, '-Infinity', 'Infinity'], of: 4 },
  ]);
  expect(points).toHaveLength(1);
  expect(notFinite).toBe(3);
});

test('many elements are thinned, the worst stay', () => {
  const reference = Array.from({ length: 5000 }, (_, index) => index);
  const candidate = reference.map((value) => (value === 4321 ? value + 7 : value));
  const { points, of } = pointsOf(
    [
      { reference, candidate, of: 5000 },
      { reference, candidate: reference, of: 5000 },
    ],
    1000,
  );
  expect(points.length).toBeLessThanOrEqual(1016);
  expect(points.length).toBeGreaterThan(900);
  expect(points.filter(({ worst }) => worst).map(({ reference: value }) => value)).toEqual([4321]);
  expect(of).toBe(10_000);
});

test.for<readonly [string, readonly number[], number]>([
  ['a hundredth of the range', [0, 1, 10.1], 0.01],
  ['no error', [0, 1, 10], 0],
])('%s', ([, candidate, relative]) => {
  expect(pointsOf([{ reference: [0, 1, 10], candidate, of: 3 }]).relative).toBeCloseTo(relative, 9);
});

const point = (reference: number, candidate: number) => ({
  reference,
  candidate,
  error: candidate - reference,
  worst: false,
});

test('values of one size share their axes, others do not', () => {
  expect(domainsOf([point(-1, -2), point(5, 4)])).toEqual({ x: [-2, 5], y: [-2, 5] });
  expect(domainsOf([point(-1, -1e8), point(5, 2e8)])).toEqual({ x: [-1, 5], y: [-1e8, 2e8] });
  expect(domainsOf([point(3, 3)])).toEqual({ x: [2, 4], y: [2, 4] });
});

const CONSTANT = [point(-3, 805_800_000), point(3, 805_800_000)];

test('a constant answer far off has an axis and one tick of its own, and words', () => {
  expect(domainsOf(CONSTANT)).toEqual({ x: [-3, 3], y: [805_799_999, 805_800_001] });
  expect(scatterPlot(CONSTANT, 600).y?.ticks).toEqual([805_800_000]);
  expect(scatterPlot(CONSTANT, 600).x?.ticks).toBe(6);
  expect(oneValueWords(CONSTANT)).toBe('This target gave 8.058e+8 for every element shown. ');
});

test.for([
  ['elements that are not one value', [point(1, 1), point(2, 2)], ''],
  ['a single element', [point(1, 7)], ''],
  ['a constant reference', [point(1, 1), point(1, 2)], 'The reference is 1 in every element shown. '],
] as const)('%s', ([, points, words]) => {
  expect(oneValueWords(points)).toBe(words);
  expect(onlyValue(points, 'candidate')).toBeUndefined();
});

test.for([
  ['on common axes', [point(-1, -2), point(5, 4)], 'On the line: the same value. '],
  ['on axes that differ', [point(-1, -1e8), point(5, 2e8)], expect.stringContaining('differ in scale')],
  ['out of the picture', CONSTANT, ''],
] as const)('the line of equal values %s', ([, points, words]) => {
  expect(onLineWords(points)).toEqual(words);
});

test.for([
  [[-1, 5], 4],
  [[8.058e8, 8.0581e8], 7],
  [[8e8 - 1, 8e8 + 1], 8],
] as const)('ticks of %o have %d digits', ([domain, digits]) => {
  expect(tickDigits(domain)).toBe(digits);
});
