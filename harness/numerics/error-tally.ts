import type { WorstList } from './worst-elements.ts';
import { enterWorst } from './worst-elements.ts';

/** Counts and maxima of the first pass. F: the positions where both sides are finite. */
export interface ErrorTally {
  /** |F|. */
  finite: number;
  /** Over F; 0 when F is empty. */
  maxAbsReference: number;
  maxAbsCandidate: number;
  maxAbsError: number;
  /** Elements that NumPy's isclose(candidate, reference) calls different: NaN agrees with nothing, Inf with itself. */
  mismatched: number;
  /** Elements with |e| = 1. */
  offByOne: number;
  nanReference: number;
  nanCandidate: number;
  infReference: number;
  infCandidate: number;
  /** One side is NaN, +Inf or -Inf, and the other is not the same. */
  nonfiniteMismatch: number;
  /** Both sides are the same NaN or infinity. */
  nonfiniteMatched: number;
  subnormalFlush: number;
  signOfZero: number;
}

export function emptyTally(): ErrorTally {
  return {
    finite: 0,
    maxAbsReference: 0,
    maxAbsCandidate: 0,
    maxAbsError: 0,
    mismatched: 0,
    offByOne: 0,
    nanReference: 0,
    nanCandidate: 0,
    infReference: 0,
    infCandidate: 0,
    nonfiniteMismatch: 0,
    nonfiniteMatched: 0,
    subnormalFlush: 0,
    signOfZero: 0,
  };
}

/** One block of decoded elements, float64[count] each; `start` is the flat index of the first. */
export interface ErrorBlock {
  readonly start: number;
  readonly count: number;
  readonly reference: Float64Array;
  readonly candidate: Float64Array;
  /** candidate - reference. */
  readonly error: Float64Array;
}

export interface TallyRules {
  /** An element agrees when |e| <= atol + rtol·|r|. */
  readonly atol: number;
  readonly rtol: number;
  /** Smallest positive normal number of the dtype; 0 when it has none. */
  readonly smallestNormal: number;
}

/** Adds one block to the tally and to the list of the worst. */
export function tallyBlock(tally: ErrorTally, worst: WorstList, block: ErrorBlock, rules: TallyRules): void {
  const { start, count, reference, candidate, error } = block;
  const { atol, rtol, smallestNormal } = rules;
  let { finite, maxAbsReference, maxAbsCandidate, maxAbsError, mismatched, offByOne } = tally;
  for (let i = 0; i < count; i++) {
    const r = reference[i]!;
    const c = candidate[i]!;
    // x - x is 0 for finite x, and NaN for the others.
    if (r - r !== 0 || c - c !== 0) {
      if (tallyNonfinite(tally, r, c) && worst.nonfinite.length < worst.capacity)
        worst.nonfinite.push(start + i);
      if (r !== c) mismatched++;
      continue;
    }
    finite++;
    const absReference = Math.abs(r);
    const absCandidate = Math.abs(c);
    const magnitude = Math.abs(error[i]!);
    if (absReference > maxAbsReference) maxAbsReference = absReference;
    if (absCandidate > maxAbsCandidate) maxAbsCandidate = absCandidate;
    if (magnitude === 0) {
      if (r === 0 && !Object.is(r, c)) tally.signOfZero++;
      continue;
    }
    if (magnitude > maxAbsError) maxAbsError = magnitude;
    if (!(magnitude <= atol + rtol * absReference)) mismatched++;
    if (magnitude === 1) offByOne++;
    if (magnitude > worst.threshold) enterWorst(worst, start + i, magnitude);
    if ((r === 0 && absCandidate < smallestNormal) || (c === 0 && absReference < smallestNormal)) {
      tally.subnormalFlush++;
    }
  }
  tally.finite = finite;
  tally.maxAbsReference = maxAbsReference;
  tally.maxAbsCandidate = maxAbsCandidate;
  tally.maxAbsError = maxAbsError;
  tally.offByOne = offByOne;
  tally.mismatched = mismatched;
}

/** Counts a pair of which at least one is not finite; true when they differ. */
function tallyNonfinite(tally: ErrorTally, r: number, c: number): boolean {
  const nanReference = Number.isNaN(r);
  const nanCandidate = Number.isNaN(c);
  if (nanReference) tally.nanReference++;
  else if (!Number.isFinite(r)) tally.infReference++;
  if (nanCandidate) tally.nanCandidate++;
  else if (!Number.isFinite(c)) tally.infCandidate++;
  if (r === c || (nanReference && nanCandidate)) {
    tally.nonfiniteMatched++;
    return false;
  }
  tally.nonfiniteMismatch++;
  return true;
}
