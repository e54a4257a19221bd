import { displayWidth, padEndTo, shortenMiddle, wrap } from '../display-width.ts';

/** A part of a list: a label, and lines of words beside it. */
export interface ListEntry {
  /** A sign in its colour, one column wide. */
  readonly sign?: string;
  readonly label: string;
  readonly words: readonly string[];
}

const GAP = '  ';
const MOST_LABEL_SHARE = 0.34;

/** As wide as the labels of a list need, and no wider than a third. */
export function labelColumns(labels: readonly string[], columns: number): number {
  return Math.min(Math.max(0, ...labels.map(displayWidth)), Math.floor(columns * MOST_LABEL_SHARE));
}

/** An entry with its words in a column of their own, all within `columns`. */
export function entryLines(
  { sign, label, words }: ListEntry,
  labelWidth: number,
  columns: number,
): readonly string[] {
  const lead = sign === undefined ? '' : `${sign} `;
  const indent = ' '.repeat((sign === undefined ? 0 : 2) + labelWidth + GAP.length);
  const name = padEndTo(shortenMiddle(label, labelWidth), labelWidth);
  const lines = words.flatMap((text) => wrap(text, columns - indent.length));
  const [first = '', ...rest] = lines;
  return [`${lead}${name}${GAP}${first}`.trimEnd(), ...rest.map((line) => `${indent}${line}`)];
}
