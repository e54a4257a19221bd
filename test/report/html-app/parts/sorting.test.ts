import { expect, test } from 'vitest';
import { formatSorting, parseSorting } from '../../../../harness/report/html-app/parts/sorting.ts';

const columns = new Map<string, string | number>([
  ['max_abs', 0],
  ['case', 'case'],
]);

test.for([
  ['case', { by: 'case', descending: false }],
  ['-max_abs', { by: 0, descending: true }],
] as const)('the link says %s', ([words, sorting]) => {
  expect(parseSorting(words, columns)).toEqual(sorting);
  expect(formatSorting(sorting, columns)).toBe(words);
});

test.for([null, '', '-', 'constructor', '--case', 'sqnr_db'])('%s is no column of the table', (words) => {
  expect(parseSorting(words, columns)).toBeUndefined();
});
