import { metricDefinition } from '../../domain/metrics.ts';
import type { Comparison, Decisions, JsonNumber, Metrics, WorstElement } from '../../domain/run-files.ts';
import { fromJsonNumber } from '../../domain/run-files.ts';
import type { PlannedSuite } from '../../domain/suite.ts';
import type { Quantization, StoredTensor, Tensor } from '../../domain/tensor.ts';
import { UserError } from '../../domain/user-error.ts';
import { compareTensors, type ElementComparison } from '../../numerics/compare-tensors.ts';
import { decide } from '../../numerics/decisions.ts';
import { DEFAULT_TOLERANCES } from '../../numerics/default-tolerances.ts';
import { type BlobStore, loadTensor } from '../../store/blob-store.ts';
import { answerOf, distinctAnswers } from './answers.ts';

type Head = Pick<Comparison, 'suite' | 'case' | 'target' | 'tensor'>;

/** Compares tensors of a suite and remembers: a pair of digests compared once serves every target that has it. */
export interface PairComparer {
  load(tensor: StoredTensor): Promise<Tensor>;
  elements(
    reference: StoredTensor,
    candidate: StoredTensor,
    quantization: Quantization | undefined,
  ): Promise<ElementComparison>;
}

export function pairComparer(blobs: BlobStore): PairComparer {
  const compared = new Map<string, Promise<ElementComparison>>();
  const load = (tensor: StoredTensor) => loadTensor(blobs, tensor);
  return {
    load,
    elements(reference, candidate, quantization) {
      const key = `${reference.name}\0${answerOf(reference)}\0${candidate.name}\0${answerOf(candidate)}`;
      const known = compared.get(key);
      if (known) return known;
      const fresh = Promise.all([load(reference), load(candidate)]).then(([left, right]) =>
        compareTensors(left, right, {
          ...DEFAULT_TOLERANCES[reference.dtype],
          ...(quantization ? { quantization } : {}),
        }),
      );
      compared.set(key, fresh);
      return fresh;
    },
  };
}

/**
 * One tensor of one case on one target. Every different answer among the repeats is compared and the worst of each metric
 * kept, so that a target cannot pass on the luck of its first repeat.
 *
 * @param reference the reference's tensor; undefined when it has none of this name; a string says why there is no reference
 * @param repeats the candidate's tensor per repeat; undefined where a repeat lacks it
 * @param repeatNoise largest |difference| between two repeats of this target, in the tensor's unit
 */
export async function comparePair(
  head: Head,
  suite: PlannedSuite,
  reference: StoredTensor | string | undefined,
  repeats: readonly (StoredTensor | undefined)[],
  comparer: PairComparer,
  repeatNoise: JsonNumber,
): Promise<Comparison> {
  const refuse = (reason: string): Comparison => ({ ...head, status: 'notComparable', reason });
  if (typeof reference === 'string') return refuse(reference);
  if (repeats.length === 0) return refuse('the capture lacks this case');
  const present = repeats.filter((output) => output !== undefined);
  if (!reference) return refuse('the candidate has an output that the reference lacks');
  if (present.length < repeats.length) return refuse('the candidate lacks this output');
  const distinct = distinctAnswers(present);
  const declared = suite.model.facts.outputs.find(({ name }) => name === head.tensor);
  try {
    const compared: {
      candidate: StoredTensor;
      elements: Extract<ElementComparison, { status: 'compared' }>;
    }[] = [];
    for (const candidate of distinct) {
      const elements = await comparer.elements(reference, candidate, declared?.quantization);
      if (elements.status === 'notComparable') return refuse(elements.reason);
      compared.push({ candidate, elements });
    }
    const worst = compared.reduce((left, right) =>
      isFurther(right.elements.metrics, left.elements.metrics) ? right : left,
    );
    const decisions = await decideWorst(head, suite, reference, distinct, comparer, repeatNoise);
    return {
      ...head,
      status: 'compared',
      dtype: reference.dtype,
      shape: reference.shape,
      identical: compared.every(({ elements }) => elements.identical),
      digest: { reference: reference.sha256, candidate: worst.candidate.sha256 },
      metrics: worstMetrics(compared.map(({ elements }) => elements.metrics)),
      ...(worst.elements.worst ? { worst: worst.elements.worst } : {}),
      worstElements: worst.elements.worstElements as readonly WorstElement[],
      ...(decisions ? { decisions } : {}),
    };
  } catch (error) {
    // A damaged or missing blob is this pair's trouble, not the run's.
    if (error instanceof UserError)
      return refuse(error.place ? `${error.message} (${error.place.file})` : error.message);
    throw error;
  }
}

