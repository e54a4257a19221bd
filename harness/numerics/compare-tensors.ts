import type { Metrics, WorstElement } from '../domain/run-files.ts';
import { toJsonNumber } from '../domain/run-files.ts';
import type { Quantization, Tensor } from '../domain/tensor.ts';
import { elementCount } from '../domain/tensor.ts';
import { whyNotComparable } from './comparable.ts';
import { compareStrings, sameBytes, splitStrings } from './compare-strings.ts';
import { BLOCK_LENGTH, blockReader } from './decode.ts';
import { differences } from './differences.ts';
import { errorMetrics, noDistance, shareOf } from './error-metrics.ts';
import type { ErrorSums, SumScales } from './error-sums.ts';
import { emptySumBlocks, sumBlock, sumScale, totalSums } from './error-sums.ts';
import type { ErrorBlock, ErrorTally } from './error-tally.ts';
import { emptyTally, tallyBlock } from './error-tally.ts';
import { floatPrecision, smallestNormal } from './float-formats.ts';
import type { StepTally } from './quantization-steps.ts';
import { NO_STEPS, quantizationSteps } from './quantization-steps.ts';
import { isInteger, saturatedShare } from './saturation.ts';
import { ulpDistances } from './ulp.ts';
import type { WorstList } from './worst-elements.ts';
import { emptyWorstList, worstElements } from './worst-elements.ts';

export interface CompareOptions {
  /** Of a float tensor: adds the step metrics. Integer tensors are their own steps. */
  readonly quantization?: Quantization;
  /** An element agrees when |candidate - reference| <= atol + rtol·|reference|. */
  readonly atol: number;
  readonly rtol: number;
  /** Peak of psnr_db, in the tensor's unit; largest |reference| unless told. */
  readonly peak?: number;
  /** Longest list of worst elements; 16 unless told. */
  readonly worstCount?: number;
}

/** Reference + candidate -> numbers; no opinion. */
export type ElementComparison =
  | {
      readonly status: 'compared';
      /** The raw bytes are equal. */
      readonly identical: boolean;
      /** Metrics that do not apply to the dtype are absent; null: undefined for these values. */
      readonly metrics: Metrics;
      /** The element furthest apart; absent when no values differ. */
      readonly worst?: WorstElement;
      readonly worstElements: readonly WorstElement[];
    }
  | { readonly status: 'notComparable'; readonly reason: string };

/**
 * All element metrics of numerics.md for one tensor, any dtype and shape. Values are decoded to float64, in which
 * all sums are taken.
 * @throws RangeError when a tolerance is negative or NaN.
 */
export function compareTensors(
  reference: Tensor,
  candidate: Tensor,
  options: CompareOptions,
): ElementComparison {
  if (!(options.atol >= 0 && options.rtol >= 0)) {
    throw new RangeError(
      `tolerances are numbers from 0 up; found atol ${options.atol}, rtol ${options.rtol}`,
    );
  }
  const reason = whyNotComparable(reference, candidate, options.quantization);
  if (reason !== undefined) return { status: 'notComparable', reason };
  if (reference.dtype === 'string') return comparedStrings(reference, candidate, options.worstCount ?? 16);

  const worst = emptyWorstList(options.worstCount ?? 16);
  const { tally, maxUlp, steps } = firstPass(reference, candidate, options, worst);
  const scales = {
    error: sumScale(tally.maxAbsError),
    reference: sumScale(tally.maxAbsReference),
    candidate: sumScale(tally.maxAbsCandidate),
  };
  const sums = secondPass(reference, candidate, scales, 2 ** -10 * tally.maxAbsReference);
  const elements = elementCount(reference.shape);
  const metrics = {
    ...errorMetrics(elements, tally, sums, scales, options.peak),
    max_ulp: maxUlp ?? (tally.finite > 0 ? tally.maxAbsError : noDistance(tally)),
    ...stepMetrics(elements, reference, tally, sums, steps),
    ...saturation(reference, candidate),
  };
  return compared(
    sameBytes(reference.data, candidate.data),
    Object.fromEntries(
      Object.entries(metrics).map(([name, value]) => [name, value === null ? null : toJsonNumber(value)]),
    ),
    worstElements(worst, reference, candidate),
  );
}

interface FirstPass {
  readonly tally: ErrorTally;
  /** Undefined for dtypes that are not floats. */
  readonly maxUlp: number | undefined;
  /** Undefined unless a float tensor's quantization is known. */
  readonly steps: StepTally | undefined;
}

