import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { recordAllPass, writeSuite } from '../../fixtures/recorded-runs/record.ts';

const FIXTURE = path.resolve(import.meta.dirname, '../../fixtures/recorded-runs');

async function temporary(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-record-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Every file below the folder as text of its bytes. */
async function filesOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const texts = files.map(
    async (file) => [path.relative(folder, file), (await readFile(file)).toString('latin1')] as const,
  );
  return Object.fromEntries(await Promise.all(texts));
}

test('the suite is made again byte for byte', async () => {
  const folder = await temporary();
  await writeSuite(folder);
  const made = await filesOf(folder);
  expect(Object.keys(made).length).toBe(6);
  expect(await filesOf(path.join(FIXTURE, 'suite'))).toMatchObject(made);
});

test('the run is recorded again byte for byte', async () => {
  const folder = await temporary();
  await recordAllPass(folder);
  const made = await filesOf(folder);
  expect(Object.keys(made).length).toBeGreaterThan(10);
  expect(made).toEqual(await filesOf(path.join(FIXTURE, 'all-pass')));
});
