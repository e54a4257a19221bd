import { Command } from 'commander';
import { readDeliveries } from '../../stages/deliveries.ts';
import { readPlan } from '../../store/run-files.ts';
import { openRunFolder } from '../../store/run-folder.ts';
import { addCaptureOptions, type CaptureCommandOptions, captureFromOptions } from '../capture-options.ts';
import { EXIT } from '../exit-code.ts';
import { openProgress } from '../progress/progress.ts';

export function captureCommand(): Command {
  const command = new Command('capture')
    .description('Run what the plan asks for and what is not captured yet; the one stage that needs devices.')
    .argument('<run>', 'a run folder, a run id, or latest')
    .option('--devices <file>', 'where Appium is: the fleet', 'devices.yml')
    .option('--json', 'print what became of every planned capture')
    .addHelpText('after', '\nExample:\n  fleetdiff capture latest')
    .action(async (name: string, options: CaptureCommandOptions) => {
      const run = openRunFolder(name, process.cwd());
      const plan = await readPlan(run);
      const { interrupted } = await captureFromOptions(run, plan, options, openProgress(options));
      const deliveries = await readDeliveries(run, plan);
      if (options.json) {
        console.log(
          JSON.stringify(
            {
              schemaVersion: 1,
              kind: 'capture-report',
              captures: deliveries.map(({ planned, status }) => ({ ...planned, status })),
            },
            null,
            1,
          ),
        );
      }
      const complete = deliveries.every(({ status }) => status !== 'absent');
      if (interrupted) process.exitCode = EXIT.interrupted;
      else process.exitCode = complete ? EXIT.withinBudget : EXIT.incomplete;
    });
  return addCaptureOptions(command);
}
