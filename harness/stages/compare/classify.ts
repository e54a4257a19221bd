import { createHash } from 'node:crypto';
import { groupBy } from '../../domain/group-by.ts';
import type { Equivalence, EquivalenceClass } from '../../domain/run-files.ts';
import type { PlannedSuite } from '../../domain/suite.ts';
import type { StoredTensor } from '../../domain/tensor.ts';
import type { CapturedCapture } from '../deliveries.ts';
import { answerOf, distinctAnswers } from './answers.ts';
import type { ReferenceOutputs } from './reference-outputs.ts';

/** Targets by the hash of their hashes over all cases; the class that holds the reference's own bytes is marked. */
export function classify(
  suite: PlannedSuite,
  captures: readonly CapturedCapture[],
  reference: ReferenceOutputs,
): Equivalence['suites'][number] {
  const tensors = suite.model.facts.outputs.map(({ name }) => name);
  const ofReference = (tensor: string) =>
    digest(
      suite.cases.map(({ name }) => {
        const outputs = reference(name);
        return typeof outputs === 'string' ? undefined : answersOf([outputs], tensor);
      }),
    );
  const ofCapture = (capture: CapturedCapture, tensor: string) => {
    const repeats = new Map(capture.cases.map((entry) => [entry.case, entry.repeats]));
    return digest(suite.cases.map(({ name }) => answersOf(repeats.get(name) ?? [], tensor)));
  };
  // Captures that hold the same answers share them.
  const digests = new Map(
    [...new Map(captures.map((capture) => [capture.cases, capture])).values()].map((capture) => [
      capture.cases,
      new Map(tensors.map((tensor) => [tensor, ofCapture(capture, tensor)])),
    ]),
  );
  const overall = new Map(
    [...digests].map(([cases, own]) => [cases, digest(tensors.map((tensor) => own.get(tensor)))]),
  );
  const digestOf = ({ cases }: CapturedCapture, tensor: string) => digests.get(cases)?.get(tensor);
  return {
    suite: suite.name,
    tensors: tensors.map((tensor) => ({
      tensor,
      classes: classesOf(captures, (capture) => digestOf(capture, tensor), ofReference(tensor)),
    })),
    overall: classesOf(captures, ({ cases }) => overall.get(cases), digest(tensors.map(ofReference))),
  };
}

/**
 * All answers over the repeats of a case, sorted: a target that gives two answers agrees only with one that gives the same two.
 * undefined: it gave none, and so agrees with nobody.
 */
function answersOf(repeats: readonly (readonly StoredTensor[])[], tensor: string): string | undefined {
  const outputs = repeats.flatMap((outputs) => outputs.filter(({ name }) => name === tensor));
  return distinctAnswers(outputs).map(answerOf).sort().join(' ') || undefined;
}

function digest(parts: readonly (string | undefined)[]): string | undefined {
  if (parts.includes(undefined)) return undefined;
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}

/** Targets without an answer are in no class. Largest class first; letters A, B, … Z, AA, … in that order. */
function classesOf(
  captures: readonly CapturedCapture[],
  digestOf: (capture: CapturedCapture) => string | undefined,
  reference: string | undefined,
): readonly EquivalenceClass[] {
  const groups = groupBy(
    captures.flatMap((capture) => {
      const own = digestOf(capture);
      return own === undefined ? [] : [{ target: capture.target, digest: own }];
    }),
    (entry) => entry.digest,
  );
  return [...groups]
    .map(([key, members]) => ({ digest: key, targets: members.map(({ target }) => target) }))
    .sort((left, right) => right.targets.length - left.targets.length)
    .map((entry, index) => ({ id: letters(index), ...entry, reference: entry.digest === reference }));
}

function letters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}
