import type { ErrorBlock } from './error-tally.ts';
import { pairwiseSum } from './pairwise-sum.ts';

/** Sums of the second pass over F, the positions where both sides are finite. */
export interface ErrorSums {
  readonly absError: number;
  readonly error: number;
  readonly squaredError: number;
  readonly squaredReference: number;
  readonly squaredCandidate: number;
  readonly product: number;
  /** Largest |e|/|r| over F with |r| > 0 and |r| >= floor; 0 when there is none. */
  readonly maxRelative: number;
  /** How many elements that was taken over. */
  readonly relativeCount: number;
}

/** Powers of two by which values are multiplied before they are summed, so that no square over- or underflows. */
export interface SumScales {
  readonly error: number;
  readonly reference: number;
  readonly candidate: number;
}

/** Blocks of sums that `sumBlock` fills, one entry a block. */
export interface SumBlocks {
  readonly absError: Float64Array;
  readonly error: Float64Array;
  readonly squaredError: Float64Array;
  readonly squaredReference: Float64Array;
  readonly squaredCandidate: Float64Array;
  readonly product: Float64Array;
  maxRelative: number;
  relativeCount: number;
}

export function emptySumBlocks(blocks: number): SumBlocks {
  return {
    absError: new Float64Array(blocks),
    error: new Float64Array(blocks),
    squaredError: new Float64Array(blocks),
    squaredReference: new Float64Array(blocks),
    squaredCandidate: new Float64Array(blocks),
    product: new Float64Array(blocks),
    maxRelative: 0,
    relativeCount: 0,
  };
}

/**
 * 1 for every magnitude whose square float64 holds with room for a sum, all of float32's included; else the power
 * of two that brings the largest magnitude near 1.
 */
export function sumScale(largest: number): number {
  if (largest === 0 || !Number.isFinite(largest)) return 1;
  if (largest >= 2 ** -240 && largest <= 2 ** 240) return 1;
  return 2 ** Math.min(1023, -Math.floor(Math.log2(largest)));
}

/** Sums one block of scaled values into entry `at`. `floor`: smallest |r| that a relative error is taken over. */
export function sumBlock(
  into: SumBlocks,
  at: number,
  block: ErrorBlock,
  scales: SumScales,
  floor: number,
): void {
  const { count, reference, candidate, error } = block;
  const { error: errorScale, reference: referenceScale, candidate: candidateScale } = scales;
  let absError = 0;
  let sumOfErrors = 0;
  let squaredError = 0;
  let squaredReference = 0;
  let squaredCandidate = 0;
  let product = 0;
  let { maxRelative, relativeCount } = into;
  for (let i = 0; i < count; i++) {
    const r = reference[i]!;
    const c = candidate[i]!;
    if (r - r !== 0 || c - c !== 0) continue;
    const e = error[i]!;
    const absReference = Math.abs(r);
    if (absReference >= floor && absReference > 0) {
      relativeCount++;
      const relative = Math.abs(e) / absReference;
      if (relative > maxRelative) maxRelative = relative;
    }
    const scaledError = e * errorScale;
    const scaledReference = r * referenceScale;
    const scaledCandidate = c * candidateScale;
    absError += Math.abs(scaledError);
    sumOfErrors += scaledError;
    squaredError += scaledError * scaledError;
    squaredReference += scaledReference * scaledReference;
    squaredCandidate += scaledCandidate * scaledCandidate;
    product += scaledReference * scaledCandidate;
  }
  into.absError[at] = absError;
  into.error[at] = sumOfErrors;
  into.squaredError[at] = squaredError;
  into.squaredReference[at] = squaredReference;
  into.squaredCandidate[at] = squaredCandidate;
  into.product[at] = product;
  into.maxRelative = maxRelative;
  into.relativeCount = relativeCount;
}

export function totalSums(blocks: SumBlocks): ErrorSums {
  return {
    absError: pairwiseSum(blocks.absError),
    error: pairwiseSum(blocks.error),
    squaredError: pairwiseSum(blocks.squaredError),
    squaredReference: pairwiseSum(blocks.squaredReference),
    squaredCandidate: pairwiseSum(blocks.squaredCandidate),
    product: pairwiseSum(blocks.product),
    maxRelative: blocks.maxRelative,
    relativeCount: blocks.relativeCount,
  };
}
