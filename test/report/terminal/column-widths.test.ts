import { expect, test } from 'vitest';
import { columnWidths } from '../../../harness/report/terminal/column-widths.ts';

const column = (wanted: number, least: number) => ({ wanted, least });

test.for([
  ['all fit', [column(10, 5), column(20, 5)], 40, [10, 20]],
  ['the widest gives way first', [column(10, 5), column(20, 5)], 24, [10, 14]],
  ['then both', [column(10, 5), column(20, 5)], 16, [8, 8]],
  ['none below its least', [column(10, 9), column(20, 5)], 12, [9, 5]],
  ['an empty column takes nothing', [column(0, 0), column(20, 5)], 8, [0, 8]],
  ['no columns', [], 8, []],
] as const)('%s', ([, columns, room, widths]) => {
  expect(columnWidths(columns, room)).toEqual(widths);
});
