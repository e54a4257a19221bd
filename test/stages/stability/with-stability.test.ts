import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Stability } from '../../../harness/domain/stability.ts';
import { refreshDeterminism } from '../../../harness/stages/compare/with-stability.ts';
import { compareRun } from '../../../harness/stages/compare.ts';
import { readDeliveries } from '../../../harness/stages/deliveries.ts';
import { readDeterminism, readPlan, writeStability } from '../../../harness/store/run-files.ts';
import { copyRecording, dropRecording } from '../../recorded-runs/recording.ts';

const FOUND: Pick<Stability, 'factors' | 'attributed'> = {
  factors: [
    {
      factor: 'threads',
      status: 'varied',
      values: [
        { value: '1', status: 'ran', sha256: 'a'.repeat(64) },
        { value: '2', status: 'ran', sha256: 'b'.repeat(64) },
      ],
      distinct_outputs: 2,
      noise_max_abs: 0.25,
    },
  ],
  attributed: 'threads',
};

async function probedRun(planHash?: string) {
  const recording = await copyRecording();
  onTestFinished(() => dropRecording(recording));
  const run = { root: recording.run };
  const plan = await readPlan(run);
  await compareRun(run);
  await writeStability(run, {
    schemaVersion: 1,
    kind: 'stability',
    planHash: planHash ?? plan.planHash,
    suite: 'quarters',
    target: 'board/cpu',
    case: 'one',
    samples: null,
    ...FOUND,
  });
  return { run, plan };
}

test('what was probed stands in determinism.json, and no other file is written', async () => {
  const { run, plan } = await probedRun();
  const before = await readDeterminism(run);
  const bytesOf = (file: string) => readFile(path.join(run.root, file), 'utf8');
  const comparisons = await bytesOf('comparisons.json');
  await refreshDeterminism(run, plan, await readDeliveries(run, plan));
  const after = await readDeterminism(run);
  expect(after.targets).toEqual(
    before.targets.map((each) => (each.target === 'board/cpu' ? { ...each, ...FOUND } : each)),
  );
  expect(after.targets.filter(({ factors }) => factors !== undefined)).toHaveLength(1);
  expect(await bytesOf('comparisons.json')).toBe(comparisons);
  // Comparing again gives the same file: a refresh is no other way to compute it.
  const refreshed = await bytesOf('determinism.json');
  await compareRun(run);
  expect(await bytesOf('determinism.json')).toBe(refreshed);
});

test('what was probed under another plan is not about this one', async () => {
  const { run, plan } = await probedRun('c'.repeat(64));
  const { targets } = await refreshDeterminism(run, plan, await readDeliveries(run, plan));
  expect(targets.some(({ factors }) => factors !== undefined)).toBe(false);
});
