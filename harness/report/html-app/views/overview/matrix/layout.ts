import { fromJsonNumber } from '../../../../../domain/run-files.ts';
import { compareText } from '../../../../findings.ts';
import type { EntryHead, PageHead, TargetHead } from '../../../../page-data/page-data.ts';
import { type Mark, markRank, targetMark } from '../../../parts/status-mark.tsx';
import type { Route } from '../../../route.ts';

/** What stands side by side: the delegates of each device, the suites of each target, or the tensors of one suite. */
export type Columns =
  | { readonly by: 'delegate' }
  | { readonly by: 'suite' }
  | { readonly by: 'tensor'; readonly suite: string };

export const GROUPINGS = ['none', 'soc', 'delegate', 'device', 'class'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export interface Cell {
  readonly mark: Mark;
  /** How far beyond its limit, relative to the limit; at most 0 within it. */
  readonly overrun: number;
  readonly route: Route;
  /** "max_steps", or the words of a whole target. */
  readonly subject: string;
}

export interface Row {
  /** A device, or a target. */
  readonly name: string;
  readonly route?: Route;
  /** Indices in `head.targets`, one per suite or delegate. */
  readonly targets: readonly number[];
}

export interface Group {
  readonly name: string;
  readonly rows: readonly Row[];
  readonly worst: Mark;
}

export interface Matrix {
  readonly columns: readonly string[];
  readonly groups: readonly Group[];
  readonly rows: number;
  /** undefined: there is no such cell, as a device lacks a delegate. */
  readonly cellAt: (row: Row, column: number) => Cell | undefined;
}

/** Suites where there are several, tensors where a suite has several, else each device's delegates. */
export function usualColumns(head: PageHead): Columns {
  if (head.suites.length > 1) return { by: 'suite' };
  const [suite] = head.suites;
  return suite !== undefined && suite.outputs.length > 1
    ? { by: 'tensor', suite: suite.name }
    : { by: 'delegate' };
}

/** @param targets indices of those to be shown */
export function matrixOf(
  head: PageHead,
  targets: readonly number[],
  columns: Columns,
  grouping: Grouping,
): Matrix {
  const shown =
    columns.by === 'tensor'
      ? targets.filter((index) => suiteName(head, head.targets[index]!) === columns.suite)
      : targets;
  const rows = rowsOf(head, shown, columns);
  const groups = groupsOf(
    head,
    rows,
    columns.by === 'delegate' && grouping === 'delegate' ? 'none' : grouping,
  );
  return { ...cellsOf(head, shown, columns), groups, rows: rows.length };
}

function rowsOf(head: PageHead, targets: readonly number[], columns: Columns): Row[] {
  const rows = new Map<string, number[]>();
  for (const index of targets) {
    const target = head.targets[index]!;
    const name = columns.by === 'delegate' ? target.device : target.target;
    const own = rows.get(name);
    if (own) own.push(index);
    else rows.set(name, [index]);
  }
  return [...rows].map(([name, own]) => ({
    name,
    targets: own,
    ...(columns.by === 'delegate' ? {} : { route: targetRoute(head, head.targets[own[0]!]!) }),
  }));
}

function groupsOf(head: PageHead, rows: readonly Row[], grouping: Grouping): Group[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const name = groupName(head, head.targets[row.targets[0]!]!, grouping);
    const own = groups.get(name);
    if (own) own.push(row);
    else groups.set(name, [row]);
  }
  return [...groups]
    .map(([name, own]) => ({
      name,
      rows: own,
      worst: worstOf(own.flatMap((row) => row.targets.map((index) => targetMark(head.targets[index]!)))),
    }))
    .sort(
      (left, right) => markRank(left.worst) - markRank(right.worst) || compareText(left.name, right.name),
    );
}

function groupName(head: PageHead, target: TargetHead, grouping: Grouping): string {
  switch (grouping) {
    case 'none':
      return '';
    case 'class': {
      const id =
        target.class === undefined ? undefined : head.suites[target.suite]?.classes[target.class]?.id;
      return id === undefined ? 'no outputs' : `class ${id}`;
    }
    default:
      return target[grouping];
  }
}

