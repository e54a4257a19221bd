import path from 'node:path';
import { type Job, PROTOCOL_VERSION } from '../agents/protocol.ts';
import type { Device, Launch } from '../domain/device.ts';
import { UserError } from '../domain/user-error.ts';
import { blobsOf, type FleetContext, type RawSession } from './device-session.ts';
import { plainReason } from './plain-reason.ts';
import { runsHere, startSession } from './webdriver-client.ts';
import { withTimeout } from './with-timeout.ts';

/** A process on this machine, on an emulated SoC or on an SSH board, through our own Appium driver. */
export async function openSocSession(device: Device, context: FleetContext): Promise<RawSession> {
  const { appium, blobServer, jobTimeoutMs, sessionTimeoutMs } = context;
  const session = await startSession(appium, capabilitiesOf(device, context), jobTimeoutMs + 10_000);
  const access = blobServer.openAccess();
  return {
    probe: () =>
      withTimeout(
        session.executeScript('fleetdiff: probe', [{}]),
        sessionTimeoutMs,
        'the agent did not answer its probe',
      ),
    run(request) {
      access.allow(blobsOf(request));
      const job: Job = { ...request, protocol: PROTOCOL_VERSION, blobs: access.endpoint };
      return withTimeout(
        session.executeScript('fleetdiff: run', [{ job }]),
        jobTimeoutMs,
        'the job had no answer',
      );
    },
    async close() {
      try {
        await session.deleteSession();
      } catch (error) {
        // The session may have ended by itself, and that is what close is for.
        context.log('session.close', { device: device.name, error: plainReason(error) });
      }
      // Not before: a job under way would find its blobs gone, and answer that it failed.
      access.close();
    },
  };
}

function capabilitiesOf(device: Device, context: FleetContext): Record<string, unknown> {
  const { launch, place, name } = device;
  const { runtimeModules } = context.parts;
  if (!launch)
    throw new UserError('E_DEVICE_LAUNCH', `Device "${name}" says nothing of how it is launched.`, { place });
  return {
    platformName: 'Linux',
    'appium:automationName': 'Soc',
    'appium:deviceName': name,
    'appium:blobServer': context.blobServer.origin,
    'appium:newCommandTimeout': Math.ceil(context.jobTimeoutMs / 1000) + 60,
    // A server elsewhere has agents and a runtime of its own.
    ...(runsHere(context.appium)
      ? {
          'appium:agentRoot': path.resolve(context.agentsFolder),
          ...(runtimeModules === undefined ? {} : { 'appium:runtimeModules': path.resolve(runtimeModules) }),
        }
      : {}),
    ...launchCapabilities(device, launch, context),
    ...device.capabilities,
  };
}

function launchCapabilities(
  device: Device,
  launch: Launch,
  { parts }: FleetContext,
): Record<string, unknown> {
  if (launch.kind === 'host') return { 'appium:launch': 'host' };
  if (launch.kind === 'ssh') {
    const { kind: _, ...ssh } = launch;
    return { 'appium:launch': 'ssh', 'appium:ssh': ssh };
  }
  const emulator = parts.emulators[launch.arch];
  if (!emulator) {
    throw new UserError('E_PART_MISSING', `Device "${device.name}" needs an emulator of ${launch.arch}.`, {
      place: device.place,
      remedies: ['fleetdiff doctor --fix'],
    });
  }
  return {
    'appium:launch': launch.emulator,
    'appium:arch': launch.arch,
    'appium:cpu': launch.cpu,
    'appium:emulator': emulator,
  };
}
