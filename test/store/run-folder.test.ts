import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createRunFolder, linkLatest, openRunFolder, runId } from '../../harness/store/run-folder.ts';

async function folder(): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), 'fleetdiff-runs-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  return root;
}

test('a run id sorts by time and holds no character that a file system minds', () => {
  expect(runId(new Date('2026-11-22T13:05:12.345Z'), '1f3c'.repeat(16))).toBe('2026-11-22T13-05-12Z-1f3c');
});

test('nothing is written over: neither a run nor another folder with files', async () => {
  const root = await folder();
  await writeFile(path.join(root, 'notes.txt'), 'mine');
  await expect(createRunFolder(root)).rejects.toMatchObject({ code: 'E_RUN_FOLDER_NOT_EMPTY' });
  await writeFile(path.join(root, 'plan.json'), '{}');
  await expect(createRunFolder(root)).rejects.toMatchObject({ code: 'E_RUN_EXISTS' });
});

test('latest links to the newest run, and leaves a folder of that name alone', async () => {
  const root = await folder();
  const first = await createRunFolder(path.join(root, 'first'));
  const second = await createRunFolder(path.join(root, 'second'));
  await linkLatest(first);
  await linkLatest(second);
  expect(await readlink(path.join(root, 'latest'))).toBe('second');
  await rm(path.join(root, 'latest'));
  await mkdir(path.join(root, 'latest'));
  await writeFile(path.join(root, 'latest', 'mine'), '');
  await linkLatest(first);
  expect(existsSync(path.join(root, 'latest', 'mine'))).toBe(true);
});

test('a run is found by path, by id and by latest', async () => {
  const root = await folder();
  const run = await createRunFolder(path.join(root, 'reports', 'r1'));
  await writeFile(path.join(run.root, 'plan.json'), '{}');
  await linkLatest(run);
  expect(openRunFolder('r1', root).root).toBe(run.root);
  expect(openRunFolder('reports/r1', root).root).toBe(run.root);
  expect(openRunFolder('latest', root).root).toBe(path.join(root, 'reports', 'latest'));
  expect(() => openRunFolder('r2', root)).toThrow(expect.objectContaining({ code: 'E_RUN_NOT_FOUND' }));
});
