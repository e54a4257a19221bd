import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const DRIVER = path.join(ROOT, 'harness', 'appium-soc-driver');

/** A real Appium server in a process of its own, whose APPIUM_HOME knows the soc driver and nothing else. */
export interface TestAppium {
  readonly url: string;
  close(signal?: NodeJS.Signals): Promise<void>;
}

export async function startAppium(env: Readonly<Record<string, string>> = {}): Promise<TestAppium> {
  const home = await mkdtemp(path.join(tmpdir(), 'fleetdiff-test-appium-'));
  await writeManifest(home);
  const port = await freePort();
  const server = spawn(
    process.execPath,
    [
      path.join(ROOT, 'node_modules/appium/index.js'),
      ...[
        'server',
        '--address',
        '127.0.0.1',
        '--port',
        String(port),
        '--log-level',
        'info',
        '--log-no-colors',
      ],
    ],
    { env: { ...process.env, ...env, APPIUM_HOME: home }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let log = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => (log += chunk));
  const url = `http://127.0.0.1:${port}`;
  await pollUntil(`Appium answers`, 40_000, async () => {
    if (server.exitCode !== null) throw new Error(`Appium ended with ${server.exitCode}:\n${log}`);
    return fetch(`${url}/status`).then(
      (answer) => answer.ok,
      () => false,
    );
  });
  return { url, close: (signal = 'SIGTERM') => close(server, home, signal) };
}

async function close(server: ChildProcess, home: string, signal: NodeJS.Signals): Promise<void> {
  server.kill(signal);
  if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
  await rm(home, { recursive: true, force: true });
}

/** What `appium driver install` would write. */
async function writeManifest(home: string): Promise<void> {
  const { name, version, appium } = JSON.parse(await readFile(path.join(DRIVER, 'package.json'), 'utf8'));
  const { driverName, ...meta } = appium;
  const entry = {
    ...meta,
    pkgName: name,
    version,
    installType: 'local',
    installSpec: DRIVER,
    installPath: DRIVER,
  };
  const folder = path.join(home, 'node_modules/.cache/appium');
  await mkdir(folder, { recursive: true });
  const manifest = { drivers: { [driverName]: entry }, plugins: {}, schemaRev: 4 };
  await writeFile(path.join(folder, 'extensions.yaml'), JSON.stringify(manifest));
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Asks again and again until the answer is yes; throws with `what` once the deadline has passed. */
export async function pollUntil(what: string, timeoutMs: number, ask: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await ask())) {
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
