import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectAppium, startEmbeddedAppium } from '../../harness/fleet/appium-server.ts';
import { freePort } from '../../harness/fleet/free-port.ts';
import { openTestFleet } from './open-test-fleet.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-appium-'));
});
afterAll(() => rm(folder, { recursive: true }));

const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('an embedded server', () => {
  test('answers on loopback below a path that nobody can guess, and ends when it is closed', {
    timeout: 90_000,
  }, async () => {
    const fleet = await openTestFleet();
    const { url, version, pid } = fleet.context.appium;
    try {
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}$/);
      expect(version).toBe('3.8.0');
      expect((await fetch(`${new URL(url).origin}/status`)).status).toBe(404);
      const log = await readFile(fleet.appiumLog, 'utf8');
      expect(log).toContain('chromium@');
      expect(log).toContain('soc@');
      expect(log).not.toContain('\u001b[');
      expect(log).not.toMatch(/registry|had .*errors/i);
    } finally {
      await fleet.close();
    }
    expect(() => process.kill(pid!, 0)).toThrow('ESRCH');
    expect(await failure(fetch(`${url}/status`))).toBeInstanceOf(TypeError);
  });

  test.for<[name: string, host: string, reason: RegExp]>([
    [
      'dies',
      'console.error("cannot load driver"); process.exit(3);',
      /it ended \(3\)\n {4}cannot load driver/,
    ],
    [
      'is never ready',
      'setInterval(() => {}, 1000); process.on("disconnect", () => process.exit());',
      /not ready after 2000 ms/,
    ],
    ['reports what failed', 'process.send({status: "failed", reason: "bad home"});', /bad home/],
  ])('that %s is an error with the end of its log', async ([name, source, reason]) => {
    const hostModule = path.join(folder, `${name.replaceAll(' ', '-')}.mjs`);
    await writeFile(hostModule, source);
    const logFile = path.join(folder, `${name}.log`);
    const error = await failure(
      startEmbeddedAppium({ appiumHome: folder, logFile, hostModule, startTimeoutMs: 2000 }),
    );
    expect(error).toMatchObject({ code: 'E_APPIUM_START', place: { file: logFile } });
    expect((error as Error).message).toMatch(reason);
  });
});

describe('a server by its url', () => {
  let server: Server;
  let origin: string;
  const seen: (string | undefined)[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      const status = request.url === '/wd/hub/status' ? 200 : 404;
      response.writeHead(status).end('{"value":{"ready":true,"build":{"version":"2.5"}}}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  test('is asked for its status, with the credentials of the url', async () => {
    const appium = await connectAppium(`http://me:p%40ss@${origin}/wd/hub/`);
    expect(appium).toMatchObject({ mode: 'url', version: '2.5', url: `http://me:p%40ss@${origin}/wd/hub` });
    // printf 'me:p@ss' | base64
    expect(seen.at(-1)).toBe('Basic bWU6cEBzcw==');
  });

  test('that answers something else is an error without the credentials', async () => {
    const error = await failure(connectAppium(`http://me:secret@${origin}`));
    expect(error).toMatchObject({ code: 'E_APPIUM_UNREACHABLE', message: expect.stringContaining('404') });
    expect(JSON.stringify(error) + (error as Error).message).not.toContain('secret');
  });

  test('that does not answer is an error that says why', async () => {
    const error = await failure(connectAppium(`http://127.0.0.1:${await freePort()}`));
    expect(error).toMatchObject({
      code: 'E_APPIUM_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
