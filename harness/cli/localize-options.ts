import path from 'node:path';
import { readDevicesFile } from '../config/devices-file.ts';
import { visible } from '../report/escape.ts';
import type { LocalizeStep } from '../stages/localize/localize-target.ts';
import {
  type Localized,
  type LocalizeOptions,
  type LocalizeRequest,
  localizeRun,
} from '../stages/localize.ts';
import type { RunFolder } from '../store/run-folder.ts';
import { interruptible } from './interruptible.ts';

export interface LocalizeCommandOptions {
  readonly devices: string;
  readonly quiet?: boolean;
  readonly exportFolder?: string;
  readonly stability?: boolean;
}

const STEPS: Readonly<Record<LocalizeStep | 'stability', string>> = {
  reference: 'the reference shows its tensors',
  target: 'the target shows its tensors',
  replay: 'each node alone',
  experiments: 'experiments on what differs',
  stability: 'what changes its answer: sessions, batch position, threads, optimization',
};

/** Localizes with progress on stderr; Ctrl-C ends the sessions and keeps what was found. */
export async function localizeFromOptions(
  run: RunFolder,
  requests: readonly LocalizeRequest[],
  options: LocalizeCommandOptions,
): Promise<readonly Localized[]> {
  const workFolder = process.cwd();
  const { appium } = await readDevicesFile(options.devices, process.env);
  const tell: LocalizeOptions['onStep'] = options.quiet
    ? () => {}
    : ({ suite, target }, step) =>
        process.stderr.write(`${visible(`localize  ${suite} ${target}  ${STEPS[step]}`)}\n`);
  return interruptible(
    (signal) =>
      localizeRun(run, requests, {
        appium,
        workFolder,
        scratchFolder: path.join(workFolder, '.fleetdiff'),
        signal,
        clock: () => new Date(),
        onStep: tell,
        ...(options.stability ? { stability: true } : {}),
        ...(options.exportFolder === undefined ? {} : { exportFolder: path.resolve(options.exportFolder) }),
      }),
    {
      endedEarly: (localized) => localized.length < requests.length,
      kept: 'What was localized is kept in diagnosis.json.',
    },
  );
}
