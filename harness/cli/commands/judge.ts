import { Command } from 'commander';
import { BASELINES, judgeRun } from '../../stages/judge.ts';
import { openRunFolder } from '../../store/run-folder.ts';
import { existingBaselines } from '../baselines-option.ts';

export function judgeCommand(): Command {
  return new Command('judge')
    .description('Hold the comparisons against the budgets and baselines as they are now; needs no device.')
    .argument('<run>', 'a run folder, a run id, or latest')
    .option('--baselines <folder>', 'approved answers to hold the run against', existingBaselines, BASELINES)
    .option('--json', 'print verdicts.json')
    .addHelpText('after', '\nExample:\n  fleetdiff judge latest   (after a change of budgets.yml)')
    .action(async (name: string, options: { baselines: string; json?: boolean }) => {
      const run = openRunFolder(name, process.cwd());
      const verdicts = await judgeRun(run, process.cwd(), new Date(), options.baselines);
      if (options.json) console.log(JSON.stringify(verdicts, null, 1));
      else {
        const counts = Object.entries(verdicts.summary).filter(([, count]) => count > 0);
        console.log(counts.map(([status, count]) => `${count} ${status}`).join(' · ') || 'no verdict at all');
        console.log(`the reports are still those of before; write them again:  fleetdiff render ${name}`);
      }
      process.exitCode = verdicts.exitCode;
    });
}
