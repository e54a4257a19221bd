import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Comparison } from '../../../harness/domain/run-files.ts';
import { compareRun } from '../../../harness/stages/compare.ts';
import { readableCaptures } from '../../../harness/stages/deliveries.ts';
import { elementLoader } from '../../../harness/stages/render/load-elements.ts';
import { openBlobStore } from '../../../harness/store/blob-store.ts';
import { readPlan } from '../../../harness/store/run-files.ts';
import { openRunFolder, runPaths } from '../../../harness/store/run-folder.ts';
import { copyRecording, type Recording } from '../../recorded-runs/recording.ts';

async function openLoader({ run }: Recording) {
  const folder = openRunFolder(run, '/');
  const { comparisons } = await compareRun(folder);
  const plan = await readPlan(folder);
  const load = elementLoader(
    plan,
    await readableCaptures(folder, plan.captures),
    openBlobStore(runPaths.blobs(folder)),
  );
  return { folder, load, comparisons: comparisons.comparisons };
}

/** The float32 elements of a blob, read without the product. */
async function floats(root: string, sha256: string): Promise<number[]> {
  const bytes = await readFile(path.join(root, 'blobs', sha256.slice(0, 2), sha256));
  return Array.from({ length: bytes.length / 4 }, (_, n) => bytes.readFloatLE(4 * n));
}

const isFloat = (each: Comparison) => each.status === 'compared' && each.dtype === 'float32';

test('both sides of what was compared, element by element', async () => {
  const recording = await copyRecording();
  const { load, comparisons } = await openLoader(recording);
  const compared = comparisons.find(isFloat)!;
  if (compared.status !== 'compared') throw new Error('nothing was compared');
  const sample = (await load(compared))!;
  const [reference, candidate] = await Promise.all(
    [compared.digest.reference, compared.digest.candidate].map((sha256) => floats(recording.run, sha256)),
  );
  expect(reference!.length).toBeGreaterThan(0);
  expect(sample.of).toBe(reference!.length);
  const short = (values: readonly number[]) => values.map((value) => Number(value.toPrecision(6)));
  expect(sample.reference).toEqual(short(reference!).slice(0, sample.reference.length));
  expect(sample.candidate).toEqual(short(candidate!).slice(0, sample.candidate.length));
});

test('damaged bytes are no picture', async () => {
  const recording = await copyRecording();
  const { load, comparisons } = await openLoader(recording);
  const compared = comparisons.find(isFloat)!;
  if (compared.status !== 'compared') throw new Error('nothing was compared');
  const { candidate } = compared.digest;
  const file = path.join(recording.run, 'blobs', candidate.slice(0, 2), candidate);
  await writeFile(file, Buffer.alloc((await readFile(file)).length, 1));
  expect(await load(compared)).toBeUndefined();
});

test('a comparison of bytes that no capture holds has no picture', async () => {
  const { load, comparisons } = await openLoader(await copyRecording());
  const compared = comparisons.find(isFloat)!;
  if (compared.status !== 'compared') throw new Error('nothing was compared');
  expect(
    await load({ ...compared, digest: { ...compared.digest, candidate: 'f'.repeat(64) } }),
  ).toBeUndefined();
  expect(await load({ ...compared, target: 'no/such' })).toBeUndefined();
});
