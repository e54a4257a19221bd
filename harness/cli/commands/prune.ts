import path from 'node:path';
import { Command } from 'commander';
import { visible } from '../../report/escape.ts';
import { count, formatBytes } from '../../report/format-number.ts';
import { BASELINES } from '../../stages/judge.ts';
import { type Pruning, planPruning, prune } from '../../stages/prune.ts';
import { existingBaselines } from '../baselines-option.ts';
import { shownPath } from '../print-report.ts';
import { sinceTime } from '../since-time.ts';

interface PruneOptions {
  readonly keep: string;
  readonly reports: string;
  readonly baselines?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function pruneCommand(): Command {
  return new Command('prune')
    .description('Remove old runs. Without --yes it says what would go, and removes nothing.')
    .requiredOption('--keep <when>', 'keep what was planned since: 30d, or a date')
    .option('--reports <folder>', 'the folder of runs', 'reports')
    .option(
      '--baselines <folder>',
      'runs that were approved here stay (default: "baselines" beside the folder of runs)',
      existingBaselines,
    )
    .option('--yes', 'remove')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
The latest run stays, what a baseline was approved from stays, and the history keeps its rows.

Example:
  fleetdiff prune --keep 30d           what would go
  fleetdiff prune --keep 30d --yes     and now it goes`,
    )
    .action(async (options: PruneOptions) => {
      const before = new Date(sinceTime(options.keep, new Date()));
      const pruning = await planPruning(
        path.resolve(options.reports),
        options.baselines ?? path.join(path.dirname(path.resolve(options.reports)), BASELINES),
        before,
      );
      if (options.yes) await prune(pruning);
      if (options.json) printJson(pruning, options.yes ?? false);
      else for (const line of wordsOf(pruning, options.yes ?? false)) console.log(visible(line));
    });
}

function printJson(pruning: Pruning, removed: boolean): void {
  console.log(JSON.stringify({ schemaVersion: 1, kind: 'pruning', removed, ...pruning }, null, 1));
}

function wordsOf({ runs, blobs, kept }: Pruning, removed: boolean): string[] {
  const bytesOf = (items: readonly { readonly bytes: number }[]) =>
    items.reduce((sum, { bytes }) => sum + bytes, 0);
  const total = formatBytes(bytesOf(runs) + bytesOf(blobs));
  const verb = removed ? 'removed' : 'would remove';
  const loose = count(blobs.length, 'blob');
  return [
    ...runs.map(({ root, bytes }) => `${shownPath(root)}  ${formatBytes(bytes)}`),
    ...(blobs.length > 0 ? [`${loose} that no file of its run names  ${formatBytes(bytesOf(blobs))}`] : []),
    ...kept.map(({ root, reason }) => `${shownPath(root)}  stays: ${reason}`),
    `${verb} ${count(runs.length, 'run')} and ${loose}, ${total}`,
    ...(removed || runs.length + blobs.length === 0 ? [] : ['nothing was removed; to remove it add --yes']),
  ];
}
