import type { CapturedCase } from '../../domain/run-files.ts';
import type { StoredTensor } from '../../domain/tensor.ts';

type Answer = Pick<StoredTensor, 'dtype' | 'shape' | 'sha256' | 'bytes'>;

/**
 * What makes two outputs the same answer: dtype, shape and bytes. The same bytes under another shape are another answer, and
 * of two that claim different sizes for one hash one is wrong: neither may pass for the other.
 */
export function answerOf({ dtype, shape, sha256, bytes }: Answer): string {
  return `${dtype}[${shape.join(',')}]${sha256}:${bytes}`;
}

/** As equality of `answerOf`, without making the text. */
function isSameAnswer(left: Answer, right: Answer): boolean {
  return (
    left.sha256 === right.sha256 &&
    left.bytes === right.bytes &&
    left.dtype === right.dtype &&
    left.shape.length === right.shape.length &&
    left.shape.every((length, axis) => length === right.shape[axis])
  );
}

/** The different answers among some outputs, in first-seen order. */
export function distinctAnswers(outputs: readonly StoredTensor[]): readonly StoredTensor[] {
  const distinct: StoredTensor[] = [];
  for (const output of outputs) {
    if (!distinct.some((known) => isSameAnswer(known, output))) distinct.push(output);
  }
  return distinct;
}

/** A tensor's outputs over the repeats of a case. */
export function repeatsOf(entry: CapturedCase, tensor: string): readonly StoredTensor[] {
  return entry.repeats.flatMap((outputs) => outputs.filter(({ name }) => name === tensor));
}

/** Largest number of different answers to one case; NaN when the tensor was never captured. */
export function distinctOutputs(cases: readonly CapturedCase[], tensor: string): number {
  const largest = cases.reduce(
    (most, entry) => Math.max(most, distinctAnswers(repeatsOf(entry, tensor)).length),
    0,
  );
  return largest > 0 ? largest : Number.NaN;
}
