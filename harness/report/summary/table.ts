import { shortenMiddle } from '../display-width.ts';
import { markdownCode, markdownText, visible } from '../escape.ts';
import { count } from '../format-number.ts';

const NAME_COLUMNS = 60;
const PROSE_COLUMNS = 300;
const LINK_CHARACTERS = 300;

/** A Markdown table whose last rows may be cut. */
export interface Table {
  readonly heading: string;
  readonly head: readonly string[];
  /** What is a function is made when there is room for it: of a large fleet most rows are cut. */
  readonly rows: readonly (string | (() => string))[];
  readonly foot: string;
  readonly noun: string;
}

/** The table in at most `mostBytes` of UTF-8, with the number of rows that did not fit. */
export function tableText(table: Table, mostBytes: number): string {
  const opening = `${table.heading}\n${row(table.head)}\n${row(table.head.map(() => '---'))}\n`;
  const cutNote = (cut: number) =>
    `\n${count(cut, table.noun)} more not shown here: see [report.html](report.html)\n`;
  let left = mostBytes - bytesOf(opening + table.foot + cutNote(table.rows.length));
  const shown: string[] = [];
  for (const each of table.rows) {
    const line = typeof each === 'string' ? each : each();
    left -= bytesOf(line) + 1;
    if (left < 0) break;
    shown.push(`${line}\n`);
  }
  const cut = table.rows.length - shown.length;
  return `${opening}${shown.join('')}${cut === 0 ? '' : cutNote(cut)}${table.foot}`;
}

export function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** A name from the run. */
export function nameCell(value: string): string {
  return markdownCode(shortenMiddle(visible(value), NAME_COLUMNS));
}

/** A sentence from the run. */
export function textCell(value: string): string {
  return markdownText(shortenMiddle(visible(value.replace(/\s+/g, ' ')), PROSE_COLUMNS));
}

/** A view of report.html by its hash route; an odd or very long name gives the words alone. */
export function reportLink(words: string, segments: readonly string[]): string {
  if (segments.some((segment) => visible(segment) !== segment)) return words;
  const route = segments.map(encodeURIComponent).join('/');
  // Parentheses would end the link, the others are marks of Markdown.
  const safe = route.replace(/[()!'*~_]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);
  return safe.length > LINK_CHARACTERS ? words : `[${words}](report.html#/${safe})`;
}

export function bytesOf(value: string): number {
  return Buffer.byteLength(value, 'utf8');
}
