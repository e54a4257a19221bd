import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeScratchFolder, removeDeadScratch } from '../../../harness/stages/capture/scratch-folder.ts';

async function makeRoot(): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), 'fleetdiff-scratch-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  return root;
}

/** The id of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await new Promise((resolve) => child.once('close', resolve));
  return child.pid!;
}

/** A folder as another process of this machine would have made it. */
async function madeBy(pid: number, root: string): Promise<string> {
  const own = await makeScratchFolder(root, 'localize');
  const name = path.basename(own.path).replace(`-${process.pid}-`, `-${pid}-`);
  await own.remove();
  await mkdir(path.join(root, name));
  await writeFile(path.join(root, name, 'blob'), 'x');
  return name;
}

test('what a dead process left is removed, with all that is in it; all else is left alone', async () => {
  const root = await makeRoot();
  const own = await makeScratchFolder(root, 'probe');
  const dead = await madeBy(await deadPid(), root);
  const parent = await madeBy(process.ppid, root);
  const elsewhere = dead.replace(/^localize-[0-9a-f]{8}/, 'localize-00000000');
  for (const name of [elsewhere, 'parts', 'profiles', 'localize-mine']) await mkdir(path.join(root, name));
  expect(await removeDeadScratch(root)).toEqual([dead]);
  const kept = [path.basename(own.path), parent, elsewhere, 'parts', 'profiles', 'localize-mine'];
  expect((await readdir(root)).sort()).toEqual(kept.sort());
  await own.remove();
});

test('a folder goes with its process, however that ends', async () => {
  const before = process.listeners('exit');
  const scratch = await makeScratchFolder(await makeRoot(), 'localize');
  await writeFile(path.join(scratch.path, 'blob'), 'x');
  const [onExit] = process.listeners('exit').filter((listener) => !before.includes(listener));
  onExit?.(130);
  expect(existsSync(scratch.path)).toBe(false);
  await scratch.remove();
  expect(process.listeners('exit')).toEqual(before);
});

test('no folder, nothing to remove', async () => {
  expect(await removeDeadScratch(path.join(await makeRoot(), 'none'))).toEqual([]);
});
