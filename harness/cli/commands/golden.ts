import path from 'node:path';
import { Command } from 'commander';
import { findSuites } from '../../config/find-suites.ts';
import { wrap } from '../../report/display-width.ts';
import { prose, visible } from '../../report/escape.ts';
import { type Committed, type GoldenReport, goldenOf } from '../../stages/golden.ts';
import { REFERENCE_DEVICE } from '../../stages/plan/reference-device.ts';
import { EXIT } from '../exit-code.ts';
import { interruptible } from '../interruptible.ts';
import { provideRuntimeFor } from '../provide-for.ts';
import { packageVersion } from '../version.ts';

interface GoldenCommandOptions {
  readonly check?: boolean;
  readonly approve?: boolean;
  readonly json?: boolean;
}

export function goldenCommand(): Command {
  return new Command('golden')
    .description("Compute a suite's reference outputs on this host and lay them beside the committed ones.")
    .argument('<suite>', 'a suite folder, or a name under fixtures/')
    .option('--check', 'write nothing; exit 1 when the committed golden would change')
    .option('--approve', 'replace the committed golden by what was computed')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  fleetdiff golden digits --check')
    .action(async (name: string, options: GoldenCommandOptions) => {
      const workFolder = process.cwd();
      const [suite] = findSuites([name], workFolder);
      await provideRuntimeFor([REFERENCE_DEVICE], workFolder);
      const report = await interruptible((signal) =>
        goldenOf({
          suite: suite!,
          version: packageVersion(),
          approve: Boolean(options.approve) && !options.check,
          write: !options.check,
          workFolder,
          scratchFolder: path.join(workFolder, '.fleetdiff'),
          clock: () => new Date(),
          signal,
        }),
      );
      console.log(
        options.json
          ? JSON.stringify({ schemaVersion: 1, kind: 'golden-report', ...report }, null, 1)
          : formatGolden(report).map(visible).join('\n'),
      );
      const isSettled =
        report.written || (report.committed.status === 'present' && report.changes.length === 0);
      process.exitCode = isSettled ? EXIT.withinBudget : EXIT.overBudget;
    });
}

function formatGolden(report: GoldenReport): string[] {
  const { suite, suiteFolder, folder, committed, computedOn, changes, warning, written } = report;
  const lines = [
    ...labelled('golden', `${suite} in ${folder}`),
    ...labelled('there', describe(committed)),
    ...labelled(
      'here',
      `${computedOn.runtime.name} ${computedOn.runtime.version} on ${computedOn.soc} (${computedOn.isa.join(' ')})`,
    ),
  ];
  if (warning) lines.push(...labelled('WARNING', warning));
  if (committed.status === 'present' && changes.length === 0)
    lines.push(...labelled('same', 'every output is bit-identical'));
  if (committed.status === 'stale') lines.push(...labelled('STALE', committed.reason));
  for (const change of changes)
    lines.push(...labelled('CHANGED', `${change.case} ${change.tensor}: ${change.difference}`));
  if (written) lines.push(...labelled('written', folder));
  else if (committed.status === 'missing')
    lines.push(...labelled('missing', 'write it:'), `${INDENT}fleetdiff golden ${suiteFolder}`);
  else if (committed.status === 'stale' || changes.length > 0) {
    if (changes.length > 0)
      lines.push(
        'Float kernels differ between instruction sets, so another machine may round one',
        'step apart.',
      );
    lines.push('Nothing was replaced; when the change is meant:');
    lines.push(`  fleetdiff golden ${suiteFolder} --approve`);
  }
  return lines;
}

const INDENT = ' '.repeat(9);

/** Lines of at most 80 columns behind a label; a word that is longer stays whole. */
function labelled(label: string, text: string): string[] {
  return wrap(prose(text), 80 - INDENT.length, 'whole').map(
    (line, index) => `${index === 0 ? label.padEnd(INDENT.length) : INDENT}${line}`,
  );
}

function describe(committed: Committed): string {
  if (committed.status === 'present') return committed.origin;
  return committed.status === 'stale' ? 'a golden of something else' : 'none';
}
