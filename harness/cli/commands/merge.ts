import { Command } from 'commander';
import { count } from '../../report/format-number.ts';
import { nameText } from '../../report/wording.ts';
import { compareRun } from '../../stages/compare.ts';
import { BASELINES, judgeRun } from '../../stages/judge.ts';
import { type Merged, mergeRuns } from '../../stages/merge.ts';
import { renderRun } from '../../stages/render.ts';
import { openRunFolder } from '../../store/run-folder.ts';
import { type AftermathOptions, addAftermathOptions, keepInHistory, tellChange } from '../aftermath.ts';
import { existingBaselines } from '../baselines-option.ts';
import { printReport } from '../print-report.ts';

/** Names of absent captures that are told one by one. */
const MOST_NAMED = 10;

interface MergeOptions extends AftermathOptions {
  readonly out: string;
  readonly baselines: string;
  readonly json?: boolean;
}

export function mergeCommand(): Command {
  const command = new Command('merge')
    .description('Unite the shards of one plan, in any order, and judge them as one run.')
    .argument('<dir...>', 'run folders, run ids, or latest')
    .requiredOption('--out <run>', 'the folder of the whole run')
    .option('--baselines <folder>', 'approved answers to hold the run against', existingBaselines, BASELINES)
    .option('--json', 'print verdicts.json')
    .addHelpText(
      'after',
      `
Example:
  fleetdiff run --shard 1/2 --out shard-1      on one machine
  fleetdiff run --shard 2/2 --out shard-2      on another
  fleetdiff merge shard-1 shard-2 --out reports/whole`,
    )
    .action(async (names: string[], options: MergeOptions) => {
      const clock = () => new Date();
      const folders = names.map((name) => openRunFolder(name, process.cwd()));
      const merged = await mergeRuns(folders, options.out, clock);
      tellUndelivered(merged);
      await compareRun(merged.run);
      const verdicts = await judgeRun(merged.run, process.cwd(), clock(), options.baselines);
      const kept = await keepInHistory(merged.run, options);
      const { input } = await renderRun(merged.run, process.cwd());
      if (options.json) console.log(JSON.stringify(verdicts, null, 1));
      else printReport(input, merged.run);
      await tellChange(verdicts, kept, options);
      process.exitCode = verdicts.exitCode;
    });
  return addAftermathOptions(command);
}

function tellUndelivered({ undelivered }: Merged): void {
  if (undelivered.length === 0) return;
  const named = undelivered
    .slice(0, MOST_NAMED)
    .map(({ suite, target }) => `  ${nameText(suite)}  ${nameText(target)}`);
  const rest = undelivered.length - named.length;
  const lines = [
    `No shard delivered ${count(undelivered.length, 'capture')} of the plan:`,
    ...named,
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
}
