import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Device } from '../../harness/domain/device.ts';
import { writeAppiumHome } from '../../harness/fleet/appium-home.ts';
import { startEmbeddedAppium } from '../../harness/fleet/appium-server.ts';
import { startBlobServer } from '../../harness/fleet/blob-server.ts';
import type { FleetContext } from '../../harness/fleet/device-session.ts';
import { agentSha256, pageFiles } from '../../harness/fleet/page-files.ts';
import { compileHarness } from './compile-harness.ts';
import { type MemoryBlobs, memoryBlobs } from './memory-blobs.ts';

/** Where Debian puts them; `npm test` provides them before it runs the tests. */
export const CHROMIUM = { chromium: '/usr/bin/chromium', chromedriver: '/usr/bin/chromedriver' };

export interface TestFleet {
  readonly context: FleetContext;
  readonly blobs: MemoryBlobs;
  readonly folder: string;
  readonly appiumLog: string;
  close(): Promise<void>;
}

/** A real Appium server, a blob server and a folder of its own for everything else. */
export async function openTestFleet(): Promise<TestFleet> {
  for (const file of Object.values(CHROMIUM))
    if (!existsSync(file)) throw new Error(`${file}: fleetdiff doctor --fix`);
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-fleet-'));
  const { root, remove } = compileHarness();
  const pages = pageFiles(path.join(root, 'agents'));
  const blobs = memoryBlobs();
  const blobServer = await startBlobServer(blobs, pages);
  const home = await writeAppiumHome(path.join(folder, 'appium-home'));
  const appiumLog = path.join(folder, 'appium.log');
  const appium = await startEmbeddedAppium({
    appiumHome: home.folder,
    logFile: appiumLog,
    hostModule: path.join(root, 'fleet', 'appium-host.js'),
  });
  const context: FleetContext = {
    appium,
    drivers: home.drivers,
    blobServer,
    blobs,
    parts: { ...CHROMIUM, emulators: {} },
    agentsFolder: path.join(root, 'agents'),
    pageSha256: await agentSha256(pages),
    profilesRoot: path.join(folder, 'profiles'),
    sessionTimeoutMs: 60_000,
    jobTimeoutMs: 120_000,
    log: () => {},
  };
  return {
    context,
    blobs,
    folder,
    appiumLog,
    async close() {
      await appium.close();
      await blobServer.close();
      await rm(folder, { recursive: true, force: true });
      remove();
    },
  };
}

export const CHROMIUM_DEVICE: Device = {
  name: 'chromium',
  driver: 'chromium',
  soc: 'SwiftShader',
  tags: [],
  optional: false,
  delegates: [],
  capabilities: {},
  place: { file: 'devices.yml', line: 1 },
};