/** Everything that needs no maximum beforehand. */
function firstPass(
  reference: Tensor,
  candidate: Tensor,
  options: CompareOptions,
  worst: WorstList,
): FirstPass {
  const rules = { atol: options.atol, rtol: options.rtol, smallestNormal: smallestNormal(reference.dtype) };
  const tally = emptyTally();
  const ulps = ulpDistances(reference, candidate);
  const addSteps =
    options.quantization && floatPrecision(reference.dtype) !== undefined
      ? quantizationSteps(reference, options.quantization)
      : undefined;
  const steps = { ...NO_STEPS };
  const distances = new Float64Array(BLOCK_LENGTH);
  let maxUlp = -1;
  for (const block of blocksOf(reference, candidate)) {
    tallyBlock(tally, worst, block, rules);
    addSteps?.(block.start, block.count, block.reference, block.candidate, steps);
    ulps?.(block.start, block.start, block.count, distances);
    if (ulps) maxUlp = Math.max(maxUlp, largestUlp(distances, block));
  }
  return {
    tally,
    maxUlp: ulps && (maxUlp === -1 ? noDistance(tally) : maxUlp),
    steps: addSteps && steps,
  };
}

/** Infinity stands one ULP beyond the largest number; NaN stands nowhere. -1 when every position has a NaN. */
function largestUlp(distances: Float64Array, { count, reference, candidate }: ErrorBlock): number {
  let largest = -1;
  for (let i = 0; i < count; i++) {
    const distance = distances[i]!;
    if (distance > largest && !Number.isNaN(reference[i]!) && !Number.isNaN(candidate[i]!))
      largest = distance;
  }
  return largest;
}

function secondPass(
  reference: Tensor,
  candidate: Tensor,
  scales: SumScales,
  relativeFloor: number,
): ErrorSums {
  const sums = emptySumBlocks(Math.ceil(elementCount(reference.shape) / BLOCK_LENGTH));
  for (const block of blocksOf(reference, candidate)) {
    sumBlock(sums, block.start / BLOCK_LENGTH, block, scales, relativeFloor);
  }
  return totalSums(sums);
}

/** Both tensors decoded block by block; every block shares its arrays with the next. */
function* blocksOf(reference: Tensor, candidate: Tensor): Generator<ErrorBlock> {
  const elements = elementCount(reference.shape);
  const readReference = blockReader(reference);
  const readCandidate = blockReader(candidate);
  const subtract = differences(reference, candidate);
  const values = {
    reference: new Float64Array(BLOCK_LENGTH),
    candidate: new Float64Array(BLOCK_LENGTH),
    error: new Float64Array(BLOCK_LENGTH),
  };
  for (let start = 0; start < elements; start += BLOCK_LENGTH) {
    const count = Math.min(BLOCK_LENGTH, elements - start);
    readReference(start, count, values.reference);
    readCandidate(start, count, values.candidate);
    subtract(start, count, values.reference, values.candidate, values.error);
    yield { start, count, ...values };
  }
}

/** Integer tensors: steps are the differences of the values. Float tensors: only with a known quantization. */
function stepMetrics(
  elements: number,
  tensor: Tensor,
  tally: ErrorTally,
  sums: ErrorSums,
  steps: StepTally | undefined,
): Record<string, number> {
  if (isInteger(tensor.dtype)) {
    return {
      max_steps: tally.maxAbsError,
      off_by_one_fraction: shareOf(tally.offByOne, elements),
      step_bias: shareOf(sums.error, elements),
    };
  }
  if (!steps) return {};
  const overFinite = (value: number) => (tally.finite > 0 ? value : noDistance(tally));
  return {
    max_steps: overFinite(steps.maxSteps),
    off_by_one_fraction: shareOf(steps.offByOne, elements),
    step_bias: overFinite(steps.sumOfSteps / tally.finite),
    off_grid: steps.offGrid,
  };
}

function saturation(reference: Tensor, candidate: Tensor): Record<string, number> {
  if (!isInteger(reference.dtype)) return {};
  return { saturated_reference: saturatedShare(reference), saturated_candidate: saturatedShare(candidate) };
}

function comparedStrings(reference: Tensor, candidate: Tensor, worstCount: number): ElementComparison {
  const referenceStrings = splitStrings(reference);
  const candidateStrings = splitStrings(candidate);
  if (!referenceStrings || !candidateStrings) {
    const side = referenceStrings ? 'candidate' : 'reference';
    const reason = `the ${side}'s bytes are not ${elementCount(reference.shape)} strings with their lengths`;
    return { status: 'notComparable', reason };
  }
  const found = compareStrings(referenceStrings, candidateStrings, reference.shape, worstCount);
  return compared(
    sameBytes(reference.data, candidate.data),
    { elements: found.elements, mismatch_fraction: shareOf(found.mismatched, found.elements) },
    found.worstElements,
  );
}

function compared(identical: boolean, metrics: Metrics, worst: readonly WorstElement[]): ElementComparison {
  const first = worst[0];
  return { status: 'compared', identical, metrics, ...(first && { worst: first }), worstElements: worst };
}
