import { HISTOGRAMS } from './asked.ts';
import {
  setBest,
  setBest8,
  setConstants,
  setFloor,
  setPatterns16,
  setSteps,
  setTolerances,
} from './constants.ts';
import {
  BFLOAT16,
  BOOL,
  blockBytes,
  FLOAT16,
  FLOAT32,
  INT16,
  INT32,
  isPacked,
  isSigned8,
  UINT16,
  UINT32,
} from './formats.ts';
import { emptyCounts } from './histograms.ts';
import { largestByte, largestInteger, largestPattern16, largestPattern32 } from './largest.ts';
import * as layout from './layout.ts';
import { BLOCK } from './layout.ts';
import { measureBytes as measureByteBlock, setFormat8 } from './measure-bytes.ts';
import { measureFloat16, measureFloat32, valueOfPattern } from './measure-float.ts';
import { measureIntegers16, measureIntegers32 } from './measure-integers.ts';
import { foldSums } from './sums.ts';
import { BEST_ERROR, BEST_REFERENCE, emptyTally, MAX_RELATIVE, set } from './tally.ts';

export function referenceAddress(): usize {
  return layout.REFERENCE;
}
export function candidateAddress(): usize {
  return layout.CANDIDATE;
}
export function tallyAddress(): usize {
  return layout.TALLY;
}
export function sumsAddress(): usize {
  return layout.SUMS;
}
export function worstAddress(): usize {
  return layout.WORST;
}
export function errorCountsAddress(): usize {
  return layout.ERROR_COUNTS;
}
export function ulpCountsAddress(): usize {
  return layout.ULP_COUNTS;
}
export function stepCountsAddress(): usize {
  return layout.STEP_COUNTS;
}
export function decadeBinsAddress(): usize {
  return layout.DECADE_BINS;
}
export function decadesAddress(): usize {
  return layout.DECADES;
}
export function agreeingAddress(): usize {
  return layout.AGREEING;
}

/**
 * What the stretches that follow are measured under.
 * @param floor smallest |r| that max_rel is taken over, above 0; @param floorBits pattern of the smallest float32 from there up
 */
export function ask(atol: f64, rtol: f64, floor: f64, floorBits: i32): void {
  setConstants();
  setTolerances(atol, rtol, floor);
  setFloor(floorBits);
}

/** Quantization of the float stretches that follow: scale, |zero point| and what quantization-steps.ts allows beside the grid. */
export function askSteps(step: f64, offset: f64, slack: f64): void {
  setSteps(step, offset, slack);
}

/**
 * Measures one stretch of floats: tally, sums and counts are where the addresses say.
 * @param format as in formats.ts; so below
 * @param floorPattern the smallest |r| that max_rel is taken over, as a pattern of a 16-bit format
 * @param best largest |e|/|r| so far
 * @param asked as in asked.ts
 */
export function measureFloats(
  format: i32,
  r: usize,
  c: usize,
  count: i32,
  floorPattern: i32,
  best: f64,
  asked: i32,
): void {
  begin(best, asked);
  setPatterns16(format === BFLOAT16 ? 0x0080 : 0x0400, floorPattern);
  const step = blockBytes(format);
  let block = 0;
  for (let first = 0; first < count; first += BLOCK) {
    const length = min(BLOCK, count - first);
    if (format === FLOAT32) measureFloat32(r, c, length, block, asked);
    else measureFloat16(format === BFLOAT16, r, c, length, block, asked);
    r += step;
    c += step;
    block++;
  }
  foldSums(block);
}

/** The same of 16- and 32-bit integers. */
export function measureIntegers(format: i32, r: usize, c: usize, count: i32, best: f64, asked: i32): void {
  begin(best, asked);
  const step = blockBytes(format);
  let block = 0;
  for (let first = 0; first < count; first += BLOCK) {
    const length = min(BLOCK, count - first);
    if (format === INT32) measureIntegers32<i32>(r, c, length, block, i32.MIN_VALUE, i32.MAX_VALUE, asked);
    else if (format === UINT32) measureIntegers32<u32>(r, c, length, block, 0, -1, asked);
    else if (format === INT16)
      measureIntegers16<i16>(r, c, length, block, i16.MIN_VALUE, i16.MAX_VALUE, asked);
    else measureIntegers16<u16>(r, c, length, block, 0, u16.MAX_VALUE, asked);
    r += step;
    c += step;
    block++;
  }
  foldSums(block);
}

/**
 * The same of at most 8 bits.
 * @param floor smallest |r| that max_rel is taken over, 1 to 255
 * @param bestError |e| and, `bestReference`, |r| behind the largest |e|/|r| so far; 0 and 1 at first
 */
export function measureBytes(
  format: i32,
  r: usize,
  c: usize,
  count: i32,
  floor: i32,
  bestError: f64,
  bestReference: f64,
  asked: i32,
): void {
  setConstants();
  begin(bestError / bestReference, asked);
  set(BEST_ERROR, bestError);
  set(BEST_REFERENCE, bestReference);
  setFormat8(format, floor);
  setBest8(<i32>bestError, <i32>bestReference);
  const step = blockBytes(format);
  let block = 0;
  for (let first = 0; first < count; first += BLOCK) {
    measureByteBlock(format, r, c, min(BLOCK, count - first), block, floor, asked);
    r += step;
    c += step;
    block++;
  }
  foldSums(block);
}

function begin(best: f64, asked: i32): void {
  emptyTally();
  set(MAX_RELATIVE, best);
  setBest(best);
  if (asked & HISTOGRAMS) emptyCounts();
}

/** Largest finite |value| of `count` elements; 0 when there is none. */
export function largestFinite(format: i32, r: usize, count: i32): f64 {
  setConstants();
  const step = blockBytes(format);
  let largest: u32 = 0;
  for (let first = 0; first < count; first += BLOCK) {
    largest = max(largest, largestOfBlock(format, r, min(BLOCK, count - first)));
    r += step;
  }
  if (format === FLOAT32) return <f64>reinterpret<f32>(largest);
  if (format === FLOAT16 || format === BFLOAT16) return valueOfPattern(largest, format === BFLOAT16);
  return <f64>largest;
}

/** As a pattern, of floats. */
function largestOfBlock(format: i32, r: usize, count: i32): u32 {
  if (format === FLOAT32) return largestPattern32(r, count);
  if (format === FLOAT16) return largestPattern16(r, count, 0x7c00);
  if (format === BFLOAT16) return largestPattern16(r, count, 0x7f80);
  if (format === INT32) return largestInteger<i32>(r, count);
  if (format === UINT32) return largestInteger<u32>(r, count);
  if (format === INT16) return largestInteger<i16>(r, count);
  if (format === UINT16) return largestInteger<u16>(r, count);
  return largestByte(r, count, isSigned8(format), isPacked(format), format === BOOL);
}
