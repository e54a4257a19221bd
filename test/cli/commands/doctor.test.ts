import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { doctorCommand } from '../../../harness/cli/commands/doctor.ts';
import type { Device } from '../../../harness/domain/device.ts';
import type { TerminalOptions } from '../../../harness/report/terminal.ts';
import { type MadeUpMachine, madeUpMachine, supply } from '../../provision/made-up-machine.ts';

let folder: string;
let made: MadeUpMachine;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  made = await madeUpMachine(folder);
});
afterEach(async () => {
  process.exitCode = undefined;
  await rm(folder, { recursive: true });
});

const PLAIN: TerminalOptions = { columns: 80, colour: false };

interface Outcome {
  readonly exitCode: typeof process.exitCode;
  readonly output: string;
  readonly progress: string;
}

async function doctor(args: string[], devices?: Device[], look = PLAIN): Promise<Outcome> {
  const output: string[] = [];
  const progress: string[] = [];
  const command = doctorCommand({
    workFolder: made.workFolder,
    machine: made.machine,
    look,
    print: (text) => output.push(text),
    printProgress: (text) => progress.push(text),
    ...(devices === undefined ? {} : { loadDevices: async () => devices }),
  });
  await command.exitOverride().parseAsync(args, { from: 'user' });
  const { exitCode } = process;
  return { exitCode, output: output.join('\n'), progress: progress.join('\n') };
}

const device = (over: Partial<Device>): Device => ({
  name: 'cortex-a53',
  driver: 'soc',
  launch: { kind: 'emulator', emulator: 'qemu-user', arch: 'aarch64', cpu: 'cortex-a53' },
  soc: 'Arm Cortex-A53',
  tags: [],
  optional: false,
  delegates: [],
  capabilities: {},
  place: { file: 'devices.yml', line: 1 },
  ...over,
});

describe('exit code and summary', () => {
  test.for<[string, Device[] | undefined, number, RegExp]>([
    [
      'no fleet given: the default fleet',
      undefined,
      3,
      /^Missing, and the fleet needs it: onnxruntime-node, chromium, chromedriver,\s/m,
    ],
    [
      'a required device lacks parts',
      [device({})],
      3,
      /^Missing, and the fleet needs it: qemu-user, aarch64\slibraries, Node for aarch64\.$/m,
    ],
    [
      'only optional devices lack parts',
      [device({ optional: true })],
      0,
      /^The fleet can run\. Devices that need qemu-user, [^.]* will be\sskipped\.$/m,
    ],
    [
      'both',
      [device({ optional: true }), device({ driver: 'chromium' })],
      3,
      /needs it: chromium, chromedriver\.$/m,
    ],
    [
      'the host alone',
      [device({ launch: { kind: 'host' } })],
      0,
      /^Everything that the fleet needs is here\.$/m,
    ],
  ])('%s', async ([, devices, exitCode, summary]) => {
    const outcome = await doctor([], devices);
    expect(outcome.output).toMatch(summary);
    expect(outcome.exitCode).toBe(exitCode);
  });
});

test('--fix provides what the fleet needs, and nothing else', async () => {
  await supply(made);
  const outcome = await doctor(['--fix'], [device({})]);
  expect(outcome.exitCode).toBe(0);
  expect(outcome.output).toMatch(
    /^✔ OK {7}qemu-user 10\.0\.2 \(emulated SoCs\) {3}\.fleetdiff\/parts\/qemu-user$/m,
  );
  expect(outcome.output).toMatch(/^– MISSING {2}chromium /m);
  expect(outcome.progress).toContain('qemu-user: installed in .fleetdiff/parts/qemu-user');
  expect((await made.calls()).filter((call) => call.includes(' install '))).toEqual([]);
});

test('a part that could not be provided keeps its reason and its remedy', async () => {
  await supply(made, { mirror: 'down' });
  const { output, exitCode } = await doctor(['--fix'], [device({})]);
  expect(exitCode).toBe(3);
  expect(output).toContain(
    [
      '✖ MISSING  qemu-user (emulated SoCs)   apt-get update failed:',
      '           E: Failed to fetch http://mirror.example/debian',
      '             npx fleetdiff doctor --fix',
    ].join('\n'),
  );
});

test('without --fix nothing is changed', async () => {
  await supply(made);
  await doctor([], [device({})]);
  expect(await made.calls()).toEqual([]);
});

test("--tests counts the tests' own parts", async () => {
  const { output, exitCode } = await doctor(['--tests'], []);
  expect(output).toMatch(/^✖ MISSING {2}sshd \(tests of SSH boards\)/m);
  expect(output).toMatch(/needs it: [^.]*sshd\.$/m);
  expect(exitCode).toBe(3);
  expect((await doctor([], [])).output).not.toContain('sshd');
});

test('--json prints one document and nothing beside it', async () => {
  const { output, exitCode } = await doctor(['--json'], [device({ optional: true })]);
  const document = JSON.parse(output);
  expect(document).toMatchObject({ schemaVersion: 1, kind: 'doctor', exitCode });
  const needed = Object.fromEntries(
    document.parts.map((part: { id: string; needed: string }) => [part.id, part.needed]),
  );
  expect(needed).toMatchObject({ appium: 'required', 'qemu-user': 'optional', adb: 'no', chromium: 'no' });
});

test('every line fits 80 columns, except for commands, which stay whole', async () => {
  await made.program('apt-get', '');
  await supply(made, { mirror: 'down' });
  for (const args of [[], ['--tests', '--fix']]) {
    const lines = (await doctor(args)).output.split('\n');
    const commands = lines.filter((line) => /^ +(sudo )?apt-get |^ +npx /.test(line));
    expect(commands).not.toEqual([]);
    expect(lines.filter((line) => line.length > 80 && !commands.includes(line))).toEqual([]);
  }
});

test('who needs a part that is missing is told by sign and colour, and in ASCII where it must be', async () => {
  const fleet = [device({ optional: true })];
  const coloured = (await doctor([], fleet, { columns: 80, colour: true })).output.replaceAll('\u001b', '<');
  expect(coloured).toMatch(/^<\[33m▲ MISSING +<\[39mqemu-user /m);
  expect(coloured).toMatch(/^<\[2m– MISSING +<\[22madb /m);
  const ascii = (await doctor([], fleet, { columns: 80, colour: false, ascii: true })).output;
  expect(ascii).toMatch(/^! MISSING {2}qemu-user /m);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  expect(ascii.match(/[^\x00-\x7f]/g)).toBeNull();
});
