import path from 'node:path';
import type { ReportInput } from '../report/report-input.ts';
import { renderTerminal } from '../report/terminal.ts';
import { type RunFolder, runPaths } from '../store/run-folder.ts';
import { terminalLook } from './terminal-look.ts';

/** The verdict table on stdout and the report's path below it. */
export function printReport(input: ReportInput, run: RunFolder): void {
  process.stdout.write(renderTerminal(input, terminalLook(process.stdout)));
  console.log(`report  ${path.relative(process.cwd(), runPaths.reportHtml(run))}`);
}
