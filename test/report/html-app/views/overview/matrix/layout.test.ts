import { inflateRawSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { cellWords } from '../../../../../../harness/report/html-app/views/overview/matrix/cell-words.ts';
import {
  type Columns,
  countMarks,
  type Grouping,
  type Matrix,
  matrixOf,
  shadeOf,
  usualColumns,
} from '../../../../../../harness/report/html-app/views/overview/matrix/layout.ts';
import {
  type Cursor,
  linesOf,
  moveCursor,
} from '../../../../../../harness/report/html-app/views/overview/matrix/lines.ts';
import { decodeHead } from '../../../../../../harness/report/page-data/decode-page.ts';
import { encodePage } from '../../../../../../harness/report/page-data/encode-page.ts';
import type { PageHead } from '../../../../../../harness/report/page-data/page-data.ts';
import type { ReportInput } from '../../../../../../harness/report/report-input.ts';
import { largeRun } from '../../../../large-run.ts';
import { sampleRun } from '../../../../sample-run.ts';

async function headOf(input: ReportInput): Promise<PageHead> {
  const { parts } = await encodePage(input);
  return decodeHead(JSON.parse(inflateRawSync(Buffer.from(parts.get('head')!, 'base64')).toString()));
}

let small: PageHead;
let large: PageHead;
beforeAll(async () => {
  small = await headOf(sampleRun());
  large = await headOf(largeRun({ targets: 80, tensors: 12, diverging: 0.2, answers: 3 }));
});

const all = (head: PageHead) => head.targets.map((_, index) => index);
const matrix = (head: PageHead, columns: Columns, grouping: Grouping = 'none'): Matrix =>
  matrixOf(head, all(head), columns, grouping);
const rowsOf = ({ groups }: Matrix) => groups.flatMap(({ rows }) => rows);

test('a fleet on one output is seen as devices by delegates', () => {
  expect(usualColumns(small)).toEqual({ by: 'delegate' });
  const shown = matrix(small, { by: 'delegate' });
  const row = rowsOf(shown).find(({ name }) => name === 'haswell')!;
  expect(shown.columns).toContain('webgpu');
  expect(shown.cellAt(row, shown.columns.indexOf('cpu'))).toMatchObject({
    mark: 'WAIVED',
    route: { view: 'target', target: 'haswell/cpu' },
  });
  expect(shown.cellAt(row, shown.columns.indexOf('webgpu'))).toBeUndefined();
});

test('every target has its line, every verdict of a tensor its cell', () => {
  expect(usualColumns(large)).toEqual({ by: 'tensor', suite: 'large-int8' });
  const shown = matrix(large, usualColumns(large));
  expect(rowsOf(shown)).toHaveLength(large.targets.length);
  const counts = rowsOf(shown).map((row) => countMarks(shown, row));
  const sum = (mark: 'FAIL' | 'PASS') => counts.reduce((total, own) => total + (own.get(mark) ?? 0), 0);
  const expected = (status: string) =>
    large.targets.reduce(
      (total, { sheet }) =>
        total + large.sheets[sheet]!.filter((id) => large.entries[id]!.status === status).length,
      0,
    );
  expect(sum('FAIL')).toBeGreaterThan(20);
  expect([sum('FAIL'), sum('PASS')]).toEqual([expected('FAIL'), expected('PASS')]);
});

test('groups hold every row once, the group with the worst first', () => {
  const shown = matrix(large, { by: 'suite' }, 'soc');
  expect(shown.groups.length).toBeGreaterThan(5);
  expect(rowsOf(shown)).toHaveLength(shown.rows);
  expect(shown.groups[0]!.worst).toBe('INCOMPLETE');
  const byClass = matrix(large, { by: 'suite' }, 'class').groups.map(({ name }) => name);
  expect(byClass).toContain('no outputs');
});

test('what failed as a whole has a column of its own, and only then', () => {
  expect(matrix(large, usualColumns(large)).columns[0]).toBe('*');
  const fine = large.targets.flatMap(({ capture }, index) => (capture === 'captured' ? [index] : []));
  expect(matrixOf(large, fine, usualColumns(large), 'none').columns).not.toContain('*');
});

test('a tint grows with the overrun and never hides a cell over its limit', () => {
  const cell = (overrun: number) =>
    shadeOf({ mark: 'FAIL', overrun, subject: '', route: { view: 'overview' } });
  const shades = [0, 0.01, 0.5, 3, 100, Number.POSITIVE_INFINITY].map(cell);
  expect(shades).toEqual([...shades].sort((left, right) => left - right));
  expect(shades[0]).toBeGreaterThan(0);
  expect(shades.at(-1)).toBe(1);
});

test('a cell is told in words, the name as text that shows what it holds', () => {
  const route = { view: 'tensor', suite: 's', target: 't', tensor: 'y' } as const;
  expect(cellWords('haswell/cpu', 'y', { mark: 'FAIL', overrun: 8.5, subject: 'max_steps', route })).toBe(
    'haswell/cpu, y: Over budget, max_steps 850 % beyond its limit',
  );
  expect(cellWords('a\u202eb', '*', undefined)).toBe('a\\u202eb, whole target: nothing');
});

test('the cursor walks over rows, stops at the edges and steps over group headers', () => {
  const shown = matrix(large, { by: 'suite' }, 'soc');
  const lines = linesOf(shown, new Set([shown.groups[1]!.name]));
  expect(lines.filter(({ kind }) => kind === 'group')).toHaveLength(shown.groups.length);
  expect(lines.filter(({ kind }) => kind === 'row')).toHaveLength(shown.rows - shown.groups[1]!.rows.length);
  let cursor: Cursor = { line: -1, column: 0 };
  const seen: number[] = [];
  for (let step = 0; step < lines.length; step++) {
    cursor = moveCursor(cursor, 'ArrowDown', lines, 3)!;
    expect(lines[cursor.line]!.kind).toBe('row');
    if (seen.at(-1) !== cursor.line) seen.push(cursor.line);
  }
  expect(seen).toHaveLength(lines.filter(({ kind }) => kind === 'row').length);
  expect(moveCursor({ line: 1, column: 2 }, 'ArrowRight', lines, 3)).toEqual({ line: 1, column: 2 });
  expect(moveCursor({ line: 1, column: 2 }, 'Home', lines, 3)).toEqual({ line: 1, column: 0 });
  expect(moveCursor({ line: 1, column: 2 }, 'x', lines, 3)).toBeUndefined();
});
