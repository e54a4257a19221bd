import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startBlobServer, type TestBlobServer } from '../agents/blob-server.ts';
import { CPU, EXPECTED, matmulJob } from '../agents/jobs.ts';
import { pollUntil, startAppium, type TestAppium } from './appium-server.ts';
import { agentsWith, isAlive } from './processes.ts';
import { startSession, WebDriverError } from './webdriver.ts';

let appium: TestAppium;
let server: TestBlobServer;
/** Where the servers of this file make their sessions' folders. */
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'fleetdiff-test-soc-'));
  [appium, server] = await Promise.all([startAppium({ TMPDIR: scratch }), startBlobServer()]);
});
afterEach(() => {
  server.requests.length = 0;
});
afterAll(async () => {
  await appium.close();
  await server.close();
  await rm(scratch, { recursive: true, force: true });
});

/** A session whose agent processes carry a mark, so that this test sees its own and no other. */
async function markedSession(extra: Record<string, unknown> = {}) {
  const mark = `mark-${Math.random().toString(36).slice(2)}`;
  const session = await startSession(appium.url, {
    'appium:launch': 'host',
    'appium:env': { TEST_MARK: mark },
    ...extra,
  });
  return { session, agents: () => agentsWith(`TEST_MARK=${mark}`) };
}

const longJob = () => matmulJob(server, { repeats: 1_000_000 });
const sessionFolders = async () =>
  (await readdir(scratch)).filter((name) => name.startsWith('fleetdiff-soc-'));

test('a session on this host: probe, job, end; nothing is left', async () => {
  const before = await sessionFolders();
  const { session, agents } = await markedSession();
  const probe = await session.probe();
  expect(probe.device.host).toEqual({ name: 'node', version: process.versions.node });
  expect(probe.device.emulator).toBeUndefined();
  const answer = await session.run(matmulJob(server, { id: 'j7' }));
  if (answer.status === 'failed') throw new Error(answer.reason);
  expect(answer.result.id).toBe('j7');
  const sha256 = answer.result.cases[0]?.repeats[0]?.[0]?.sha256 ?? '';
  // Which of the two depends on this machine's own CPU.
  expect([EXPECTED.matmul.exact, EXPECTED.matmul.saturated]).toContain(
    server.blobs.get(sha256)?.toString('hex'),
  );
  expect(agents()).toHaveLength(1);
  await session.end();
  expect(agents()).toEqual([]);
  expect(await sessionFolders()).toEqual(before);
});

test('a failed job is an answer, and the session goes on', async () => {
  const { session } = await markedSession();
  const delegate = { ...CPU, provider: 'coreml' };
  expect(await session.run(matmulJob(server, { delegate }))).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining('it has: cpu'),
  });
  expect((await session.run(matmulJob(server))).status).toBe('done');
  await session.end();
});

test("a job's environment gets a fresh agent, and the next job does not inherit it", async () => {
  const { session, agents } = await markedSession();
  const environmentOf = (pid: number) => readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  const [first] = agents();
  const delegate = { ...CPU, env: { SOME_SETTING: 'on' } };
  expect((await session.run(matmulJob(server, { delegate }))).status).toBe('done');
  const [second] = agents();
  expect(second).not.toBe(first);
  expect(environmentOf(second as number)).toContain('SOME_SETTING=on');
  expect((await session.run(matmulJob(server))).status).toBe('done');
  const [third] = agents();
  expect(environmentOf(third as number)).not.toContain('SOME_SETTING=on');
  expect(agents()).toHaveLength(1);
  await session.end();
});

test('an agent that dies while a job runs fails the command with its cause, and the session is gone', async () => {
  const { session, agents } = await markedSession();
  const running = session.run(longJob());
  const caught = running.catch((error: unknown) => error);
  await pollUntil('the job has begun', 20_000, async () => server.requests.length > 0);
  process.kill(agents()[0] as number, 'SIGKILL');
  expect(await caught).toMatchObject({ message: expect.stringContaining('was ended by SIGKILL') });
  await expect(session.probe()).rejects.toMatchObject({ code: 'invalid session id' });
});

test('ending a session while a job runs ends the agent and the command', async () => {
  const { session, agents } = await markedSession();
  const caught = session.run(longJob()).catch((error: unknown) => error);
  await pollUntil('the job has begun', 20_000, async () => server.requests.length > 0);
  await session.end();
  expect(agents()).toEqual([]);
  expect(await caught).toBeInstanceOf(WebDriverError);
});

test('a client that falls silent loses its session, and the agent with it', async () => {
  const { agents } = await markedSession({ 'appium:newCommandTimeout': 1 });
  expect(agents()).toHaveLength(1);
  await pollUntil('the agent has ended', 10_000, async () => agents().length === 0);
});

test('a server that is killed leaves no agent behind, and its folder goes with the next session', async () => {
  const doomed = await startAppium({ TMPDIR: scratch });
  const folders = (await sessionFolders()).length;
  const mark = `TEST_MARK=doomed-${process.pid}`;
  await startSession(doomed.url, {
    'appium:launch': 'host',
    'appium:env': { TEST_MARK: `doomed-${process.pid}` },
  });
  const [agent] = agentsWith(mark);
  await doomed.close('SIGKILL');
  await pollUntil('the agent has ended', 10_000, async () => !isAlive(agent as number));
  expect(await sessionFolders()).toHaveLength(folders + 1);
  const { session } = await markedSession();
  await session.end();
  expect(await sessionFolders()).toHaveLength(folders);
});

