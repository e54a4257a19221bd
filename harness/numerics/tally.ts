import type { Block } from './block.ts';
import type { Tally } from './measurement.ts';
import type { WorstList } from './worst-list.ts';
import { enterNonfinite, enterWorst } from './worst-list.ts';

export function emptyTally(): Tally {
  return {
    finite: 0,
    maxAbsReference: 0,
    maxAbsCandidate: 0,
    maxAbsError: 0,
    mismatched: 0,
    relativeCount: 0,
    maxRelative: 0,
    nanReference: 0,
    nanCandidate: 0,
    infReference: 0,
    infCandidate: 0,
    nonfiniteMismatch: 0,
    nonfiniteMatched: 0,
    subnormalFlush: 0,
    signOfZero: 0,
    maxUlp: -1,
    maxSteps: 0,
    offByOne: 0,
    offGrid: 0,
    saturatedReference: 0,
    saturatedCandidate: 0,
  };
}

/** The tally of two ranges together. */
export function mergeTallies(left: Tally, right: Tally): Tally {
  return {
    finite: left.finite + right.finite,
    maxAbsReference: Math.max(left.maxAbsReference, right.maxAbsReference),
    maxAbsCandidate: Math.max(left.maxAbsCandidate, right.maxAbsCandidate),
    maxAbsError: Math.max(left.maxAbsError, right.maxAbsError),
    mismatched: left.mismatched + right.mismatched,
    relativeCount: left.relativeCount + right.relativeCount,
    maxRelative: Math.max(left.maxRelative, right.maxRelative),
    nanReference: left.nanReference + right.nanReference,
    nanCandidate: left.nanCandidate + right.nanCandidate,
    infReference: left.infReference + right.infReference,
    infCandidate: left.infCandidate + right.infCandidate,
    nonfiniteMismatch: left.nonfiniteMismatch + right.nonfiniteMismatch,
    nonfiniteMatched: left.nonfiniteMatched + right.nonfiniteMatched,
    subnormalFlush: left.subnormalFlush + right.subnormalFlush,
    signOfZero: left.signOfZero + right.signOfZero,
    maxUlp: Math.max(left.maxUlp, right.maxUlp),
    maxSteps: Math.max(left.maxSteps, right.maxSteps),
    offByOne: left.offByOne + right.offByOne,
    offGrid: left.offGrid + right.offGrid,
    saturatedReference: left.saturatedReference + right.saturatedReference,
    saturatedCandidate: left.saturatedCandidate + right.saturatedCandidate,
  };
}

export interface TallyRules {
  /** An element agrees when |e| <= atol + rtol·|r|. */
  readonly atol: number;
  readonly rtol: number;
  /** Smallest positive normal number of the dtype; 0 when it has none. */
  readonly smallestNormal: number;
  /** Smallest |r| that a relative error is taken over; above 0. */
  readonly relativeFloor: number;
}

/**
 * Adds one block to the tally, but for ULP, steps and saturation, and to the list of the worst. Sets every value outside F to
 * 0, so that the loops that follow need not look.
 * @returns how many of the block's positions are in F
 */
export function tallyBlock(tally: Tally, worst: WorstList, block: Block, rules: TallyRules): number {
  const { start, count, reference, candidate, error, ulp } = block;
  const { atol, rtol, smallestNormal, relativeFloor } = rules;
  let { maxAbsReference, maxAbsCandidate, maxAbsError, mismatched, relativeCount, maxRelative } = tally;
  let { threshold } = worst;
  let finite = count;
  for (let i = 0; i < count; i++) {
    const r = reference[i]!;
    const c = candidate[i]!;
    const e = error[i]!;
    // x - x is 0 for finite x, and NaN for the others; e is finite in F, unless it overflows.
    if (e - e !== 0 && (r - r !== 0 || c - c !== 0)) {
      if (tallyNonfinite(tally, r, c)) enterNonfinite(worst, start + i);
      if (r !== c) mismatched++;
      finite--;
      reference[i] = 0;
      candidate[i] = 0;
      error[i] = 0;
      ulp[i] = 0;
      continue;
    }
    const absReference = Math.abs(r);
    const absCandidate = Math.abs(c);
    const magnitude = Math.abs(e);
    if (absReference > maxAbsReference) maxAbsReference = absReference;
    if (absCandidate > maxAbsCandidate) maxAbsCandidate = absCandidate;
    const countsAsRelative = absReference >= relativeFloor;
    if (countsAsRelative) relativeCount++;
    if (magnitude === 0) {
      if (r === 0 && !Object.is(r, c)) tally.signOfZero++;
      continue;
    }
    if (magnitude > maxAbsError) maxAbsError = magnitude;
    if (!(magnitude <= atol + rtol * absReference)) mismatched++;
    if (countsAsRelative) {
      const relative = magnitude / absReference;
      if (relative > maxRelative) maxRelative = relative;
    }
    if (magnitude > threshold) {
      enterWorst(worst, start + i, magnitude);
      threshold = worst.threshold;
    }
    if ((r === 0 && absCandidate < smallestNormal) || (c === 0 && absReference < smallestNormal)) {
      tally.subnormalFlush++;
    }
  }
  tally.finite += finite;
  tally.maxAbsReference = maxAbsReference;
  tally.maxAbsCandidate = maxAbsCandidate;
  tally.maxAbsError = maxAbsError;
  tally.mismatched = mismatched;
  tally.relativeCount = relativeCount;
  tally.maxRelative = maxRelative;
  return finite;
}

/** Counts a pair of which at least one is not finite; true when they differ. */
function tallyNonfinite(tally: Tally, r: number, c: number): boolean {
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
