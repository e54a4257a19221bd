import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { partsFolder } from '../../harness/provision/part-folder.ts';
import { withPartsLock } from '../../harness/provision/parts-lock.ts';

let workFolder: string;
beforeEach(async () => {
  workFolder = await mkdtemp(join(tmpdir(), 'parts-lock-'));
  await mkdir(partsFolder(workFolder), { recursive: true });
});
afterEach(() => rm(workFolder, { recursive: true }));

const nobodyWaits = (pid: number): void => {
  throw new Error(`waited for ${pid}`);
};

test('two at a time work one after the other', async () => {
  const events: string[] = [];
  const waited: number[] = [];
  const work = (name: string) => async (): Promise<void> => {
    events.push(`${name} in`);
    // Long enough for the others to come in, were they let.
    for (let turn = 0; turn < 50; turn += 1) await readdir(workFolder);
    events.push(`${name} out`);
  };
  const onWait = (pid: number): void => void waited.push(pid);
  await Promise.all(['a', 'b', 'c'].map((name) => withPartsLock(workFolder, onWait, work(name))));
  expect(events).toHaveLength(6);
  for (let index = 0; index < events.length; index += 2) {
    expect(events[index + 1]).toBe(events[index]?.replace('in', 'out'));
  }
  expect(new Set(waited)).toEqual(new Set([process.pid]));
  expect(await readdir(partsFolder(workFolder))).toEqual([]);
});

test.for<[string, () => string]>([
  ['a process that has ended', () => `${spawnSync('true').pid} 12345\n`],
  ['an older process with a pid that was given out again', () => `${process.pid} 1\n`],
  ['nobody', () => 'not a pid'],
])('the lock of %s is taken over', async ([, holder]) => {
  await writeFile(join(partsFolder(workFolder), 'lock'), holder());
  expect(await withPartsLock(workFolder, nobodyWaits, async () => 'done')).toBe('done');
  expect(await readdir(partsFolder(workFolder))).toEqual([]);
});

test('the lock is given back when the work fails', async () => {
  const fails = async (): Promise<never> => {
    throw new Error('no');
  };
  await expect(withPartsLock(workFolder, nobodyWaits, fails)).rejects.toThrow('no');
  expect(await readdir(partsFolder(workFolder))).toEqual([]);
});

test('who waits can be interrupted', async () => {
  const interrupt = new AbortController();
  const held = withPartsLock(workFolder, nobodyWaits, () =>
    expect(
      withPartsLock(
        workFolder,
        () => interrupt.abort(),
        async () => 'never',
        interrupt.signal,
      ),
    ).rejects.toThrow(/abort/i),
  );
  await held;
  expect(await readdir(partsFolder(workFolder))).toEqual([]);
});
