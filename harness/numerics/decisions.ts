import type { Decisions, Flip } from '../domain/run-files.ts';
import { toJsonNumber } from '../domain/run-files.ts';
import type { Tensor } from '../domain/tensor.ts';
import { whyNotComparable } from './comparable.ts';
import { decodeToBigInt, decodeToFloat64, is64BitInteger } from './decode.ts';
import type { Resolution } from './near-tie.ts';
import { isNearTie } from './near-tie.ts';
import type { Samples } from './samples.ts';
import { samplesOf } from './samples.ts';
import type { Scores } from './top-k.ts';
import { isNaNScore, sameTopK, topK, topKOverlap } from './top-k.ts';

export interface DecideOptions extends Resolution {
  readonly caseName: string;
  /** Axis along which the case holds many samples, named `case#row`; undefined: the case is one sample. */
  readonly batchAxis?: number;
  readonly topK: readonly number[];
  /** Class index by sample name. */
  readonly expected?: Readonly<Record<string, number>>;
}

/**
 * Decision metrics over the samples of one case. Classes lie in the last axis.
 *
 * A first answer changed when the best class differs, or is NaN on one side only; it counts as a near tie when the
 * reference cannot tell the two apart (`isNearTie`), otherwise as a flip. Rates over no sample are NaN. A k above the
 * number of classes counts as that number, which `classes` tells.
 * @throws UserError when the output does not fit the task. RangeError when the two are not comparable.
 */
export function decide(reference: Tensor, candidate: Tensor, options: DecideOptions): Decisions {
  const reason = whyNotComparable(reference, candidate, undefined);
  if (reason !== undefined) throw new RangeError(`decide needs comparable tensors: ${reason}`);
  const samples = samplesOf(reference, options.batchAxis);
  const pairs = pairsOf(reference, candidate, samples, options);
  const flipped = pairs.flatMap((pair) => flipOf(pair, reference, options));
  const nearTies = flipped.filter((flip) => flip.nearTie).length;
  const rates = options.topK.flatMap((k): [`top${number}_overlap` | `top${number}_ordered`, number][] => [
    [`top${k}_overlap`, mean(pairs.map((pair) => topKOverlap(pair.reference, pair.candidate, k)))],
    [`top${k}_ordered`, mean(pairs.map((pair) => Number(sameTopK(pair.reference, pair.candidate, k))))],
  ]);
  return {
    samples: pairs.length,
    classes: samples.classes,
    top1_agreement: toJsonNumber(
      mean(pairs.map((pair) => Number(sameTopK(pair.reference, pair.candidate, 1)))),
    ),
    ...Object.fromEntries(rates.map(([name, rate]) => [name, toJsonNumber(rate)])),
    flips: flipped.length - nearTies,
    near_ties: nearTies,
    ...accuracies(pairs),
    flipped,
  };
}

/** One sample on both sides. */
interface Pair {
  readonly sample: string;
  /** Flat index of the sample's first score. */
  readonly offset: number;
  readonly reference: Scores;
  readonly candidate: Scores;
  readonly expected: number | undefined;
}

function pairsOf(
  reference: Tensor,
  candidate: Tensor,
  { count, classes }: Samples,
  { caseName, batchAxis, expected }: DecideOptions,
): readonly Pair[] {
  if (classes === 0) return [];
  const referenceScores = scoresOf(reference);
  const candidateScores = scoresOf(candidate);
  return Array.from({ length: count }, (_, row) => {
    const sample = batchAxis === undefined ? caseName : `${caseName}#${row}`;
    const offset = row * classes;
    return {
      sample,
      offset,
      reference: referenceScores.subarray(offset, offset + classes),
      candidate: candidateScores.subarray(offset, offset + classes),
      expected: expected && Object.hasOwn(expected, sample) ? expected[sample] : undefined,
    };
  });
}

function scoresOf(tensor: Tensor): Float64Array | BigInt64Array | BigUint64Array {
  return is64BitInteger(tensor.dtype) ? decodeToBigInt(tensor) : decodeToFloat64(tensor);
}

/** The changed first answer of a sample, or nothing. */
function flipOf(pair: Pair, tensor: Tensor, options: DecideOptions): readonly Flip[] {
  const { reference, candidate, offset, sample, expected } = pair;
  if (sameTopK(reference, candidate, 1)) return [];
  const referenceClass = topK(reference, 1)[0]!;
  const candidateClass = topK(candidate, 1)[0]!;
  const margin = marginOf(reference, referenceClass, candidateClass);
  const comparable = !isNaNScore(candidate[candidateClass]!);
  return [
    {
      sample,
      reference: answer(reference, referenceClass, margin),
      candidate: answer(candidate, candidateClass, marginOf(candidate, candidateClass, referenceClass)),
      nearTie:
        comparable && isNearTie(tensor, offset + referenceClass, offset + candidateClass, margin, options),
      ...(expected !== undefined && { expected }),
    },
  ];
}

function answer(scores: Scores, best: number, margin: number): Flip['reference'] {
  return { class: best, score: toJsonNumber(Number(scores[best])), margin: toJsonNumber(margin) };
}

/** scores[higher] - scores[lower], from the exact difference. */
function marginOf(scores: Scores, higher: number, lower: number): number {
  const high = scores[higher]!;
  const low = scores[lower]!;
  return typeof high === 'bigint' && typeof low === 'bigint'
    ? Number(high - low)
    : Number(high) - Number(low);
}

/** Shares of the samples with a known answer whose best class is it; a NaN is never right. */
function accuracies(pairs: readonly Pair[]): Pick<Decisions, 'labelled' | 'accuracy' | 'accuracy_reference'> {
  const known = pairs.filter((pair) => pair.expected !== undefined);
  if (known.length === 0) return { labelled: 0 };
  const share = (side: 'reference' | 'candidate') =>
    toJsonNumber(mean(known.map((pair) => Number(isAnsweredBy(pair[side], pair.expected!)))));
  return {
    labelled: known.length,
    accuracy: share('candidate'),
    accuracy_reference: share('reference'),
  };
}

function isAnsweredBy(scores: Scores, expected: number): boolean {
  return topK(scores, 1)[0] === expected && !isNaNScore(scores[expected]!);
}

/** NaN of nothing. */
function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
