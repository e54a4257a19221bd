import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createProfileFolder, removeChromiumLeftovers } from '../../harness/fleet/chromium-leftovers.ts';
import { compileHarness } from './compile-harness.ts';
import { CHROMIUM, CHROMIUM_DEVICE } from './open-test-fleet.ts';

let root: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'fleetdiff-leftovers-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(root, { recursive: true, force: true });
});

const alive = (pid: number) => existsSync(`/proc/${pid}`);

/** A process that does nothing but hold an argument. */
async function holder(argument: string): Promise<number> {
  const child = spawn(process.execPath, [
    '-e',
    'setInterval(() => {}, 1000); console.log(1)',
    '--',
    argument,
  ]);
  children.push(child);
  await once(child.stdout, 'data');
  return child.pid!;
}

async function disown(folder: string, owner: unknown): Promise<void> {
  await writeFile(`${folder}.owner.json`, typeof owner === 'string' ? owner : JSON.stringify(owner));
}

test('a run that lives keeps its folder and its processes', async () => {
  const folder = await createProfileFolder(root);
  const pid = await holder(`--user-data-dir=${folder}/user-data`);
  expect(await removeChromiumLeftovers(root)).toEqual({ folders: [], endedPids: [] });
  expect(existsSync(folder)).toBe(true);
  expect(alive(pid)).toBe(true);
});

test.for<[name: string, owner: unknown]>([
  ['has died', { pid: 2 ** 22 + 1, startTicks: '1' }],
  ['has died, its number used again', { pid: process.pid, startTicks: '1' }],
  ['died while it wrote its mark', '{"pid":'],
  ['wrote nonsense', { pid: -1, startTicks: 1 }],
])('a run that %s loses both, and nobody else anything', async ([, owner]) => {
  const folder = await createProfileFolder(root);
  const browser = await holder(`--user-data-dir=${folder}/user-data`);
  const driver = await holder(`--log-path=${folder}/chromedriver.log`);
  const neighbour = await holder(`--user-data-dir=${folder}-2/user-data`);
  await disown(folder, owner);
  const { folders, endedPids } = await removeChromiumLeftovers(root);
  expect(folders).toEqual([folder]);
  expect([...endedPids].sort()).toEqual([browser, driver].sort());
  expect(alive(neighbour)).toBe(true);
  expect(await readdir(root)).toEqual([]);
});

test('a root that is not there holds no leftovers', async () => {
  expect(await removeChromiumLeftovers(path.join(root, 'none'))).toEqual({ folders: [], endedPids: [] });
});

describe('a real run', () => {
  let compiled: ReturnType<typeof compileHarness>;
  beforeEach(() => {
    compiled = compileHarness();
  });
  afterEach(() => compiled.remove());

  /** A harness of its own process with an open Chromium session; tells the pid of its Appium. */
  async function startRun(): Promise<{ harness: ChildProcess; appiumPid: number }> {
    const load = (name: string) =>
      JSON.stringify(pathToFileURL(path.join(compiled.root, 'fleet', name)).href);
    const script = path.join(compiled.root, 'run.mjs');
    const context = { ...CHROMIUM, emulators: {} };
    await writeFile(
      script,
      `const { writeAppiumHome } = await import(${load('appium-home.js')});
       const { startEmbeddedAppium } = await import(${load('appium-server.js')});
       const { startBlobServer } = await import(${load('blob-server.js')});
       const { pageFiles } = await import(${load('page-files.js')});
       const { openDeviceSession } = await import(${load('open-session.js')});
       const root = ${JSON.stringify(root)};
       const home = await writeAppiumHome(root + '/home');
       const appium = await startEmbeddedAppium({ appiumHome: home.folder, logFile: root + '/appium.log' });
       const blobServer = await startBlobServer({}, pageFiles());
       await openDeviceSession(${JSON.stringify(CHROMIUM_DEVICE)}, {
         appium, blobServer, parts: ${JSON.stringify(context)}, profilesRoot: root + '/profiles',
         sessionTimeoutMs: 60000, jobTimeoutMs: 60000, log() {} }, new AbortController().signal);
       console.log(appium.pid);`,
    );
    const harness = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(harness);
    const [line] = (await once(createInterface(harness.stdout!), 'line')) as [string];
    return { harness, appiumPid: Number(line) };
  }

  /** Processes with the profiles' folder in their command line. */
  async function browserPids(): Promise<readonly number[]> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(
      pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
    );
    return pids.filter((_, index) => lines[index]!.includes(path.join(root, 'profiles'))).map(Number);
  }

  async function until(condition: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (!(await condition())) {
      if (Date.now() > deadline) throw new Error('it did not come true within 20 s');
      await delay(50);
    }
  }

  test('killed with its Appium leaves a browser, and the next start ends it', {
    timeout: 90_000,
  }, async () => {
    const { harness, appiumPid } = await startRun();
    process.kill(appiumPid, 'SIGKILL');
    harness.kill('SIGKILL');
    await until(async () => !alive(appiumPid) && harness.signalCode !== null);
    expect((await browserPids()).length).toBeGreaterThan(1);
    const { folders, endedPids } = await removeChromiumLeftovers(path.join(root, 'profiles'));
    expect(folders).toHaveLength(1);
    expect(endedPids.length).toBeGreaterThan(1);
    await until(async () => (await browserPids()).length === 0);
    expect(await readdir(path.join(root, 'profiles'))).toEqual([]);
  });

  test('killed alone takes Appium and the browser with it', { timeout: 90_000 }, async () => {
    const { harness, appiumPid } = await startRun();
    expect((await browserPids()).length).toBeGreaterThan(1);
    harness.kill('SIGKILL');
    await until(async () => !alive(appiumPid) && (await browserPids()).length === 0);
  });
});
