import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkParts } from '../../harness/provision/check-parts.ts';
import { locateParts } from '../../harness/provision/locate-parts.ts';
import type { Machine } from '../../harness/provision/machine.ts';
import { type PartId, partsOf } from '../../harness/provision/parts.ts';
import { type MadeUpMachine, madeUpMachine } from './made-up-machine.ts';

let folder: string;
let made: MadeUpMachine;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-parts-'));
  made = await madeUpMachine(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const check = (ids?: PartId[], machine: Partial<Machine> = {}) =>
  checkParts(made.workFolder, ids, { ...made.machine, ...machine });

const qemu = async (version: string): Promise<void> => {
  for (const arch of ['x86_64', 'aarch64'])
    await made.program(`qemu-${arch}`, `echo 'qemu version ${version} (Debian)'`);
};

describe('which parts matter', () => {
  test.for<[Machine['arch'], PartId[]]>([
    [
      'x86_64',
      ['onnxruntime-node', 'chromium', 'chromedriver', 'qemu-user', 'sysroot-aarch64', 'node-aarch64'],
    ],
    [
      'aarch64',
      ['onnxruntime-node', 'chromium', 'chromedriver', 'qemu-user', 'sysroot-x86_64', 'node-x86_64'],
    ],
  ])('on %s', ([arch, ids]) => {
    expect(partsOf({ ...made.machine, arch }, ['fleet'])).toEqual(ids);
  });
});

test('an empty machine lacks everything and says for each part what to do', async () => {
  const parts = await check();
  expect(parts.map(({ id }) => id)).toContain('sshd');
  for (const part of parts) {
    expect(part).toMatchObject({ status: 'missing', detail: 'not installed' });
    expect(part.remedy.length).toBeGreaterThan(0);
    expect(part).not.toHaveProperty('path');
  }
});

describe('browser and driver', () => {
  test('are found on the search path, with their versions', async () => {
    const path = await made.program('chromium', 'echo "Chromium 156.0.1.2 built on Debian"');
    await made.program('chromedriver', 'echo "ChromeDriver 156.0.9.9 (abc)"');
    expect(await check(['chromedriver', 'chromium'])).toMatchObject([
      { id: 'chromedriver', status: 'ok', version: '156.0.9.9' },
      { id: 'chromium', status: 'ok', version: '156.0.1.2', path },
    ]);
  });

  test.for<PartId[][]>([[['chromedriver', 'chromium']], [['chromedriver']]])(
    'of different major versions do not work together: %s',
    async ([ids]) => {
      await made.program('chromium', 'echo "Chromium 157.0.1.2"');
      await made.program('chromedriver', 'echo "ChromeDriver 156.0.9.9 (abc)"');
      const driver = (await check(ids)).find(({ id }) => id === 'chromedriver');
      expect(driver).toMatchObject({ status: 'missing' });
      expect(driver?.detail).toBe('is 156.0.9.9, but chromium is 157.0.1.2: the first numbers must agree');
    },
  );

  test('a browser that fails to start is missing', async () => {
    const path = await made.program('chromium', 'echo "Chromium 156.0.1.2"; exit 127');
    expect(await check(['chromium'])).toMatchObject([
      { status: 'missing', detail: `${path} does not say its version` },
    ]);
  });
});

describe("the system's qemu-user", () => {
  test.for<[string, 'ok' | 'missing']>([
    ['10.0.2', 'ok'],
    ['11.1.0', 'ok'],
    ['9.2.4', 'missing'],
    ['7.2.17', 'missing'],
    ['unknown', 'missing'],
  ])('%s is %s', async ([version, status]) => {
    await qemu(version);
    expect(await check(['qemu-user'])).toMatchObject([{ status }]);
  });

  test('counts only when both emulators are there', async () => {
    await made.program('qemu-x86_64', 'echo "qemu version 10.0.2"');
    expect(await check(['qemu-user'])).toMatchObject([{ status: 'missing', detail: 'not installed' }]);
  });

  test('of Debian 12 is called too old', async () => {
    await qemu('7.2.17');
    const [part] = await check(['qemu-user']);
    expect(part?.detail).toBe("the system's qemu-user is 7.2.17, older than 10");
  });
});

const LIBRARIES = ['ld-linux-aarch64.so.1', 'libc.so.6', 'libm.so.6', 'libstdc++.so.6', 'libgcc_s.so.1'];

describe("the system's libraries for arm64", () => {
  test.for([...LIBRARIES, 'none'])('without %s', async (absent) => {
    for (const name of LIBRARIES) {
      if (name !== absent) await made.file(`usr/aarch64-linux-gnu/lib/${name}`, '');
    }
    const status = absent === 'none' ? 'ok' : 'missing';
    expect(await check(['sysroot-aarch64'])).toMatchObject([{ status }]);
  });
});

describe('what to type', () => {
  const install = 'apt-get install --no-install-recommends chromium chromium-driver';
  const fix = 'npx fleetdiff doctor --fix';
  test.for<[string, boolean, string[]]>([
    ['root on Debian', true, [fix, 'apt-get update', install]],
    ['a user on Debian', false, ['sudo apt-get update', `sudo ${install}`]],
  ])('%s', async ([, isRoot, remedy]) => {
    await made.program('apt-get', '');
    expect(await check(['chromium'], { isRoot })).toMatchObject([{ remedy }]);
    expect(await check(['qemu-user', 'sysroot-aarch64'], { isRoot })).toMatchObject([
      { remedy: [fix] },
      { remedy: [fix] },
    ]);
  });

  test('on another system, no command that it would not have', async () => {
    made = await madeUpMachine(folder, {}, 'ID=fedora\nVERSION_ID=43\n');
    const remedies = (await check()).flatMap(({ remedy }) => remedy);
    expect(remedies.filter((line) => line.includes('apt'))).toEqual([]);
  });

  test('a derivative of Debian has the packages, but not the mirror', async () => {
    made = await madeUpMachine(folder, {}, 'ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble\n');
    await made.program('apt-get', '');
    const [libraries, qemuUser] = await check(['sysroot-aarch64', 'qemu-user']);
    expect(libraries?.remedy.at(-1)).toContain(
      'libc6-arm64-cross libstdc++6-arm64-cross libgcc-s1-arm64-cross',
    );
    expect(qemuUser?.remedy).toEqual([expect.stringContaining('qemu-user 10 or newer')]);
  });
});

test('emulated SoCs need Linux', async () => {
  const parts = await check(['qemu-user', 'node-aarch64'], { platform: 'darwin' });
  for (const part of parts) expect(part.detail).toBe('emulated SoCs need Linux, this is darwin');
});

test('located: what is there, and no emulator without all of its pieces', async () => {
  await qemu('10.0.2');
  const chromium = await made.program('chromium', 'echo "Chromium 156.0.1.2"');
  await made.file('usr/lib/chromium/vk_swiftshader_icd.json', '{}');
  for (const name of LIBRARIES) await made.file(`usr/aarch64-linux-gnu/lib/${name}`, '');
  const { root, node } = made.machine;
  expect(await locateParts(made.workFolder, made.machine)).toEqual({
    chromium,
    swiftshaderIcd: join(root, 'usr/lib/chromium/vk_swiftshader_icd.json'),
    emulators: { x86_64: { binary: join(root, 'bin/qemu-x86_64'), node: node.path, version: '10.0.2' } },
  });
});
