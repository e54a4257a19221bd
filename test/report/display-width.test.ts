import { expect, test } from 'vitest';
import { displayWidth, shortenEnd, shortenMiddle, wrap } from '../../harness/report/display-width.ts';

test.for<[string, number]>([
  ['abc', 3],
  ['日本', 4],
  ['é', 1],
  ['e\u0301', 1],
  ['👩‍🔬', 2],
  ['→·', 2],
])('displayWidth %s', ([text, expected]) => {
  expect(displayWidth(text)).toBe(expected);
});

test.for<[string, number, string]>([
  ['abcdefghij', 7, 'abc…hij'],
  ['abcdefghij', 10, 'abcdefghij'],
  ['日本語日本語', 7, '日…本語'],
])('shortenMiddle %s to %d', ([text, columns, expected]) => {
  expect(shortenMiddle(text, columns)).toBe(expected);
  expect(displayWidth(shortenMiddle(text, columns))).toBeLessThanOrEqual(columns);
});

test('a tower of combining marks is no way around the limit', () => {
  const tower = `a${'\u0301'.repeat(10_000)}`;
  expect(shortenMiddle(tower, 10).length).toBeLessThan(20);
});

test('shortenEnd keeps the beginning', () => {
  expect(shortenEnd('session lost: SIGKILL', 13)).toBe('session lost…');
});

test('wrap keeps every line within its columns and loses nothing', () => {
  const text = `rounding of requantization ${'x'.repeat(45)} may move one step`;
  const lines = wrap(text, 20);
  expect(lines.every((line) => displayWidth(line) <= 20)).toBe(true);
  expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
});
