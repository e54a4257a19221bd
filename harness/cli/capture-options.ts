import { availableParallelism } from 'node:os';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { type Fleet, readDevicesFile } from '../config/devices-file.ts';
import type { Plan } from '../domain/run-files.ts';
import { visible } from '../report/escape.ts';
import { type CaptureReport, captureRun } from '../stages/capture.ts';
import { changedDevices } from '../stages/plan/changed-devices.ts';
import type { RunFolder } from '../store/run-folder.ts';
import { positiveCount } from './fleet-options.ts';
import { interruptible } from './interruptible.ts';
import { formatUserError } from './print-error.ts';
import type { Progress } from './progress/progress.ts';
import { provideRuntimeFor } from './provide-for.ts';

export interface CaptureCommandOptions {
  readonly devices: string;
  readonly concurrency: number;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
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
    .option('--quiet', 'no progress')
    .option('--verbose', 'progress as lines, with what log.ndjson is told');
}

/** Captures with progress on stderr. Ctrl-C ends the sessions and keeps what was captured; a second one ends at once. */
export async function captureFromOptions(
  run: RunFolder,
  plan: Plan,
  options: CaptureCommandOptions,
  progress: Progress,
): Promise<CaptureReport> {
  const workFolder = process.cwd();
  const fleet = await readDevicesFile(options.devices, process.env);
  if (!options.provide)
    await provideRuntimeFor(plan.devices, workFolder, {
      appium: fleet.appium,
      quiet: options.quiet,
    });
  tellOfChangedDevices(plan, fleet, options.devices);
  const capture = () =>
    interruptible(
      (signal) =>
        captureRun(run, plan, {
          appium: fleet.appium,
          workFolder,
          scratchFolder: path.join(workFolder, '.fleetdiff'),
          concurrency: options.concurrency,
          retries: 1,
          signal,
          clock: () => new Date(),
          onEvent: progress.capturing(plan),
          ...(progress.onLog === undefined ? {} : { onLog: progress.onLog }),
        }),
      { tell: progress.note },
    );
  const report = await progress.stage('capture', capture, ({ interrupted, trouble }) =>
    interrupted ? 'interrupted' : trouble ? 'there is no Appium' : '',
  );
  if (report.trouble) process.stderr.write(`${formatUserError(report.trouble)}\n`);
  return report;
}

/** The plan's devices are the ones that are driven; who changed devices.yml since may expect otherwise. */
function tellOfChangedDevices(plan: Plan, fleet: Fleet, file: string): void {
  const changed = changedDevices(plan.devices, fleet.devices);
  if (changed.length === 0) return;
  const names = changed.map(({ name }) => name).join(', ');
  process.stderr.write(
    `${visible(file)} has changed since the plan, which is followed; it differs in: ${names}\n`,
  );
}
