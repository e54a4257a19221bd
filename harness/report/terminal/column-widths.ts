/** A column as wide as its widest cell, and what it needs at least. */
export interface Column {
  readonly wanted: number;
  readonly least: number;
}

/** Widths that together fit `room`: the widest gives way first, none below its least. */
export function columnWidths(columns: readonly Column[], room: number): readonly number[] {
  const widths = columns.map(({ wanted }) => wanted);
  for (let over = widths.reduce((sum, width) => sum + width, 0) - room; over > 0; over--) {
    const spare = widths.map((width, n) => (width > columns[n]!.least ? width : 0));
    const widest = Math.max(...spare);
    if (widest === 0) break;
    widths[spare.indexOf(widest)]! -= 1;
  }
  return widths;
}
