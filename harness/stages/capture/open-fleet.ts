import path from 'node:path';
import type { AppiumServer as AppiumChoice } from '../../config/appium-server.ts';
import { resolveCapabilities } from '../../config/devices-file.ts';
import type { Device } from '../../domain/device.ts';
import { writeAppiumHome } from '../../fleet/appium-home.ts';
import { connectAppium, startEmbeddedAppium } from '../../fleet/appium-server.ts';
import { startBlobServer } from '../../fleet/blob-server.ts';
import { removeChromiumLeftovers } from '../../fleet/chromium-leftovers.ts';
import { compiledRoot } from '../../fleet/compiled-file.ts';
import type { DeviceSession, FleetContext } from '../../fleet/device-session.ts';
import { openDeviceSession } from '../../fleet/open-session.ts';
import { agentSha256, pageFiles } from '../../fleet/page-files.ts';
import type { LocatedParts } from '../../provision/locate-parts.ts';
import type { BlobStore } from '../../store/blob-store.ts';
import { makeScratchFolder, removeDeadScratch } from './scratch-folder.ts';

export interface FleetSettings {
  readonly appium: AppiumChoice;
  readonly parts: LocatedParts;
  readonly blobs: BlobStore;
  /** `.fleetdiff` of the working folder: Appium's home and browser profiles while the fleet is open. */
  readonly scratchFolder: string;
  readonly appiumLog: string;
  readonly log: FleetContext['log'];
  /** Texts that may not reach any file (`secretsOf`). */
  readonly secrets: readonly string[];
}

/** Everything between the harness and its devices, open. */
export interface OpenFleet {
  readonly context: FleetContext;
  openSession(device: Device, signal: AbortSignal): Promise<DeviceSession>;
  close(): Promise<void>;
}

const SESSION_TIMEOUT_MS = 120_000;
const JOB_TIMEOUT_MS = 60 * 60_000;

/** Cleans up after killed runs, then starts Appium (or takes the one that devices.yml names) and the blob server. */
export async function openFleet(settings: FleetSettings): Promise<OpenFleet> {
  const { appium: choice, blobs, log } = settings;
  const profilesRoot = path.resolve(settings.scratchFolder, 'profiles');
  const leftovers = await removeChromiumLeftovers(profilesRoot);
  if (leftovers.folders.length > 0) log('leftovers', { ...leftovers });
  const dead = await removeDeadScratch(settings.scratchFolder);
  if (dead.length > 0) log('leftovers', { folders: dead });
  const appiumHome = await makeScratchFolder(settings.scratchFolder, 'appium');
  const { drivers } = await writeAppiumHome(appiumHome.path);
  const pages = pageFiles();
  const pageSha256 = await agentSha256(pages);
  const blobServer = await startBlobServer(blobs, pages, {
    onError: (error) => log('blobs', { error: String(error) }),
  });
  const closeAll = async (closeAppium?: () => Promise<void>) => {
    await closeAppium?.();
    await blobServer.close();
    await appiumHome.remove();
  };
  try {
    const appium =
      choice.mode === 'url'
        ? await connectAppium(choice.url)
        : await startEmbeddedAppium({
            appiumHome: appiumHome.path,
            logFile: settings.appiumLog,
            secrets: settings.secrets,
          });
    log('appium', { mode: appium.mode, version: appium.version });
    const context: FleetContext = {
      appium,
      drivers,
      blobServer,
      blobs,
      parts: settings.parts,
      agentsFolder: path.join(compiledRoot(), 'agents'),
      pageSha256,
      profilesRoot,
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      jobTimeoutMs: JOB_TIMEOUT_MS,
      log,
    };
    return {
      context,
      openSession: (device, signal) =>
        openDeviceSession(
          { ...device, capabilities: resolveCapabilities(device, process.env) },
          context,
          signal,
        ),
      close: () => closeAll(appium.close),
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}
