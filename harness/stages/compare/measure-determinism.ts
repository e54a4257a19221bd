import type { Determinism } from '../../domain/run-files.ts';
import { toJsonNumber } from '../../domain/run-files.ts';
import type { PlannedSuite } from '../../domain/suite.ts';
import type { StoredTensor } from '../../domain/tensor.ts';
import type { CapturedCapture } from '../deliveries.ts';
import { distinctAnswers, repeatsOf } from './answers.ts';

export type TargetDeterminism = Determinism['targets'][number];

/**
 * Distinct outputs over the repeats of each case, and how far apart they are.
 * @param noiseOf largest |difference| between any two of several answers; asked only where a case has more than one
 */
export async function measureDeterminism(
  suite: PlannedSuite,
  capture: CapturedCapture,
  noiseOf: (answers: readonly StoredTensor[]) => Promise<number>,
): Promise<TargetDeterminism> {
  const names = new Set(suite.model.facts.outputs.map(({ name }) => name));
  const tensors: TargetDeterminism['tensors'][number][] = [];
  for (const tensor of names) {
    const perCase = capture.cases.map((entry) => ({
      name: entry.case,
      distinct: distinctAnswers(repeatsOf(entry, tensor)),
    }));
    const unstable = perCase.filter(({ distinct }) => distinct.length > 1);
    let noise = 0;
    // Math.max gives NaN for NaN: noise that has no number in one case has none.
    for (const { distinct } of unstable) noise = Math.max(noise, await noiseOf(distinct));
    tensors.push({
      tensor,
      distinct_outputs: perCase.reduce((most, { distinct }) => Math.max(most, distinct.length), 0),
      cases: unstable.map(({ name }) => name),
      noise_max_abs: toJsonNumber(noise),
    });
  }
  const repeats = capture.cases.reduce(
    (fewest, entry) => Math.min(fewest, entry.repeats.length),
    Number.POSITIVE_INFINITY,
  );
  return { suite: suite.name, target: capture.target, repeats, tensors };
}
