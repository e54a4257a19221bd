import { Command } from 'commander';
import { renderRun } from '../../stages/render.ts';
import { openRunFolder, runPaths } from '../../store/run-folder.ts';
import { printReport } from '../print-report.ts';

export function renderCommand(): Command {
  return new Command('render')
    .description(
      'Write report.html, junit.xml, divergence.csv, summary.md and findings.sarif; needs no device.',
    )
    .argument('<run>', 'a run folder, a run id, or latest')
    .option('--json', 'print the paths that were written')
    .addHelpText('after', '\nExample:\n  fleetdiff render latest')
    .action(async (name: string, options: { json?: boolean }) => {
      const run = openRunFolder(name, process.cwd());
      const { input } = await renderRun(run, process.cwd());
      if (!options.json) {
        printReport(input, run);
        return;
      }
      const written = {
        report: runPaths.reportHtml(run),
        junit: runPaths.junit(run),
        csv: runPaths.csv(run),
        summary: runPaths.summary(run),
        sarif: runPaths.sarif(run),
      };
      console.log(JSON.stringify({ schemaVersion: 1, kind: 'rendered', ...written }, null, 1));
    });
}
