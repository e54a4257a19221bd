import type { Device, DriverName } from '../domain/device.ts';
import { checkJobAnswer, checkProbe } from './check-result.ts';
import { openChromiumSession } from './chromium-session.ts';
import type { DeviceSession, FleetContext, RawSession } from './device-session.ts';
import { openSocSession } from './soc-session.ts';

type OpenSession = (device: Device, context: FleetContext) => Promise<RawSession>;

const DRIVERS: Readonly<Record<DriverName, OpenSession>> = {
  soc: openSocSession,
  chromium: openChromiumSession,
};

/** Opens a session to a device through Appium. All that it answers has been checked: what a device says is not trusted. */
export async function openDeviceSession(
  device: Device,
  context: FleetContext,
  signal: AbortSignal,
): Promise<DeviceSession> {
  signal.throwIfAborted();
  const raw = await DRIVERS[device.driver](device, context);
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= raw.close();
    return closing;
  };
  if (signal.aborted) {
    await close();
    signal.throwIfAborted();
  }
  return {
    probe: async () => checkProbe(await raw.probe()),
    run: async (request) => checkJobAnswer(await raw.run(request), request, context.blobs),
    close,
  };
}
