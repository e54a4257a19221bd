import type { Determinism } from '../../domain/run-files.ts';
import { toJsonNumber } from '../../domain/run-files.ts';
import type { PlannedSuite } from '../../domain/suite.ts';
import type { StoredTensor } from '../../domain/tensor.ts';
import { UserError } from '../../domain/user-error.ts';
import { repeatNoise } from '../../numerics/repeat-noise.ts';
import { type BlobStore, loadTensor } from '../../store/blob-store.ts';
import type { CapturedCapture } from '../deliveries.ts';
import { distinctAnswers, repeatsOf } from './answers.ts';

/** Distinct outputs over the repeats of each case, and how far apart they are. */
export async function measureDeterminism(
  suite: PlannedSuite,
  capture: CapturedCapture,
  blobs: BlobStore,
): Promise<Determinism['targets'][number]> {
  const names = new Set(suite.model.facts.outputs.map(({ name }) => name));
  const tensors = await Promise.all(
    [...names].map(async (tensor) => {
      const perCase = capture.cases.map((entry) => ({
        name: entry.case,
        distinct: distinctAnswers(repeatsOf(entry, tensor)),
      }));
      const unstable = perCase.filter(({ distinct }) => distinct.length > 1);
      const noises = await Promise.all(unstable.map(({ distinct }) => noiseMaxAbs(distinct, blobs)));
      return {
        tensor,
        distinct_outputs: Math.max(0, ...perCase.map(({ distinct }) => distinct.length)),
        cases: unstable.map(({ name }) => name),
        noise_max_abs: toJsonNumber(Math.max(0, ...noises)),
      };
    }),
  );
  const repeats = Math.min(...capture.cases.map((entry) => entry.repeats.length));
  return { suite: suite.name, target: capture.target, repeats, tensors };
}

/** As `repeatNoise`; a repeat whose blob is damaged has no number either. */
async function noiseMaxAbs(distinct: readonly StoredTensor[], blobs: BlobStore): Promise<number> {
  try {
    return repeatNoise(await Promise.all(distinct.map((stored) => loadTensor(blobs, stored)))).maxAbs;
  } catch (error) {
    if (error instanceof UserError) return Number.NaN;
    throw error;
  }
}
