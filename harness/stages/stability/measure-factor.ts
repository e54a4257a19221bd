import { toJsonNumber } from '../../domain/run-files.ts';
import type { Factor, TriedValue, VariedFactor } from '../../domain/stability.ts';
import type { StoredTensor } from '../../domain/tensor.ts';
import { sha256Of } from '../../store/blob-store.ts';
import { answerOf, distinctAnswers } from '../compare/answers.ts';

/** What a target gave under one value of a factor, or why it gave nothing. */
export type Trial =
  | { readonly value: string; readonly outputs: readonly StoredTensor[] }
  | { readonly value: string; readonly reason: string };

/**
 * Whether the values of a factor give different answers, and how far apart these are.
 * @param noiseOf largest |difference| between any two of several answers
 */
export async function measureFactor(
  factor: Factor,
  trials: readonly Trial[],
  noiseOf: (answers: readonly StoredTensor[]) => Promise<number>,
): Promise<VariedFactor> {
  const ran = trials.filter((trial) => 'outputs' in trial);
  if (ran.length < 2) {
    const failed = trials.find((trial) => 'reason' in trial);
    return { factor, status: 'notVaried', reason: failed?.reason ?? 'there is nothing to vary' };
  }
  const names = new Set(ran.flatMap(({ outputs }) => outputs.map(({ name }) => name)));
  let noise = 0;
  for (const name of names) {
    const answers = distinctAnswers(
      ran.flatMap(({ outputs }) => outputs.filter((output) => output.name === name)),
    );
    // Math.max gives NaN for NaN: what has no number in one output has none.
    if (answers.length > 1) noise = Math.max(noise, await noiseOf(answers));
  }
  const values = trials.map(
    (trial): TriedValue =>
      'outputs' in trial
        ? { value: trial.value, status: 'ran', sha256: hashOf(trial.outputs) }
        : { value: trial.value, status: 'failed', reason: trial.reason },
  );
  return {
    factor,
    status: 'varied',
    values,
    distinct_outputs: new Set(ran.map(({ outputs }) => hashOf(outputs))).size,
    noise_max_abs: toJsonNumber(noise),
  };
}

/** Over name, dtype, shape and bytes of every output. */
function hashOf(outputs: readonly StoredTensor[]): string {
  const answers = outputs.map((output) => JSON.stringify([output.name, answerOf(output)]));
  return sha256Of(Buffer.from(answers.sort().join('\n')));
}
