import { Command, Option } from 'commander';
import { readDevicesFile } from '../../config/devices-file.ts';
import { findSuites } from '../../config/find-suites.ts';
import type { Shard } from '../../domain/shard.ts';
import { count } from '../../report/format-number.ts';
import { type Planned, planRun } from '../../stages/plan.ts';
import { addFleetOptions, type FleetOptions, positiveCount, selectionOf, shardOf } from '../fleet-options.ts';
import { packageVersion } from '../version.ts';

export interface PlanCommandOptions extends FleetOptions {
  readonly repeats: number;
  readonly out?: string;
  readonly shard?: Shard;
}

export function planCommand(): Command {
  const command = new Command('plan')
    .description('Write down every capture that must exist; touches no device.')
    .argument('[suite...]', 'suite folders, or names under fixtures/')
    .option('--json', 'print the plan as JSON')
    .addHelpText('after', "\nExample:\n  fleetdiff plan digits --only 'haswell/*'")
    .action(async (suites: string[], options: PlanCommandOptions & { json?: boolean }) => {
      const { run, plan } = await planFromOptions(suites, options);
      if (options.json) console.log(JSON.stringify(plan, null, 1));
      else console.log(`${count(plan.captures.length, 'capture')} planned in ${run.root}`);
    });
  return addPlanOptions(command);
}

export function addPlanOptions(command: Command): Command {
  return addFleetOptions(command)
    .addOption(new Option('--repeats <n>', 'inferences per case').argParser(positiveCount).default(3))
    .addOption(
      new Option('--shard <i/n>', 'capture one part of the plan; devices are not shared').argParser(shardOf),
    )
    .addOption(new Option('--out <dir>', 'the run folder itself').default(undefined, 'reports/<run-id>'));
}

export async function planFromOptions(
  suites: readonly string[],
  options: PlanCommandOptions,
): Promise<Planned> {
  const workFolder = process.cwd();
  return planRun({
    suites: findSuites(suites, workFolder),
    fleet: await readDevicesFile(options.devices, process.env),
    selection: selectionOf(options),
    repeats: options.repeats,
    workFolder,
    ...(options.out === undefined ? {} : { out: options.out }),
    ...(options.shard === undefined ? {} : { shard: options.shard }),
    version: packageVersion(),
    clock: () => new Date(),
  });
}
