import path from 'node:path';
import { readDevicesFile } from '../config/devices-file.ts';
import { type Localized, type LocalizeRequest, localizeRun } from '../stages/localize.ts';
import type { RunFolder } from '../store/run-folder.ts';
import { interruptible } from './interruptible.ts';
import type { Progress } from './progress/progress.ts';

export interface LocalizeCommandOptions {
  readonly devices: string;
  readonly exportFolder?: string;
  readonly stability?: boolean;
}

/** Localizes with progress on stderr; Ctrl-C ends the sessions and keeps what was found. */
export async function localizeFromOptions(
  run: RunFolder,
  requests: readonly LocalizeRequest[],
  options: LocalizeCommandOptions,
  progress: Progress,
): Promise<readonly Localized[]> {
  const workFolder = process.cwd();
  const { appium } = await readDevicesFile(options.devices, process.env);
  const localize = () =>
    interruptible(
      (signal) =>
        localizeRun(run, requests, {
          appium,
          workFolder,
          scratchFolder: path.join(workFolder, '.fleetdiff'),
          signal,
          clock: () => new Date(),
          onEvent: progress.localizing(requests.length),
          ...(progress.onLog === undefined ? {} : { onLog: progress.onLog }),
          ...(options.stability ? { stability: true } : {}),
          ...(options.exportFolder === undefined ? {} : { exportFolder: path.resolve(options.exportFolder) }),
        }),
      {
        endedEarly: (localized) => localized.length < requests.length,
        kept: 'What was localized is kept in diagnosis.json.',
        tell: progress.note,
      },
    );
  return progress.stage('localize', localize);
}
