import { availableParallelism } from 'node:os';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { readDevicesFile } from '../config/devices-file.ts';
import type { Plan } from '../domain/run-files.ts';
import { type CaptureReport, captureRun } from '../stages/capture.ts';
import type { RunFolder } from '../store/run-folder.ts';
import { positiveCount } from './fleet-options.ts';
import { interruptible } from './interruptible.ts';
import { progressPrinter } from './print-progress.ts';
import { provideRuntimeFor } from './provide-for.ts';

export interface CaptureCommandOptions {
  readonly devices: string;
  readonly concurrency: number;
  readonly quiet?: boolean;
  /** `run` alone has it: whatever was missing has been tried to provide by then. */
  readonly provide?: boolean;
}

export function addCaptureOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--concurrency <n>', 'devices at work at once')
        .argParser(positiveCount)
        .default(availableParallelism(), 'cores'),
    )
    .option('--quiet', 'no progress');
}

/** Captures with progress on stderr. Ctrl-C ends the sessions and keeps what was captured; a second one ends at once. */
export async function captureFromOptions(
  run: RunFolder,
  plan: Plan,
  options: CaptureCommandOptions,
): Promise<CaptureReport> {
  const workFolder = process.cwd();
  const fleet = await readDevicesFile(options.devices, process.env);
  if (!options.provide)
    await provideRuntimeFor(plan.devices, workFolder, { appium: fleet.appium, quiet: options.quiet });
  return interruptible((signal) =>
    captureRun(run, plan, {
      appium: fleet.appium,
      workFolder,
      scratchFolder: path.join(workFolder, '.fleetdiff'),
      concurrency: options.concurrency,
      retries: 1,
      signal,
      clock: () => new Date(),
      onEvent: options.quiet ? () => {} : progressPrinter(plan, (line) => process.stderr.write(`${line}\n`)),
    }),
  );
}
