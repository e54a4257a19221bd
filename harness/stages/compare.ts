import { createHash } from 'node:crypto';
import { groupBy } from '../domain/group-by.ts';
import type {
  Comparison,
  Comparisons,
  Determinism,
  Equivalence,
  EquivalenceClass,
  Plan,
} from '../domain/run-files.ts';
import type { PlannedSuite } from '../domain/suite.ts';
import type { StoredTensor } from '../domain/tensor.ts';
import { type BlobStore, openBlobStore } from '../store/blob-store.ts';
import { readPlan, writeComparisons, writeDeterminism, writeEquivalence } from '../store/run-files.ts';
import { type RunFolder, runPaths } from '../store/run-folder.ts';
import { answerOf, distinctAnswers } from './compare/answers.ts';
import { comparePair, type PairComparer, pairComparer } from './compare/compare-pair.ts';
import { measureDeterminism } from './compare/measure-determinism.ts';
import { type CapturedCapture, type Delivery, readDeliveries } from './deliveries.ts';

export interface Compared {
  readonly comparisons: Comparisons;
  readonly equivalence: Equivalence;
  readonly determinism: Determinism;
}

/** The reference's outputs of one case, by tensor name; a reason when there are none. */
type ReferenceOutputs = (caseName: string) => readonly StoredTensor[] | string;

/** Captures -> metrics, classes and determinism. No verdict in it; the same files give the same bytes. */
export async function compare(
  plan: Plan,
  deliveries: readonly Delivery[],
  blobs: BlobStore,
): Promise<Compared> {
  const captured = deliveries.flatMap((delivery) =>
    delivery.status === 'captured' ? [{ ...delivery, capture: delivery.capture }] : [],
  );
  const comparisons: Comparison[] = [];
  const equivalence: Equivalence['suites'][number][] = [];
  const determinism: Determinism['targets'][number][] = [];
  for (const suite of plan.suites) {
    const ofSuite = captured.filter(({ planned }) => planned.suite === suite.name);
    const candidates = ofSuite.filter(({ planned }) => planned.role === 'candidate').map((d) => d.capture);
    const reference = referenceOutputs(
      suite,
      ofSuite.map(({ capture }) => capture),
    );
    const comparer = pairComparer(blobs);
    for (const capture of candidates) {
      const measured = await measureDeterminism(suite, capture, blobs);
      determinism.push(measured);
      comparisons.push(...(await compareTarget(suite, capture, reference, comparer, measured)));
    }
    equivalence.push(classify(suite, candidates, reference));
  }
  return {
    comparisons: { schemaVersion: 1, kind: 'comparisons', run: plan.run, comparisons },
    equivalence: { schemaVersion: 1, kind: 'equivalence', suites: equivalence },
    determinism: { schemaVersion: 1, kind: 'determinism', targets: determinism },
  };
}

/** The stage: reads plan and captures, writes comparisons, equivalence and determinism. */
export async function compareRun(run: RunFolder): Promise<Compared> {
  const plan = await readPlan(run);
  const compared = await compare(plan, await readDeliveries(run, plan), openBlobStore(runPaths.blobs(run)));
  await writeComparisons(run, compared.comparisons);
  await writeEquivalence(run, compared.equivalence);
  await writeDeterminism(run, compared.determinism);
  return compared;
}

function referenceOutputs(suite: PlannedSuite, captures: readonly CapturedCapture[]): ReferenceOutputs {
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

async function compareTarget(
  suite: PlannedSuite,
  capture: CapturedCapture,
  reference: ReferenceOutputs,
  comparer: PairComparer,
  determinism: Determinism['targets'][number],
): Promise<readonly Comparison[]> {
  const comparisons: Comparison[] = [];
  const captured = new Map(capture.cases.map((entry) => [entry.case, entry.repeats]));
  for (const { name } of suite.cases) {
    const head = { suite: suite.name, case: name, target: capture.target };
    const expected = reference(name);
    const repeats = captured.get(name);
    for (const tensor of tensorNames(suite, expected, repeats)) {
      const comparison = await comparePair(
        { ...head, tensor },
        suite,
        typeof expected === 'string' ? expected : expected.find((output) => output.name === tensor),
        (repeats ?? []).map((outputs) => outputs.find((output) => output.name === tensor)),
        comparer,
        determinism.tensors.find((entry) => entry.tensor === tensor)?.noise_max_abs ?? 0,
      );
      comparisons.push(comparison);
    }
  }
  return comparisons;
}

/** Every name on either side: an output that one side lacks, or has beside the declared ones, is never dropped. */
function tensorNames(
  suite: PlannedSuite,
  expected: readonly StoredTensor[] | string,
  repeats: readonly (readonly StoredTensor[])[] | undefined,
): readonly string[] {
  const names = new Set(suite.model.facts.outputs.map(({ name }) => name));
  if (typeof expected !== 'string') for (const { name } of expected) names.add(name);
  for (const outputs of repeats ?? []) for (const { name } of outputs) names.add(name);
  return [...names];
}

/** Targets by the hash of their hashes over all cases; the class that holds the reference's own bytes is marked. */
function classify(
  suite: PlannedSuite,
  captures: readonly CapturedCapture[],
  reference: ReferenceOutputs,
): Equivalence['suites'][number] {
  const tensors = suite.model.facts.outputs.map(({ name }) => name);
  const ofReference = (tensor: string) =>
    digest(
      suite.cases.map(({ name }) => {
        const outputs = reference(name);
        return typeof outputs === 'string' ? 'none' : answersOf([outputs], tensor);
      }),
    );
  const ofCapture = (capture: CapturedCapture, tensor: string) => {
    const repeats = new Map(capture.cases.map((entry) => [entry.case, entry.repeats]));
    return digest(suite.cases.map(({ name }) => answersOf(repeats.get(name) ?? [], tensor)));
  };
  return {
    suite: suite.name,
    tensors: tensors.map((tensor) => ({
      tensor,
      classes: classesOf(captures, (capture) => ofCapture(capture, tensor), ofReference(tensor)),
    })),
    overall: classesOf(
      captures,
      (capture) => digest(tensors.map((tensor) => ofCapture(capture, tensor))),
      digest(tensors.map(ofReference)),
    ),
  };
}

/** All answers over the repeats of a case, sorted: a target that gives two answers agrees only with one that gives the same two. */
function answersOf(repeats: readonly (readonly StoredTensor[])[], tensor: string): string {
  const outputs = repeats.flatMap((outputs) => outputs.filter(({ name }) => name === tensor));
  return distinctAnswers(outputs).map(answerOf).sort().join(' ') || 'none';
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}

/** Largest class first; letters A, B, … Z, AA, … in that order. */
function classesOf(
  captures: readonly CapturedCapture[],
  digestOf: (capture: CapturedCapture) => string,
  reference: string,
): readonly EquivalenceClass[] {
  const groups = groupBy(
    captures.map((capture) => ({ target: capture.target, digest: digestOf(capture) })),
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
