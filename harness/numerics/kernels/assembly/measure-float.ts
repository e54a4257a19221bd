import { ESTIMABLE, HISTOGRAMS, STEPS_KNOWN } from './asked.ts';
import * as bits16 from './bits16.ts';
import * as bits32 from './bits32.ts';
import { isEqual, paddedCandidate, paddedCount, paddedReference } from './blocks.ts';
import { TWO_TO_112 } from './constants.ts';
import { countDecades, countOctaves16, countOctaves32, countStepBins } from './histograms.ts';
import { MASKED_CANDIDATE, MASKED_REFERENCE, SUMS, WIDE_CANDIDATE, WIDE_REFERENCE, WORST } from './layout.ts';
import { holdToLimits } from './limits.ts';
import * as nonfinite from './nonfinite.ts';
import { countOddities } from './oddities.ts';
import { countSteps } from './steps.ts';
import { maxError, SUMS_SIZE, sumEqualFloats, sumFloats } from './sums.ts';
import {
  add,
  FINITE,
  get,
  MAX_CANDIDATE,
  MAX_ERROR,
  MAX_REFERENCE,
  MAX_ULP,
  RELATIVE_COUNT,
  raise,
} from './tally.ts';

/** Patterns of float32, whose bfloat16 and float16 twins follow from them. */
const TOP32: u32 = 0x7f800000;
const NORMAL32: i32 = 0x00800000;
/** 2^-125, less one: a pair of subnormals or zeros is closer than that. */
const TINY_ERROR: u32 = 0x00ffffff;

/** One block of float32: `count` elements, of which sums and the worst go to place `block`. */
export function measureFloat32(r: usize, c: usize, count: i32, block: i32, asked: i32): void {
  const bytes = (<usize>paddedCount(count)) << 2;
  r = paddedReference(r, (<usize>count) << 2, bytes);
  c = paddedCandidate(c, (<usize>count) << 2, bytes);
  const same = isEqual(r, c, bytes);

  bits32.lookAtBits32(r, c, bytes);
  const allFinite = max(bits32.maxReferenceBits, bits32.maxCandidateBits) < TOP32;
  const finiteBefore = get(FINITE);
  let ulp: f64;
  if (allFinite) {
    nothingNonfinite(count, block);
    ulp = <f64>bits32.sameSignUlp;
  } else {
    nonfinite.maskNonfinite32(r, c, bytes, count);
    noteNonfinite(block);
    ulp = nonfinite.maxUlp;
    r = MASKED_REFERENCE;
    c = MASKED_CANDIDATE;
    bits32.lookAtBits32(r, c, bytes);
  }
  const signsDiffer = bits32.sameSignUlp >= <u32>NORMAL32;
  let tinyDiffer = bits32.smallestErrorBits < TINY_ERROR;
  if (signsDiffer) {
    const exact = <f64>bits32.maxUlp32(r, c, bytes);
    if (allFinite) ulp = exact;
    if (bits32.zerosDiffer) tinyDiffer = true;
  }
  if (tinyDiffer) countOddities(r, c, bytes, NORMAL32);

  raise(MAX_ULP, ulp);
  raise(MAX_REFERENCE, <f64>reinterpret<f32>(bits32.maxReferenceBits));
  raise(MAX_CANDIDATE, <f64>reinterpret<f32>(bits32.maxCandidateBits));
  add(RELATIVE_COUNT, <f64>bits32.aboveFloor);
  measureWide(r, c, bytes, block, same, asked);
  if (asked & HISTOGRAMS) {
    const outside = count - <i32>(get(FINITE) - finiteBefore);
    if (asked & STEPS_KNOWN) countStepBins(count, outside);
    countDecades(r, c, bytes, maxError, count - outside);
    countOctaves32(r, c, bytes, count, outside);
  }
}