test('files go into the session and come back; paths that lead out are refused', async () => {
  const { session } = await markedSession();
  const push = (remote: string, data: string) =>
    session.command('POST', '/appium/device/push_file', { path: remote, data });
  const pull = (remote: string) => session.command('POST', '/appium/device/pull_file', { path: remote });
  await push('/a/b.bin', 'AP/+gA==');
  expect(await pull('a/b.bin')).toBe('AP/+gA==');
  for (const outside of ['../x', '/a/../../x', '..']) {
    await expect(push(outside, '')).rejects.toMatchObject({
      code: 'invalid argument',
      message: expect.stringMatching(/leads out/),
    });
    await expect(pull(outside)).rejects.toMatchObject({
      code: 'invalid argument',
      message: expect.stringMatching(/leads out/),
    });
  }
  await expect(pull('nothing')).rejects.toMatchObject({
    code: 'invalid argument',
    message: expect.stringMatching(/holds no file "nothing"/),
  });
  await expect(push('x', '?')).rejects.toMatchObject({
    code: 'invalid argument',
    message: expect.stringMatching(/not base64/),
  });
  await session.end();
});

test.for([
  ['no job', undefined],
  ['a job without a blob server', { delegate: { env: {} } }],
  ['an environment of numbers', { blobs: { url: 'http://127.0.0.1:1/t' }, delegate: { env: { A: 1 } } }],
] as const)('%s is an invalid argument', async ([, job]) => {
  const { session } = await markedSession();
  await expect(session.run(job)).rejects.toMatchObject({ code: 'invalid argument' });
  await session.end();
});

const refused: readonly (readonly [what: string, capabilities: Record<string, unknown>, message: RegExp])[] =
  [
    ['no launch', { 'appium:launch': undefined }, /'?launch'? is required/],
    ['an unknown launch', { 'appium:launch': 'qemu' }, /\["host","qemu-user","ssh"\]/],
    [
      'an unknown architecture',
      { 'appium:launch': 'qemu-user', 'appium:arch': 'arm' },
      /\["x86_64","aarch64"\]/,
    ],
    [
      'a misspelt capability',
      { 'appium:launch': 'host', 'appium:blobsServer': 'x' },
      /"appium:blobsServer". Did you mean "appium:blobServer"\?/,
    ],
    [
      'parts of an emulator on the host',
      { 'appium:launch': 'host', 'appium:cpu': 'Haswell' },
      /"appium:cpu" go with "appium:launch": "qemu-user"/,
    ],
    [
      'an emulator without parts',
      { 'appium:launch': 'qemu-user', 'appium:arch': 'aarch64' },
      /also needs "appium:cpu", "appium:emulator"/,
    ],
    [
      'an emulator that is not there',
      {
        'appium:launch': 'qemu-user',
        'appium:arch': 'aarch64',
        'appium:cpu': 'max',
        'appium:emulator': { binary: '/no/qemu', node: '/no/node' },
      },
      /there is no \/no\/qemu/,
    ],
    ['a relative path', { 'appium:launch': 'host', 'appium:agentRoot': 'dist/agents' }, /paths are absolute/],
    [
      'an agent that is not there',
      { 'appium:launch': 'host', 'appium:agentRoot': '/no/agents' },
      /there is no \/no\/agents\/node\/main.js/,
    ],
    [
      'no runtime',
      { 'appium:launch': 'host', 'appium:runtimeModules': '/no' },
      /there is no \/no\/onnxruntime-node\/package.json/,
    ],
    [
      'a board without a name',
      { 'appium:launch': 'ssh', 'appium:ssh': { node: 'node' } },
      /needs the key "destination"/,
    ],
    [
      'a board that is an option of ssh',
      { 'appium:launch': 'ssh', 'appium:ssh': { destination: '-oProxyCommand=id' } },
      /destination is user@host/,
    ],
    [
      'a key that boards lack',
      { 'appium:launch': 'ssh', 'appium:ssh': { destination: 'a', host: 'b' } },
      /no key "host"; it takes: destination/,
    ],
    [
      'a port that is none',
      { 'appium:launch': 'ssh', 'appium:ssh': { destination: 'a', port: 0 } },
      /whole number from 1 to 65535/,
    ],
    [
      'a blob server elsewhere',
      {
        'appium:launch': 'ssh',
        'appium:ssh': { destination: 'a' },
        'appium:blobServer': 'http://10.0.0.1:80',
      },
      /http:\/\/127.0.0.1:PORT/,
    ],
    [
      'an environment of numbers',
      { 'appium:launch': 'host', 'appium:env': { A: 1 } },
      /A is a string; found 1/,
    ],
    [
      'a name that no environment has',
      { 'appium:launch': 'host', 'appium:env': { 'A=B': '' } },
      /"A=B" is no name/,
    ],
  ];
test.for(refused)('refused: %s', async ([, capabilities, message]) => {
  const error = await startSession(appium.url, capabilities).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(WebDriverError);
  expect(error).toMatchObject({ code: 'session not created', message: expect.stringMatching(message) });
});

test('an unknown command is answered with those that there are', async () => {
  const { session } = await markedSession();
  const unknown = session.command('POST', '/execute/sync', { script: 'fleetdiff: rum', args: [] });
  await expect(unknown).rejects.toMatchObject({
    message: expect.stringMatching(/did you mean 'fleetdiff: run'/),
  });
  await session.end();
});
