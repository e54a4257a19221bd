import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { countComparisons } from '../domain/target-comparisons.ts';
import type { StoredTensor } from '../domain/tensor.ts';
import { compareRun } from '../stages/compare.ts';
import { openBlobStore, storeTensor } from '../store/blob-store.ts';
import { writeCapture, writePlan } from '../store/run-files.ts';
import type { RunFolder } from '../store/run-folder.ts';
import { madeUpCapture, madeUpPlan } from './made-up-captures.ts';
import { madeUpTensors } from './made-up-tensors.ts';

const CASES = 4;

/**
 * Seconds that the compare stage takes for a run of `targets` targets that all gave one answer, which differs from the
 * reference's in every case: four cases of `bytes` bytes. The run is written to a temporary folder first, as capture would leave it.
 */
export async function secondsForAgreeingFleet(targets: number, bytes: number): Promise<number> {
  const root = await mkdtemp(path.join(tmpdir(), 'fleetdiff-bench-'));
  try {
    const run = { root };
    await record(run, targets, bytes);
    const start = performance.now();
    const { comparisons } = await compareRun(run);
    const seconds = (performance.now() - start) / 1e3;
    const compared = countComparisons(comparisons, ({ status }) => status === 'compared');
    if (compared !== CASES * targets) throw new Error(`${compared} comparisons of ${CASES * targets}`);
    return seconds;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function record(run: RunFolder, targets: number, bytes: number): Promise<void> {
  const blobs = openBlobStore(path.join(run.root, 'blobs'));
  const pairs: { case: string; reference: StoredTensor; candidate: StoredTensor }[] = [];
  for (let index = 0; index < CASES; index++) {
    const { reference, candidate } = madeUpTensors('float32', bytes, 1 + index);
    pairs.push({
      case: `case-${index}`,
      reference: await storeTensor(blobs, reference),
      candidate: await storeTensor(blobs, candidate),
    });
  }
  const names = Array.from({ length: targets }, (_, index) => `device-${index}`);
  const golden = pairs.map((pair) => ({ case: pair.case, outputs: [pair.reference] }));
  const plan = madeUpPlan('bench', names, [{ name: 'bench', cases: golden }]);
  const answers = pairs.map((pair) => ({ case: pair.case, repeats: [[pair.candidate]] }));
  await writePlan(run, plan);
  for (const name of names)
    await writeCapture(run, madeUpCapture(plan.planHash, plan.suites[0]!, name, answers));
}