async function decideWorst(
  head: Head,
  suite: PlannedSuite,
  reference: StoredTensor,
  candidates: readonly StoredTensor[],
  comparer: PairComparer,
  repeatNoise: JsonNumber,
): Promise<Decisions | undefined> {
  const { task } = suite;
  if (!task || task.output !== head.tensor) return undefined;
  const declared = suite.model.facts.outputs.find(({ name }) => name === head.tensor);
  const scales = declared?.quantization?.scale ?? [];
  const step = scales.length === 1 ? scales[0] : undefined;
  const left = await comparer.load(reference);
  const all = await Promise.all(
    candidates.map(async (candidate) =>
      decide(left, await comparer.load(candidate), {
        caseName: head.case,
        topK: task.topK,
        repeatNoise: finiteOrZero(fromJsonNumber(repeatNoise)),
        ...(task.batchAxis === undefined ? {} : { batchAxis: task.batchAxis }),
        ...(task.expected ? { expected: task.expected } : {}),
        ...(step === undefined ? {} : { step }),
      }),
    ),
  );
  return worstDecisions(all);
}

/** The worst repeat's flips to look at, and of every decision metric its worst repeat. */
function worstDecisions(all: readonly Decisions[]): Decisions | undefined {
  const [first, ...rest] = all;
  if (!first || rest.length === 0) return first;
  const numbers = worstMetrics(all.map(({ flipped: _, ...metrics }) => metrics as unknown as Metrics));
  const flipped = all
    .map((each) => each.flipped)
    .reduce((most, next) => (next.length > most.length ? next : most));
  return { ...first, ...numbers, flipped } as Decisions;
}

/** Noise without a number excuses nothing. */
function finiteOrZero(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

/** Which of two repeats is further from the reference: NaN and infinities out of place first, then the largest error. */
function isFurther(left: Metrics, right: Metrics): boolean {
  for (const name of ['nonfinite_mismatch', 'max_abs']) {
    const [l, r] = [sizeOf(left[name]), sizeOf(right[name])];
    if (l !== r) return l > r;
  }
  return false;
}

function sizeOf(value: JsonNumber | null | undefined): number {
  const size = fromJsonNumber(value ?? 'NaN');
  return Number.isNaN(size) ? Number.POSITIVE_INFINITY : size;
}

function worstMetrics(all: readonly Metrics[]): Metrics {
  const [first, ...rest] = all;
  if (!first || rest.length === 0) return first ?? {};
  return Object.fromEntries(
    Object.keys(first).map((name) => [
      name,
      all.map((metrics) => metrics[name] ?? null).reduce(worseOf(name)),
    ]),
  );
}

function worseOf(name: string) {
  const good = metricDefinition(name)?.good ?? 'informs';
  return (left: JsonNumber | null, right: JsonNumber | null): JsonNumber | null => {
    // What one repeat leaves undefined is undefined: no other repeat may answer for it.
    if (left === null || right === null) return null;
    if (left === 'NaN' || right === 'NaN') return 'NaN';
    const [l, r] = [fromJsonNumber(left), fromJsonNumber(right)];
    if (good === 'high') return r < l ? right : left;
    if (good === 'magnitude') return Math.abs(r) > Math.abs(l) ? right : left;
    return r > l ? right : left;
  };
}
