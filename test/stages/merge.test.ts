import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Plan, Verdicts } from '../../harness/domain/run-files.ts';
import { shardTargets } from '../../harness/domain/shard.ts';
import { compareRun } from '../../harness/stages/compare.ts';
import { judgeRun } from '../../harness/stages/judge.ts';
import { mergeRuns } from '../../harness/stages/merge.ts';
import { openBlobStore } from '../../harness/store/blob-store.ts';
import { readPlan } from '../../harness/store/run-files.ts';
import { openRunFolder, type RunFolder, runPaths } from '../../harness/store/run-folder.ts';
import {
  captureFile,
  copyRecording,
  judgeUndamaged,
  type Recording,
  readCaptureFile,
} from '../recorded-runs/recording.ts';

const NOW = () => new Date('2026-11-23T00:00:00Z');

/** The recorded run as shard `index` of `count` would have captured it. */
async function shard(index: number, count: number): Promise<Recording> {
  const recording = await copyRecording();
  const file = path.join(recording.run, 'plan.json');
  const plan = JSON.parse(await readFile(file, 'utf8')) as Plan;
  const own = shardTargets(plan.devices, { index, count });
  for (const { target } of plan.captures) {
    if (!own.has(target)) await rm(path.join(recording.run, captureFile(target)), { force: true });
  }
  await writeFile(file, JSON.stringify({ ...plan, shard: { index, count } }));
  return recording;
}

const folderOf = ({ run }: Recording): RunFolder => openRunFolder(run, '/');

async function mergeAndJudge(shards: readonly Recording[]) {
  const out = path.join(shards[0]!.workFolder, 'merged');
  const merged = await mergeRuns(shards.map(folderOf), out, NOW);
  await compareRun(merged.run);
  return { ...merged, verdicts: await judgeRun(merged.run, shards[0]!.workFolder, NOW()) };
}

const withoutTime = ({ judgedAt: _, ...rest }: Verdicts) => rest;

test('three shards, in any order, give the verdicts of the whole run', async () => {
  const whole = withoutTime(await judgeUndamaged());
  expect(whole.verdicts.length).toBeGreaterThan(0);
  const shards = [await shard(1, 3), await shard(2, 3), await shard(3, 3)];
  for (const order of [
    [0, 1, 2],
    [2, 0, 1],
  ]) {
    const { verdicts, plan, run, undelivered } = await mergeAndJudge(order.map((index) => shards[index]!));
    expect(withoutTime(verdicts)).toEqual(whole);
    expect(undelivered).toEqual([]);
    expect([plan.shard, (await readPlan(run)).shard]).toEqual([undefined, undefined]);
  }
});

test('what no shard delivered is named, and the run is incomplete', async () => {
  const { undelivered, verdicts } = await mergeAndJudge([await shard(1, 3), await shard(3, 3)]);
  const { plan } = await mergeAndJudge([await shard(1, 1)]);
  const missing = shardTargets(plan.devices, { index: 2, count: 3 });
  expect(undelivered.length).toBeGreaterThan(0);
  expect(undelivered.map(({ target }) => target).every((target) => missing.has(target))).toBe(true);
  expect(verdicts.exitCode).toBe(3);
});

test('the same capture in two shards is one; two different ones are refused before anything is written', async () => {
  const [first, second] = [await shard(1, 1), await shard(1, 1)];
  await mergeAndJudge([first, second]);
  const target = (await readPlan(folderOf(second))).captures[0]!.target;
  const capture = await readCaptureFile(second, target);
  await writeFile(
    path.join(second.run, captureFile(target)),
    JSON.stringify({ ...capture, capturedAt: '2026-11-23T09:00:00Z' }),
  );
  const out = path.join(second.workFolder, 'refused');
  await expect(mergeRuns([first, second].map(folderOf), out, NOW)).rejects.toMatchObject({
    code: 'E_MERGE_CONFLICT',
    message: expect.stringContaining(target),
  });
  await expect(readFile(path.join(out, 'plan.json'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('shards of different plans are refused, and what differs is named', async () => {
  const [first, second] = [await shard(1, 2), await shard(2, 2)];
  const file = path.join(second.run, 'plan.json');
  const plan = JSON.parse(await readFile(file, 'utf8')) as Plan;
  await writeFile(file, JSON.stringify({ ...plan, repeats: 9, planHash: 'f'.repeat(64) }));
  await expect(
    mergeRuns([first, second].map(folderOf), path.join(first.workFolder, 'x'), NOW),
  ).rejects.toMatchObject({
    code: 'E_MERGE_PLANS',
    message: expect.stringContaining('repeats'),
  });
});

test('a capture under the name of another is refused: it would take the place of that one', async () => {
  const [first, second] = [await shard(1, 1), await shard(1, 1)];
  const [one, other] = (await readPlan(folderOf(second))).captures.map(({ target }) => target) as [
    string,
    string,
  ];
  await writeFile(
    path.join(second.run, captureFile(other)),
    JSON.stringify(await readCaptureFile(second, one)),
  );
  await expect(
    mergeRuns([first, second].map(folderOf), path.join(first.workFolder, 'x'), NOW),
  ).rejects.toMatchObject({ code: 'E_MERGE_DAMAGED', message: expect.stringContaining(other) });
});

test('a blob that one shard holds damaged is taken from another; a stray file is left alone', async () => {
  const [first, second] = [await shard(1, 1), await shard(1, 1)];
  const [target] = (await readPlan(folderOf(first))).captures.map((planned) => planned.target) as [string];
  const ref = (await readCaptureFile(first, target)).cases[0]!.repeats[0]![0]!;
  const blobs = runPaths.blobs(folderOf(first));
  await writeFile(path.join(blobs, ref.sha256.slice(0, 2), ref.sha256), Buffer.alloc(ref.bytes));
  await writeFile(path.join(blobs, '.DS_Store'), 'stray');
  const { verdicts } = await mergeAndJudge([first, second]);
  expect(withoutTime(verdicts)).toEqual(withoutTime(await judgeUndamaged()));
});

test('every device is in one shard, whatever their number', async () => {
  const { devices } = await readPlan(folderOf(await copyRecording()));
  for (const count of [1, 2, 3, devices.length + 2]) {
    const parts = Array.from({ length: count }, (_, index) => [
      ...shardTargets(devices, { index: index + 1, count }),
    ]);
    const all = devices.flatMap(({ name, delegates }) => delegates.map((each) => `${name}/${each.name}`));
    expect(parts.flat().sort()).toEqual(all.sort());
  }
});

test('a blob that no shard holds whole is missed where it is read', async () => {
  const recording = await shard(1, 1);
  const [target] = (await readPlan(folderOf(recording))).captures.map((planned) => planned.target) as [
    string,
  ];
  const ref = (await readCaptureFile(recording, target)).cases[0]!.repeats[0]![0]!;
  const file = path.join(runPaths.blobs(folderOf(recording)), ref.sha256.slice(0, 2), ref.sha256);
  await writeFile(file, Buffer.alloc(ref.bytes));
  const { run } = await mergeRuns([folderOf(recording)], path.join(recording.workFolder, 'merged'), NOW);
  await expect(openBlobStore(runPaths.blobs(run)).load(ref)).rejects.toMatchObject({
    code: 'E_BLOB_MISSING',
  });
});
