import type { Status } from '../../domain/run-files.ts';
import type { Colours } from '../status-text.ts';

/** A status is told three times: by its word, its shape and its colour. One column each, as in the report's pictures. */
export const STATUS_SIGNS: Readonly<Record<Status, string>> = {
  INCOMPLETE: '?',
  NOT_COMPARABLE: '≠',
  FAIL: '✖',
  WAIVED: '◆',
  WARN: '▲',
  SKIPPED: '–',
  PASS: '✔',
};

/** What stands for our own signs where the locale is not UTF-8; each takes one column, so that no line grows. */
const ASCII: Readonly<Record<string, string>> = {
  '✔': '+',
  '✖': 'x',
  '◆': '*',
  '▲': '!',
  '≠': '#',
  '–': '-',
  '●': '>',
  '○': '.',
  '·': '-',
  '…': '~',
  '→': '>',
  '×': 'x',
  '’': "'",
  '▁': '.',
  '▂': ':',
  '▃': '-',
  '▄': '=',
  '▅': '+',
  '▆': '*',
  '▇': '%',
  '█': '#',
};

/** Our own signs in ASCII. Names are left as they are: whoever has such names has a terminal for them. */
export function asciiText(text: string): string {
  // Between two factors the point is a product.
  return text.replace(/(?<=\S)·(?=\S)/g, '*').replace(/[✔✖◆▲≠–●○·…→×’▁-█]/g, (sign) => ASCII[sign]!);
}

/** A sign and its word in their colour, `columns` wide. Red and green also differ in weight, for those who see no hue. */
export function statusLabel(status: Status, columns: number, colours: Colours): string {
  const paint: Readonly<Record<Status, (text: string) => string>> = {
    INCOMPLETE: colours.magenta,
    NOT_COMPARABLE: colours.magenta,
    FAIL: (text) => colours.bold(colours.red(text)),
    WAIVED: colours.cyan,
    WARN: colours.yellow,
    SKIPPED: colours.dim,
    PASS: colours.green,
  };
  return paint[status](`${STATUS_SIGNS[status]} ${status}`.padEnd(columns));
}
