import type { TerminalOptions } from '../report/terminal.ts';

/** How wide the output may be, and colour only where a person looks (no-color.org). */
export function terminalLook({ isTTY, columns }: NodeJS.WriteStream): TerminalOptions {
  return { columns: isTTY ? Math.max(40, columns) : 80, colour: Boolean(isTTY) && !process.env.NO_COLOR };
}
