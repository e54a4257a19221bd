import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startBlobServer, type TestBlobServer } from '../agents/blob-server.ts';
import { CPU, EXPECTED, matmulJob } from '../agents/jobs.ts';
import { pollUntil, startAppium, type TestAppium } from './appium-server.ts';
import { agentsWith } from './processes.ts';
import { startBoard, type TestBoard } from './ssh-server.ts';
import { startSession } from './webdriver.ts';

let appium: TestAppium;
let server: TestBlobServer;
let board: TestBoard;

beforeAll(async () => {
  [appium, server, board] = await Promise.all([startAppium(), startBlobServer(), startBoard()]);
});
afterEach(() => {
  server.requests.length = 0;
});
afterAll(async () => {
  await appium?.close();
  await server?.close();
  await board?.close();
});

const ssh = (changes: Record<string, unknown> = {}) => ({
  destination: board.destination,
  port: board.port,
  identityFile: board.identityFile,
  knownHostsFile: board.knownHostsFile,
  node: process.execPath,
  ...changes,
});

const capabilities = (changes: Record<string, unknown> = {}, more: Record<string, unknown> = {}) => ({
  'appium:launch': 'ssh',
  'appium:ssh': ssh(changes),
  'appium:blobServer': server.origin,
  ...more,
});

/** Bundles that lie whole on the board, with the time of their arrival. */
function bundles(): (readonly [name: string, arrivedMs: number])[] {
  const folder = path.join(board.home, '.cache/fleetdiff');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => [name, statSync(path.join(folder, name, 'complete')).mtimeMs]);
}

test('a board gets the agent once, computes, and reaches the blobs by its tunnel', async () => {
  expect(bundles()).toEqual([]);
  const first = await startSession(appium.url, capabilities());
  const arrived = bundles();
  expect(arrived).toHaveLength(1);
  expect(arrived[0]?.[0]).toMatch(/^[0-9a-f]{64}$/);
  expect((await first.probe()).device.host).toEqual({ name: 'node', version: process.versions.node });
  const answer = await first.run(matmulJob(server));
  if (answer.status === 'failed') throw new Error(answer.reason);
  const sha256 = answer.result.cases[0]?.repeats[0]?.[0]?.sha256 ?? '';
  // Which of the two depends on this machine's own CPU.
  expect([EXPECTED.matmul.exact, EXPECTED.matmul.saturated]).toContain(
    server.blobs.get(sha256)?.toString('hex'),
  );
  await first.end();
  // To look, to upload, to run.
  expect(board.logins()).toBe(3);
  const second = await startSession(appium.url, capabilities());
  expect((await second.run(matmulJob(server))).status).toBe('done');
  await second.end();
  // To look, to run.
  expect(board.logins()).toBe(5);
  expect(bundles()).toEqual(arrived);
});

test("variables reach the board's agent, whatever stands in them", async () => {
  const session = await startSession(appium.url, capabilities());
  const value = `it's "$HOME" \`id\`; \\ ${process.pid}`;
  const answer = await session.run(matmulJob(server, { delegate: { ...CPU, env: { TEST_MARK: value } } }));
  expect(answer.status).toBe('done');
  const [agent] = agentsWith(`TEST_MARK=${value}`);
  expect(readFileSync(`/proc/${agent}/cmdline`, 'utf8')).toContain(path.join(board.home, '.cache/fleetdiff'));
  await session.end();
});

test('ending a session while a job runs ends the agent on the board', async () => {
  const mark = `ssh-${process.pid}`;
  const session = await startSession(appium.url, capabilities({}, { 'appium:env': { TEST_MARK: mark } }));
  const caught = session.run(matmulJob(server, { repeats: 1_000_000 })).catch((error: unknown) => error);
  await pollUntil('the job has begun', 20_000, async () => server.requests.length > 0);
  await session.end();
  await caught;
  await pollUntil('the agent has ended', 10_000, async () => agentsWith(`TEST_MARK=${mark}`).length === 0);
});

test('blobs elsewhere than at the end of the tunnel are refused', async () => {
  const session = await startSession(appium.url, capabilities());
  const job = { ...matmulJob(server), blobs: { url: 'http://127.0.0.1:1/token' } };
  await expect(session.run(job)).rejects.toMatchObject({
    code: 'invalid argument',
    message: expect.stringMatching(/blobs are at http:\/\/127.0.0.1:1, but this session's tunnel leads to/),
  });
  await session.end();
});

test.for([
  [
    'a host key that nobody has confirmed',
    () => ({ knownHostsFile: '/dev/null' }),
    /host key is unknown or has changed.*ssh-keyscan/s,
  ],
  [
    'a key that the board does not know',
    () => ({ identityFile: board.strangerIdentityFile }),
    /refuses the key.*Permission denied/s,
  ],
  ['a board that is off', () => ({ port: 1 }), /cannot be reached.*Connection refused/s],
  ['no Node at that place', () => ({ node: '/no/node' }), /no Node at "\/no\/node".*appium:ssh node/s],
  ['a Node that is too old', () => ({ node: fakeNode('v18.20.4') }), /its Node is 18\.20\.4; 20 or newer/],
  [
    'a key that gets no tunnel',
    () => ({ identityFile: board.tunnellessIdentityFile }),
    /allows no tunnel.*AllowTcpForwarding/s,
  ],
] as const)('refused: %s', async ([, changes, message]) => {
  await expect(startSession(appium.url, capabilities(changes()))).rejects.toMatchObject({
    code: 'session not created',
    message: expect.stringMatching(message),
  });
});

function fakeNode(version: string): string {
  const file = path.join(board.home, 'node-old');
  writeFileSync(file, `#!/bin/sh\necho ${version}\n`);
  chmodSync(file, 0o755);
  return file;
}
