import { displayWidth, padEndTo, shortenMiddle, wrap } from '../display-width.ts';

/** A part of a list: a label, and lines of words beside it. */
export interface ListEntry {
  /** A sign in its colour, one column wide. */
  readonly sign?: string;
  readonly label: string;
  readonly words: readonly string[];
  /** Commands and paths: they stay whole, so that they can be copied. */
  readonly whole?: readonly string[];
}

const GAP = '  ';
const MOST_LABEL_SHARE = 0.34;

/** Entries with their words in one column, all within `columns` but for what must stay whole. */
export function listLines(entries: readonly ListEntry[], columns: number): readonly string[] {
  const widest = Math.max(0, ...entries.map(({ label }) => displayWidth(label)));
  const label = Math.min(widest, Math.floor(columns * MOST_LABEL_SHARE));
  return entries.flatMap((entry) => entryLines(entry, label, columns));
}

function entryLines({ sign, label, words, whole = [] }: ListEntry, labelColumns: number, columns: number): string[] {
  const lead = sign === undefined ? '' : `${sign} `;
  const indent = ' '.repeat((sign === undefined ? 0 : 2) + labelColumns + GAP.length);
  const name = padEndTo(shortenMiddle(label, labelColumns), labelColumns);
  const lines = words.flatMap((text) => wrap(text, columns - indent.length));
  const [first = '', ...rest] = lines;
  return [
    `${lead}${name}${GAP}${first}`.trimEnd(),
    ...rest.map((line) => `${indent}${line}`),
    ...whole.map((line) => `${indent}${line}`),
  ];
}
