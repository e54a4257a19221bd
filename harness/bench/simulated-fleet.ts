import path from 'node:path';
import type { CapturedCase } from '../domain/run-files.ts';
import type { StoredTensor, Tensor } from '../domain/tensor.ts';
import { type BlobStore, openBlobStore, storeTensor } from '../store/blob-store.ts';
import { writeCapture, writePlan } from '../store/run-files.ts';
import type { RunFolder } from '../store/run-folder.ts';
import { madeUpCapture, madeUpPlan } from './made-up-captures.ts';
import { madeUpTensors } from './made-up-tensors.ts';

export interface SimulatedFleet {
  readonly targets: number;
  readonly suites: number;
  /** Per suite; one case of each. */
  readonly tensors: number;
  /** Targets that answer otherwise than the reference, in every tensor: a share of all, 0 to 1. */
  readonly divergent: number;
  /** Different wrong answers to a tensor. Targets that diverge take them in turn. */
  readonly answers: number;
}

const CASE = 'batch-0';
const ELEMENTS = 32;

/** Writes a run as capture would leave it; the same fleet gives the same files but for the run's name and time. */
export async function recordSimulatedFleet(
  run: RunFolder,
  fleet: SimulatedFleet,
  name: string,
  plannedAt: string,
): Promise<void> {
  const blobs = openBlobStore(path.join(run.root, 'blobs'));
  const suites = await Promise.all(
    Array.from({ length: fleet.suites }, (_, suite) => answersTo(blobs, fleet, suite)),
  );
  const devices = Array.from({ length: fleet.targets }, (_, n) => `device-${String(n).padStart(4, '0')}`);
  const golden = suites.map(({ name: suite, answers: [reference] }) => ({
    name: suite,
    cases: [{ case: CASE, outputs: reference! }],
  }));
  const plan = madeUpPlan(name, devices, golden, plannedAt);
  await writePlan(run, plan);
  for (const [index, device] of devices.entries()) {
    const answer = answerOf(fleet, index);
    const captures = plan.suites.map((suite, n) => {
      const cases: CapturedCase[] = [{ case: CASE, repeats: [suites[n]!.answers[answer]!] }];
      return madeUpCapture(plan.planHash, suite, device, cases);
    });
    await Promise.all(captures.map((capture) => writeCapture(run, capture)));
  }
}

interface SuiteAnswers {
  readonly name: string;
  /** The reference's first, then the wrong ones. */
  readonly answers: readonly (readonly StoredTensor[])[];
}

async function answersTo(blobs: BlobStore, fleet: SimulatedFleet, suite: number): Promise<SuiteAnswers> {
  const answers: StoredTensor[][] = Array.from({ length: 1 + fleet.answers }, () => []);
  for (let tensor = 0; tensor < fleet.tensors; tensor++) {
    const seed = 1 + (suite * fleet.tensors + tensor) * (1 + fleet.answers);
    for (const [answer, outputs] of answers.entries()) {
      const { reference } = madeUpTensors('float32', 4 * ELEMENTS, seed);
      // The wrong answers are as far from each other as from the reference.
      const values = new Float32Array(new Float32Array(reference.data.slice().buffer));
      if (answer > 0) disturb(values, seed + answer);
      const made: Tensor = {
        name: `layer-${tensor}/output`,
        dtype: 'float32',
        shape: [1, ELEMENTS],
        data: new Uint8Array(values.buffer),
      };
      outputs.push(await storeTensor(blobs, made));
    }
  }
  return { name: `suite-${suite}`, answers };
}

function disturb(values: Float32Array, seed: number): void {
  const noise = madeUpTensors('float32', values.byteLength, seed).reference;
  const amounts = new Float32Array(noise.data.slice().buffer);
  for (const [n, amount] of amounts.entries()) values[n] = values[n]! * (1 + amount / 1024);
}

/** Index in a suite's answers. */
function answerOf({ targets, divergent, answers }: SimulatedFleet, target: number): number {
  const count = Math.round(targets * divergent);
  const isDivergent = answers > 0 && count > 0 && target % Math.floor(targets / count) === 0;
  if (!isDivergent) return 0;
  const turn = target / Math.floor(targets / count);
  return turn < count ? 1 + (turn % answers) : 0;
}
