import path from 'node:path';
import type { ReportInput } from '../report/report-input.ts';
import { renderTerminal } from '../report/terminal.ts';
import { type RunFolder, runPaths } from '../store/run-folder.ts';

/** The verdict table on stdout and the report's path below it. */
export function printReport(input: ReportInput, run: RunFolder): void {
  const { stdout } = process;
  const columns = stdout.isTTY ? Math.max(40, stdout.columns) : 80;
  process.stdout.write(renderTerminal(input, { columns, colour: useColour(stdout.isTTY) }));
  console.log(`report  ${path.relative(process.cwd(), runPaths.reportHtml(run))}`);
}

/** Colour only where a person looks (no-color.org). */
function useColour(isTerminal: boolean | undefined): boolean {
  return Boolean(isTerminal) && !process.env.NO_COLOR;
}
