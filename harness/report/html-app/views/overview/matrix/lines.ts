import type { Group, Matrix, Row } from './layout.ts';

/** What stands on one line of a large matrix. */
export type Line =
  | { readonly kind: 'group'; readonly group: Group; readonly folded: boolean }
  | { readonly kind: 'row'; readonly row: Row };

/** Group headers and the rows of those that are not folded. */
export function linesOf({ groups }: Matrix, folded: ReadonlySet<string>): Line[] {
  return groups.flatMap((group): Line[] => {
    if (group.name === '') return group.rows.map((row) => ({ kind: 'row', row }));
    const isFolded = folded.has(group.name);
    const rows = isFolded ? [] : group.rows.map((row): Line => ({ kind: 'row', row }));
    return [{ kind: 'group', group, folded: isFolded }, ...rows];
  });
}

export interface Cursor {
  /** Index of a row's line. */
  readonly line: number;
  readonly column: number;
}

const PAGE = 10;

/** Where a key leads; undefined: it is no key of the matrix. Group headers are stepped over. */
export function moveCursor(
  { line, column }: Cursor,
  key: string,
  lines: readonly Line[],
  columns: number,
): Cursor | undefined {
  const clampedColumn = (to: number) => ({ line, column: Math.min(columns - 1, Math.max(0, to)) });
  switch (key) {
    case 'ArrowLeft':
      return clampedColumn(column - 1);
    case 'ArrowRight':
      return clampedColumn(column + 1);
    case 'Home':
      return clampedColumn(0);
    case 'End':
      return clampedColumn(columns - 1);
    case 'ArrowUp':
      return { line: nextRow(lines, line, -1), column };
    case 'ArrowDown':
      return { line: nextRow(lines, line, 1), column };
    case 'PageUp':
      return { line: nextRow(lines, Math.max(0, line - PAGE + 1), -1), column };
    case 'PageDown':
      return { line: nextRow(lines, Math.min(lines.length - 1, line + PAGE - 1), 1), column };
    default:
      return undefined;
  }
}

/** The next line with a row in that direction; the last one where there is none. */
function nextRow(lines: readonly Line[], from: number, step: 1 | -1): number {
  for (let line = from + step; line >= 0 && line < lines.length; line += step) {
    if (lines[line]?.kind === 'row') return line;
  }
  if (lines[from]?.kind === 'row') return from;
  return lines.findIndex(({ kind }) => kind === 'row');
}
