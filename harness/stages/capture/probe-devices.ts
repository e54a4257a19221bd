import path from 'node:path';
import type { ProbeResult } from '../../agents/protocol.ts';
import type { AppiumServer } from '../../config/appium-server.ts';
import type { Device } from '../../domain/device.ts';
import type { Place } from '../../domain/user-error.ts';
import { plainReason } from '../../fleet/plain-reason.ts';
import { redactor } from '../../fleet/redact.ts';
import { checkParts } from '../../provision/check-parts.ts';
import { locateParts } from '../../provision/locate-parts.ts';
import { thisMachine } from '../../provision/machine.ts';
import { partsNeededBy } from '../../provision/parts-needed.ts';
import { openBlobStore } from '../../store/blob-store.ts';
import { missingPartsOf } from './missing-parts.ts';
import { type OpenFleet, openFleet } from './open-fleet.ts';
import { makeScratchFolder } from './scratch-folder.ts';
import { secretsOf } from './secrets.ts';

/** What a device said of itself, or why it said nothing. */
export type ProbedDevice =
  | { readonly device: string; readonly status: 'answered'; readonly probe: ProbeResult }
  | {
      readonly device: string;
      readonly status: 'skipped' | 'failed';
      readonly reason: string;
      /** Where devices.yml speaks of it. */
      readonly place: Place;
    };

export interface ProbeOptions {
  readonly appium: AppiumServer;
  readonly workFolder: string;
  readonly scratchFolder: string;
  readonly signal: AbortSignal;
  readonly onProbed: (probed: ProbedDevice) => void;
}

/** Opens a session to each device in turn and closes it again. An interrupt leaves the rest of them out. */
export async function probeDevices(
  devices: readonly Device[],
  options: ProbeOptions,
): Promise<readonly ProbedDevice[]> {
  const scratch = await makeScratchFolder(options.scratchFolder, 'probe');
  try {
    return await probeAll(devices, scratch.path, options);
  } finally {
    await scratch.remove();
  }
}

async function probeAll(
  devices: readonly Device[],
  scratch: string,
  options: ProbeOptions,
): Promise<readonly ProbedDevice[]> {
  const secrets = secretsOf(options.appium, devices, process.env);
  const redact = redactor(secrets);
  const fleet = await openFleet({
    appium: options.appium,
    parts: await locateParts(options.workFolder),
    blobs: openBlobStore(path.join(scratch, 'blobs')),
    scratchFolder: options.scratchFolder,
    appiumLog: path.join(scratch, 'appium.log'),
    log: () => {},
    secrets,
  });
  try {
    const probed: ProbedDevice[] = [];
    for (const device of devices) {
      if (options.signal.aborted) break;
      const each = await probeDevice(device, fleet, redact, options);
      // It did not fail: it was not let finish.
      if (options.signal.aborted && each.status === 'failed') break;
      probed.push(each);
      options.onProbed(each);
    }
    return probed;
  } finally {
    await fleet.close();
  }
}

async function probeDevice(
  device: Device,
  fleet: OpenFleet,
  redact: (text: string) => string,
  options: ProbeOptions,
): Promise<ProbedDevice> {
  const { arch } = thisMachine();
  const statuses = await checkParts(options.workFolder, partsNeededBy(device, arch));
  const missing = device.delegates
    .map((delegate) => missingPartsOf(device, delegate, statuses, arch))
    .find((each) => each !== undefined);
  if (missing && options.appium.mode === 'embedded') {
    const status = device.optional ? 'skipped' : 'failed';
    const reason = `${missing.reason}; provide it:  ${missing.remedy}`;
    return { device: device.name, status, reason, place: device.place };
  }
  try {
    const session = await fleet.openSession(device, options.signal);
    try {
      return { device: device.name, status: 'answered', probe: await session.probe() };
    } finally {
      await session.close();
    }
  } catch (error) {
    // A device that does not answer is what this command is asked to find.
    return { device: device.name, status: 'failed', reason: redact(plainReason(error)), place: device.place };
  }
}
