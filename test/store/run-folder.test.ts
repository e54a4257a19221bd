import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  createFreshRunFolder,
  createRunFolder,
  linkLatest,
  openRunFolder,
  runId,
} from '../../harness/store/run-folder.ts';

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

test('runs of one second have folders of their own, whoever asks first', async () => {
  const reports = path.join(await folder(), 'reports');
  const runs = await Promise.all(Array.from({ length: 4 }, () => createFreshRunFolder(reports, 'r1')));
  expect(runs.map(({ root }) => path.basename(root)).sort()).toEqual(['r1', 'r1-2', 'r1-3', 'r1-4']);
});

test('a named folder may be there when it is empty', async () => {
  const root = path.join(await folder(), 'a', 'b');
  expect(await createRunFolder(root)).toEqual({ root });
  expect(await createRunFolder(root)).toEqual({ root });
});

test('a file where the run folder should be is a mistake that is told', async () => {
  const file = path.join(await folder(), 'devices.yml');
  await writeFile(file, '');
  for (const root of [file, path.join(file, 'run')]) {
    await expect(createRunFolder(root)).rejects.toMatchObject({
      code: 'E_FILE_UNWRITABLE',
      place: { file: root },
    });
  }
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

test('a run is found by its id where its folder has another name', async () => {
  const root = await folder();
  const run = await createRunFolder(path.join(root, 'reports', 'merged'));
  const plan = {
    schemaVersion: 1,
    kind: 'plan',
    run: '2026-11-23T10-22-56Z-128c',
    devices: 'x'.repeat(5000),
  };
  await writeFile(path.join(run.root, 'plan.json'), JSON.stringify(plan, null, 1));
  await createRunFolder(path.join(root, 'reports', 'empty'));
  expect(openRunFolder(plan.run, root).root).toBe(run.root);
  for (const name of ['2026-11-23T10-22-56Z', '128c', '"'])
    expect(() => openRunFolder(name, root)).toThrow(expect.objectContaining({ code: 'E_RUN_NOT_FOUND' }));
});
