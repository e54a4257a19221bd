import os from 'node:os';
import path from 'node:path';
import {
  type Job,
  type JobAnswer,
  type JobResult,
  PROTOCOL_VERSION,
  type ProbeResult,
} from '../agents/protocol.ts';
import type { PageAnswer, PageProbe } from '../agents/web/agent.ts';
import type { Device } from '../domain/device.ts';
import type { DeviceFacts } from '../domain/run-files.ts';
import { UserError } from '../domain/user-error.ts';
import type { BlobAccess } from './blob-server.ts';
import { createProfileFolder, removeProfileFolder } from './chromium-leftovers.ts';
import { blobsOf, type FleetContext, type RawSession } from './device-session.ts';
import { freePort } from './free-port.ts';
import { plainReason } from './plain-reason.ts';
import { runsHere, startSession, type WebDriverSession } from './webdriver-client.ts';

/** How long one command waits in the page: chromedriver obeys no other command meanwhile, not even the end of the session. */
const WAIT_IN_PAGE_MS = 2_000;

/** A headless Chromium of this machine with a profile and a chromedriver port of its own, through appium-chromium-driver. */
export async function openChromiumSession(device: Device, context: FleetContext): Promise<RawSession> {
  if (!runsHere(context.appium)) {
    throw new UserError(
      'E_BROWSER_REMOTE',
      `Device "${device.name}": a browser behind ${new URL(context.appium.url).host} cannot load the agent's page, which this machine serves on loopback only.`,
      {
        place: device.place,
        remedies: ['use an Appium server on this machine'],
      },
    );
  }
  const profile = await createProfileFolder(context.profilesRoot);
  let session: WebDriverSession;
  try {
    const capabilities = { ...(await capabilitiesOf(device, context, profile)), ...device.capabilities };
    session = await startSession(context.appium, capabilities, context.sessionTimeoutMs);
  } catch (error) {
    await removeProfileFolder(profile);
    throw error;
  }
  const access = context.blobServer.openAccess({ page: true });
  return {
    async probe() {
      await loadPage(session, access);
      await session.executeScript('fleetdiffAgent.startProbe()', []);
      const answer = await waitForAnswer<PageProbe>(session, context.sessionTimeoutMs);
      if (answer.status === 'failed') throw new Error(`the page could not be probed: ${answer.reason}`);
      const { device: facts } = answer.result;
      return {
        ...answer.result,
        agentSha256: context.pageSha256,
        device: withSoc(facts),
      } satisfies ProbeResult;
    },
    async run(request) {
      access.allow(blobsOf(request));
      const job: Job = { ...request, protocol: PROTOCOL_VERSION, blobs: access.endpoint };
      await loadPage(session, access);
      await session.executeScript('fleetdiffAgent.startJob(arguments[0])', [JSON.stringify(job)]);
      const answer = await waitForAnswer<JobResult>(session, context.jobTimeoutMs);
      if (answer.status === 'failed') return answer;
      return {
        ...answer,
        result: { ...answer.result, device: withSoc(answer.result.device) },
      } satisfies JobAnswer;
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
      const endedPids = await removeProfileFolder(profile);
      if (endedPids.length > 0) context.log('chromium.ended', { device: device.name, endedPids });
    },
  };
}

async function capabilitiesOf(device: Device, { parts, jobTimeoutMs }: FleetContext, profile: string) {
  const { chromium, chromedriver } = parts;
  if (!chromium || !chromedriver) {
    throw new UserError(
      'E_PART_MISSING',
      `Device "${device.name}" needs ${chromium ? 'chromedriver' : 'Chromium'}.`,
      {
        place: device.place,
        remedies: ['fleetdiff doctor --fix'],
      },
    );
  }
  return {
    platformName: 'linux',
    browserName: 'chrome',
    'appium:automationName': 'chromium',
    'appium:executable': chromedriver,
    'appium:autodownloadEnabled': false,
    'appium:chromedriverPort': await freePort(),
    // Marks chromedriver's command line with the folder, so that a leftover of it can be found.
    'appium:logPath': path.join(profile, 'chromedriver.log'),
    'appium:newCommandTimeout': Math.ceil(jobTimeoutMs / 1000) + 60,
    'wdio:enforceWebDriverClassic': true,
    'goog:chromeOptions': { binary: chromium, args: argumentsOf(profile) },
  };
}

function argumentsOf(profile: string): readonly string[] {
  return [
    '--headless=new',
    // Chromium's sandbox refuses to work for root.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-dev-shm-usage',
    '--enable-unsafe-webgpu',
    '--use-webgpu-adapter=swiftshader',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    `--user-data-dir=${path.join(profile, 'user-data')}`,
  ];
}

/** A fresh page for every job: bundles of onnxruntime-web that share a page share its WebAssembly as well. */
async function loadPage(session: WebDriverSession, access: BlobAccess): Promise<void> {
  await session.setTimeouts(0, 30_000, WAIT_IN_PAGE_MS + 30_000);
  await session.navigateTo(`${access.endpoint.url}/agent/`);
  const isolated = await session.executeScript(
    'return globalThis.fleetdiffAgent?.crossOriginIsolated ?? null',
    [],
  );
  if (isolated === true) return;
  throw new Error(
    isolated === null ? 'the page came without its agent' : 'the page is not cross-origin isolated',
  );
}

async function waitForAnswer<Value>(
  session: WebDriverSession,
  timeoutMs: number,
): Promise<PageAnswer<Value>> {
  const script = `const done = arguments[arguments.length - 1];
    fleetdiffAgent.answer(arguments[0]).then(done, (error) => done(JSON.stringify({status: 'failed', reason: String(error)})));`;
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    const text: unknown = await session.executeAsyncScript(script, [WAIT_IN_PAGE_MS]);
    if (typeof text === 'string') return JSON.parse(text) as PageAnswer<Value>;
  }
  throw new Error(`the page had no answer after ${timeoutMs} ms`);
}

/** A page cannot see its CPU; but this one runs on this machine. */
function withSoc(facts: DeviceFacts): DeviceFacts {
  return { ...facts, soc: os.cpus()[0]?.model.trim() || facts.soc };
}
