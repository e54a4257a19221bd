import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { visible } from '../report/escape.ts';
import type { ReportInput } from '../report/report-input.ts';
import { renderTerminal } from '../report/terminal.ts';
import { type RunFolder, runPaths } from '../store/run-folder.ts';
import { hasLinks, terminalLook } from './terminal-look.ts';

/** The verdict table on stdout and the report's path below it. */
export function printReport(input: ReportInput, run: RunFolder): void {
  const look = terminalLook(process.stdout);
  process.stdout.write(renderTerminal(input, { ...look, run: shownPath(run.root) }));
  const file = runPaths.reportHtml(run);
  const shown = visible(shownPath(file));
  console.log(`report  ${hasLinks(process.stdout) ? hyperlink(shown, pathToFileURL(file)) : shown}`);
}

/** As the user would type it here. */
export function shownPath(file: string): string {
  return path.relative(process.cwd(), file) || '.';
}

/** OSC 8: a text that a terminal opens when it is clicked on. */
function hyperlink(text: string, url: URL): string {
  const osc = (target: string) => `\u001b]8;;${target}\u001b\\`;
  return `${osc(url.href)}${text}${osc('')}`;
}
