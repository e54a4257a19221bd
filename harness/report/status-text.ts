import type pico from 'picocolors';
import type { Status } from '../domain/run-files.ts';

export type Colours = ReturnType<typeof pico.createColors>;

/** A status in its colour, as wide as its column. */
export function statusText(status: Status, columns: number, colours: Colours): string {
  const paint: Readonly<Record<Status, (text: string) => string>> = {
    INCOMPLETE: colours.magenta,
    NOT_COMPARABLE: colours.magenta,
    FAIL: colours.red,
    WAIVED: colours.cyan,
    WARN: colours.yellow,
    SKIPPED: colours.dim,
    PASS: colours.green,
  };
  return paint[status](status.padEnd(columns));
}
