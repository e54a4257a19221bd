import type { CapturedCase } from '../../domain/run-files.ts';
import type { StoredTensor } from '../../domain/tensor.ts';

/** What makes two outputs the same answer: dtype, shape and bytes. The same bytes under another shape are another answer. */
export function answerOf({ dtype, shape, sha256 }: Pick<StoredTensor, 'dtype' | 'shape' | 'sha256'>): string {
  return `${dtype}[${shape.join(',')}]${sha256}`;
}

/** The different answers among some outputs, in first-seen order. */
export function distinctAnswers(outputs: readonly StoredTensor[]): readonly StoredTensor[] {
  return [...new Map(outputs.map((output) => [answerOf(output), output])).values()];
}

/** A tensor's outputs over the repeats of a case. */
export function repeatsOf(entry: CapturedCase, tensor: string): readonly StoredTensor[] {
  return entry.repeats.flatMap((outputs) => outputs.filter(({ name }) => name === tensor));
}

/** Largest number of different answers to one case; NaN when the tensor was never captured. */
export function distinctOutputs(cases: readonly CapturedCase[], tensor: string): number {
  const counts = cases.map((entry) => distinctAnswers(repeatsOf(entry, tensor)).length);
  const largest = Math.max(0, ...counts);
  return largest > 0 ? largest : Number.NaN;
}
