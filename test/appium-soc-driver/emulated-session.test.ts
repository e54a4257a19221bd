import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Arch } from '../../harness/domain/device.ts';
import { type Emulator, locateParts } from '../../harness/provision/locate-parts.ts';
import { startBlobServer, type TestBlobServer } from '../agents/blob-server.ts';
import { EXPECTED, matmulJob } from '../agents/jobs.ts';
import { startAppium, type TestAppium } from './appium-server.ts';
import { agentsWith } from './processes.ts';
import { startSession } from './webdriver.ts';

let appium: TestAppium;
let server: TestBlobServer;
let emulators: Partial<Record<Arch, Emulator>>;

beforeAll(async () => {
  const parts = await locateParts(path.resolve(import.meta.dirname, '../..'));
  emulators = parts.emulators;
  [appium, server] = await Promise.all([startAppium(), startBlobServer()]);
});
afterAll(async () => {
  await appium?.close();
  await server?.close();
});

function emulatorOf(arch: Arch): Emulator {
  const emulator = emulators[arch];
  if (!emulator) throw new Error(`This machine cannot emulate ${arch}: run fleetdiff doctor --fix.`);
  return emulator;
}

const capabilities = (arch: Arch, cpu: string) => ({
  'appium:launch': 'qemu-user',
  'appium:arch': arch,
  'appium:cpu': cpu,
  'appium:emulator': emulatorOf(arch),
});

// The two answers of one 8-bit product: expected.json comes from NumPy, exactly and as vpmaddubsw saturates.
test.for([
  [
    'x86_64',
    'Haswell',
    'saturated',
    'Intel Core Processor (Haswell)',
    'x86_64 ssse3 sse4_1 sse4_2 avx f16c fma avx2',
  ],
  ['x86_64', 'Nehalem', 'exact', 'Intel Core i7 9xx (Nehalem Class Core i7)', 'x86_64 ssse3 sse4_1 sse4_2'],
  ['aarch64', 'cortex-a53', 'exact', 'Arm Cortex-A53', 'aarch64 fp asimd'],
] as const)(
  '%s %s computes as that CPU does',
  { timeout: 120_000 },
  async ([arch, cpu, answer, soc, isa]) => {
    const mark = `emulated-${process.pid}-${cpu}`;
    const session = await startSession(appium.url, {
      ...capabilities(arch, cpu),
      'appium:env': { TEST_MARK: mark },
    });
    const { device, providers } = await session.probe();
    expect(device.arch).toBe(arch);
    expect(device.soc).toBe(soc);
    expect(device.isa).toEqual(isa.split(' '));
    expect(device.emulator).toMatch(new RegExp(`^qemu-user \\d+\\.\\d+\\.\\d+ cpu=${cpu}$`));
    expect(providers).toContain('cpu');
    const job = await session.run(matmulJob(server));
    if (job.status === 'failed') throw new Error(job.reason);
    const output = job.result.cases[0]?.repeats[0]?.[0];
    expect(server.blobs.get(output?.sha256 ?? '')?.toString('hex')).toBe(EXPECTED.matmul[answer]);
    expect(agentsWith(`TEST_MARK=${mark}`)).toHaveLength(1);
    await session.end();
    expect(agentsWith(`TEST_MARK=${mark}`)).toEqual([]);
  },
);

test('a CPU that the emulator can only imitate in part says what it lacks', {
  timeout: 120_000,
}, async () => {
  const session = await startSession(appium.url, capabilities('x86_64', 'Icelake-Server'));
  const { device } = await session.probe();
  expect(device.isa).not.toContain('avx512f');
  expect(device.emulator).toMatch(/cpu=Icelake-Server without .*avx512f/);
  await session.end();
});

test.for([
  [
    'a CPU that nobody knows',
    'aarch64',
    { 'appium:cpu': 'cortex-a35x' },
    /no CPU "cortex-a35x". Did you mean "cortex-a35"\? It knows: .*neoverse-v1/,
  ],
  [
    'the emulator of another architecture',
    'aarch64',
    { 'appium:arch': 'x86_64' },
    /emulates aarch64, the session asks for x86_64/,
  ],
] as const)('refused: %s', async ([, arch, changes, message]) => {
  const request = startSession(appium.url, { ...capabilities(arch, 'cortex-a53'), ...changes });
  await expect(request).rejects.toMatchObject({
    code: 'session not created',
    message: expect.stringMatching(message),
  });
});

test('refused: a Node of another architecture', async () => {
  const emulator = { ...emulatorOf('aarch64'), node: emulatorOf('x86_64').node };
  const request = startSession(appium.url, {
    ...capabilities('aarch64', 'cortex-a53'),
    'appium:emulator': emulator,
  });
  await expect(request).rejects.toMatchObject({
    message: expect.stringMatching(/built for x86_64, the session asks for aarch64/),
  });
});

test('refused: a program that is no emulator', async () => {
  const emulator = { ...emulatorOf('aarch64'), binary: process.execPath };
  const request = startSession(appium.url, {
    ...capabilities('aarch64', 'cortex-a53'),
    'appium:emulator': emulator,
  });
  await expect(request).rejects.toMatchObject({ message: expect.stringMatching(/is no qemu-user/) });
});

test('refused: a qemu that is too old', async () => {
  const binary = path.join(import.meta.dirname, 'old-qemu.sh');
  const emulator = { ...emulatorOf('aarch64'), binary };
  const request = startSession(appium.url, {
    ...capabilities('aarch64', 'cortex-a53'),
    'appium:emulator': emulator,
  });
  await expect(request).rejects.toMatchObject({
    message: expect.stringMatching(/qemu-user 7\.2\.17 is too old, 10 or newer/),
  });
});