/** One block of float16 or bfloat16. */
export function measureFloat16(isBfloat: bool, r: usize, c: usize, count: i32, block: i32, asked: i32): void {
  const bytes = (<usize>paddedCount(count)) << 1;
  const top = isBfloat ? 0x7f80 : 0x7c00;
  const normal = isBfloat ? 0x0080 : 0x0400;
  r = paddedReference(r, (<usize>count) << 1, bytes);
  c = paddedCandidate(c, (<usize>count) << 1, bytes);
  const same = isEqual(r, c, bytes);

  bits16.lookAtBits16(r, c, bytes, normal);
  const finiteBefore = get(FINITE);
  if (max(bits16.maxReferenceBits, bits16.maxCandidateBits) < <u32>top) {
    nothingNonfinite(count, block);
    raise(MAX_ULP, <f64>bits16.maxUlp);
  } else {
    nonfinite.maskNonfinite16(r, c, bytes, count, top);
    noteNonfinite(block);
    raise(MAX_ULP, nonfinite.maxUlp);
    r = MASKED_REFERENCE;
    c = MASKED_CANDIDATE;
    bits16.lookAtBits16(r, c, bytes, normal);
  }
  add(RELATIVE_COUNT, <f64>bits16.aboveFloor);
  raise(MAX_REFERENCE, valueOfPattern(bits16.maxReferenceBits, isBfloat));
  raise(MAX_CANDIDATE, valueOfPattern(bits16.maxCandidateBits, isBfloat));

  widen(r, WIDE_REFERENCE, bytes, isBfloat);
  widen(c, WIDE_CANDIDATE, bytes, isBfloat);
  const normal32 = isBfloat ? NORMAL32 : 113 << 23;
  if (bits16.tinyDiffer) countOddities(WIDE_REFERENCE, WIDE_CANDIDATE, bytes << 1, normal32);
  measureWide(WIDE_REFERENCE, WIDE_CANDIDATE, bytes << 1, block, same, asked);
  if (asked & HISTOGRAMS) {
    const outside = count - <i32>(get(FINITE) - finiteBefore);
    if (asked & STEPS_KNOWN) countStepBins(count, outside);
    countDecades(WIDE_REFERENCE, WIDE_CANDIDATE, bytes << 1, maxError, count - outside);
    countOctaves16(r, c, bytes, count, outside);
  }
}

/** What finite float32 values of every origin have in common. */
function measureWide(r: usize, c: usize, bytes: usize, block: i32, same: bool, asked: i32): void {
  const into = SUMS + <usize>block * SUMS_SIZE;
  if (same) {
    sumEqualFloats(r, bytes, into);
  } else {
    sumFloats(r, c, bytes, into);
    holdToLimits(r, c, bytes, (asked & ESTIMABLE) !== 0);
  }
  raise(MAX_ERROR, maxError);
  store<f64>(WORST + ((<usize>block) << 4), maxError);
  if (asked & STEPS_KNOWN) countSteps(r, c, bytes, into);
}

function widen(from: usize, to: usize, bytes: usize, isBfloat: bool): void {
  if (isBfloat) bits16.widenBfloats(from, to, bytes);
  else if (bits16.subnormals) bits16.widenSubnormalHalves(from, to, bytes);
  else bits16.widenHalves(from, to, bytes);
}

/** Value of a finite pattern of float16 or bfloat16 without sign. */
export function valueOfPattern(pattern: u32, isBfloat: bool): f64 {
  if (isBfloat) return <f64>reinterpret<f32>(pattern << 16);
  // As in widenHalves; float64 has room for its subnormals.
  return <f64>reinterpret<f32>(pattern << 13) * <f64>reinterpret<f32>(TWO_TO_112);
}

function nothingNonfinite(count: i32, block: i32): void {
  add(FINITE, <f64>count);
  store<f64>(WORST + ((<usize>block) << 4), 0, 8);
}

function noteNonfinite(block: i32): void {
  store<f64>(WORST + ((<usize>block) << 4), nonfinite.mismatches, 8);
}
