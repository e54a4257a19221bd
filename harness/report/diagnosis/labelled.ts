import { padEndTo, wrap } from '../display-width.ts';

const LABEL_COLUMNS = 20;

/** Paragraphs beside a label that stands before the first; no lines where there are none. */
export function labelled(label: string, parts: readonly string[], columns: number): string[] {
  const room = Math.max(40, columns) - LABEL_COLUMNS;
  const lines = parts.flatMap((part) => wrap(part, room));
  return lines.map((line, index) =>
    `${padEndTo(index === 0 ? `  ${label}` : '', LABEL_COLUMNS)}${line}`.trimEnd(),
  );
}