function cellsOf(
  head: PageHead,
  targets: readonly number[],
  columns: Columns,
): Pick<Matrix, 'columns' | 'cellAt'> {
  if (columns.by === 'tensor') return tensorCells(head, targets, columns.suite);
  const keyOf = (target: TargetHead) => (columns.by === 'suite' ? suiteName(head, target) : target.delegate);
  const names = [...new Set(targets.map((index) => keyOf(head.targets[index]!)))];
  return {
    columns: names,
    cellAt: (row, column) => {
      const own = row.targets
        .map((index) => head.targets[index]!)
        .filter((each) => keyOf(each) === names[column]);
      if (own.length === 0) return undefined;
      const worst = own.reduce((most, next) =>
        markRank(targetMark(next)) < markRank(targetMark(most)) ? next : most,
      );
      return targetCell(head, worst);
    },
  };
}

/** Targets that agree share a sheet, so a sheet is looked through once. */
function tensorCells(
  head: PageHead,
  targets: readonly number[],
  suite: string,
): Pick<Matrix, 'columns' | 'cellAt'> {
  const outputs = head.suites.find(({ name }) => name === suite)?.outputs.map(({ name }) => name) ?? [];
  const named = new Set(outputs);
  const sheets = new Map<number, ReadonlyMap<string, EntryHead>>();
  for (const index of targets) {
    const { sheet } = head.targets[index]!;
    if (sheets.has(sheet)) continue;
    const entries = (head.sheets[sheet] ?? []).map((id) => head.entries[id]!);
    sheets.set(sheet, new Map(entries.map((entry) => [entry.tensor, entry])));
    for (const { tensor } of entries) named.add(tensor);
  }
  named.delete('*');
  // What is true of a target as a whole stands before its tensors, where there is anything to tell.
  const whole = [...sheets.values()].some(
    (sheet) => sheet.get('*')?.status !== undefined && sheet.get('*')?.status !== 'PASS',
  );
  const names = [...(whole ? ['*'] : []), ...named];
  return {
    columns: names,
    cellAt: (row, column) => {
      const target = head.targets[row.targets[0]!]!;
      const tensor = names[column]!;
      const entry = sheets.get(target.sheet)?.get(tensor);
      if (entry === undefined) return undefined;
      return {
        mark: entry.status ?? 'NOT_JUDGED',
        overrun: entry.worst === undefined ? 0 : fromJsonNumber(entry.worst.overrun),
        subject: entry.worst?.metric ?? '',
        route: { view: 'tensor', suite, target: target.target, tensor },
      };
    },
  };
}

function targetCell(head: PageHead, target: TargetHead): Cell {
  const entries = (head.sheets[target.sheet] ?? []).map((id) => head.entries[id]!);
  const overruns = entries.flatMap(({ worst }) =>
    worst === undefined ? [] : [fromJsonNumber(worst.overrun)],
  );
  return {
    mark: targetMark(target),
    overrun: overruns.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(0, ...overruns),
    subject: target.headline ?? '',
    route: targetRoute(head, target),
  };
}

function targetRoute(head: PageHead, target: TargetHead): Route {
  return { view: 'target', suite: suiteName(head, target), target: target.target };
}

const suiteName = (head: PageHead, { suite }: TargetHead): string => head.suites[suite]?.name ?? '';

function worstOf(marks: readonly Mark[]): Mark {
  return marks.reduce(
    (worst, next) => (markRank(next) < markRank(worst) ? next : worst),
    'REFERENCE' as Mark,
  );
}

/** How strongly a cell is tinted, 0 to 1: by decades beyond the limit, so that 2 and 200 times the limit look different. */
export function shadeOf({ mark, overrun }: Cell): number {
  if (mark === 'PASS' || mark === 'REFERENCE' || mark === 'SKIPPED') return 0;
  if (!(overrun > 0)) return 0.25;
  return Math.min(1, 0.25 + 0.25 * Math.log10(1 + 9 * overrun));
}

export function countMarks(matrix: Matrix, row: Row): ReadonlyMap<Mark, number> {
  const counts = new Map<Mark, number>();
  for (let column = 0; column < matrix.columns.length; column++) {
    const cell = matrix.cellAt(row, column);
    if (cell !== undefined) counts.set(cell.mark, (counts.get(cell.mark) ?? 0) + 1);
  }
  return counts;
}
