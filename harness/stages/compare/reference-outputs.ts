import type { PlannedSuite } from '../../domain/suite.ts';
import type { StoredTensor } from '../../domain/tensor.ts';
import type { CapturedCapture } from '../deliveries.ts';

/** The reference's outputs of one case; a reason, in words, when there are none. */
export type ReferenceOutputs = (caseName: string) => readonly StoredTensor[] | string;

/** A suite's reference: its golden, or the first repeat of the target that the plan names. */
export function referenceOutputs(
  suite: PlannedSuite,
  captures: readonly CapturedCapture[],
): ReferenceOutputs {
  const { reference } = suite;
  if (reference.kind === 'golden') {
    const outputs = new Map(reference.cases.map((entry) => [entry.case, entry.outputs]));
    return (name) => outputs.get(name) ?? 'the golden has no such case';
  }
  const capture = captures.find(({ target }) => target === reference.target);
  if (!capture) return () => `the reference ${reference.target} was not captured`;
  const outputs = new Map(capture.cases.map((entry) => [entry.case, entry.repeats[0]]));
  return (name) => outputs.get(name) ?? `the reference ${reference.target} has no such case`;
}
