import { HISTOGRAMS, TOLERANCE_VARIES } from './asked.ts';
import { isEqual, paddedCandidate, paddedCount, paddedReference } from './blocks.ts';
import { FLOOR8, HIGHEST8, LOWEST8, ONE8, setLimits8, TOLERANCE8 } from './constants.ts';
import { distance, magnitude } from './distance8.ts';
import { BOOL, INT4, INT8, isPacked, isSigned8, UINT4, UINT8 } from './formats.ts';
import { countByteErrors } from './histograms.ts';
import { maxOfU8, sumOfU8 } from './lanes.ts';
import { AGREEING, SUMS, WHOLE_CANDIDATE, WHOLE_REFERENCE, WORST } from './layout.ts';
import { divideBytes, sumBytes } from './sum-bytes.ts';
import { SUMS_SIZE } from './sums.ts';
import {
  add,
  FINITE,
  MAX_CANDIDATE,
  MAX_ERROR,
  MAX_REFERENCE,
  MISMATCHED,
  OFF_BY_ONE,
  RELATIVE_COUNT,
  raise,
  SATURATED_CANDIDATE,
  SATURATED_REFERENCE,
  set,
} from './tally.ts';
import { toTruth, unpackNibbles } from './unpack.ts';

/** Sets what the blocks of a format are held to. @param floor smallest |r| that max_rel is taken over, 1 to 255 */
export function setFormat8(format: i32, floor: i32): void {
  const tolerance = <i32>load<u8>(AGREEING);
  if (format === INT8) setLimits8(tolerance, floor, -128, 127);
  else if (format === INT4) setLimits8(tolerance, floor, -8, 7);
  else if (format === UINT8) setLimits8(tolerance, floor, 0, 255);
  else if (format === UINT4) setLimits8(tolerance, floor, 0, 15);
  // A bool has no end values.
  else setLimits8(tolerance, floor, 2, 2);
}

/** One block of a format of at most 8 bits. @param floor as in setFormat8 */
export function measureBytes(
  format: i32,
  r: usize,
  c: usize,
  count: i32,
  block: i32,
  floor: i32,
  asked: i32,
): void {
  const padded = <usize>paddedCount(count);
  if (isPacked(format)) {
    isEqual(r, c, <usize>(count + 1) >> 1);
    unpackNibbles(r, WHOLE_REFERENCE, count, format === INT4);
    unpackNibbles(c, WHOLE_CANDIDATE, count, format === INT4);
    r = WHOLE_REFERENCE;
    c = WHOLE_CANDIDATE;
  } else {
    isEqual(r, c, count);
    r = paddedReference(r, count, padded);
    c = paddedCandidate(c, count, padded);
  }
  if (format === BOOL) {
    toTruth(r, WHOLE_REFERENCE, padded);
    toTruth(c, WHOLE_CANDIDATE, padded);
    r = WHOLE_REFERENCE;
    c = WHOLE_CANDIDATE;
  }
  const padding = <i32>padded - count;
  add(FINITE, count);
  if (isSigned8(format)) measure<i8>(r, c, padded, block, floor, 0, asked);
  else measure<u8>(r, c, padded, block, floor, format === BOOL ? 0 : padding, asked);
  // A bool has no steps.
  if (format === BOOL) set(OFF_BY_ONE, 0);
  if (asked & HISTOGRAMS) {
    if (isSigned8(format)) countByteErrors<i8>(r, c, count);
    else countByteErrors<u8>(r, c, count);
  }
}

/** @param atLowest how many elements of padding there are that count as the lowest value */
function measure<T>(
  r: usize,
  c: usize,
  bytes: usize,
  block: i32,
  floor: i32,
  atLowest: i32,
  asked: i32,
): void {
  const varies = (asked & TOLERANCE_VARIES) !== 0;
  const largest = tally<T>(r, c, bytes, atLowest, !varies);
  if (varies) countMismatched<T>(r, c, bytes);
  if (sumBytes<T>(r, c, bytes, SUMS + <usize>block * SUMS_SIZE)) divideBytes<T>(r, c, bytes, floor);
  store<f64>(WORST + ((<usize>block) << 4), largest);
  store<f64>(WORST + ((<usize>block) << 4), 0, 8);
}

/** Counts and maxima of at most 255 vectors. @returns the largest |e| */
function tally<T>(r: usize, c: usize, bytes: usize, atLowest: i32, countMismatches: bool): f64 {
  const floor = v128.load(FLOOR8);
  const lowest = v128.load(LOWEST8);
  const highest = v128.load(HIGHEST8);
  const tolerance = v128.load(TOLERANCE8);
  const one = v128.load(ONE8);
  const zero = i8x16.splat(0);
  let maxError = zero;
  let maxReference = zero;
  let maxCandidate = zero;
  let byOne = zero;
  let agreeing = zero;
  let above = zero;
  let atEndReference = zero;
  let atEndCandidate = zero;
  const end = r + bytes;
  for (; r < end; r += 16, c += 16) {
    const x = v128.load(r);
    const y = v128.load(c);
    const error = distance<T>(x, y);
    const absX = magnitude<T>(x);
    maxError = i8x16.max_u(maxError, error);
    maxReference = i8x16.max_u(maxReference, absX);
    maxCandidate = i8x16.max_u(maxCandidate, magnitude<T>(y));
    byOne = i8x16.sub(byOne, i8x16.eq(error, one));
    agreeing = i8x16.sub(agreeing, i8x16.eq(i8x16.max_u(error, tolerance), tolerance));
    above = i8x16.sub(above, i8x16.eq(i8x16.max_u(absX, floor), absX));
    atEndReference = i8x16.sub(atEndReference, v128.or(i8x16.eq(x, lowest), i8x16.eq(x, highest)));
    atEndCandidate = i8x16.sub(atEndCandidate, v128.or(i8x16.eq(y, lowest), i8x16.eq(y, highest)));
  }
  const largest = <f64>maxOfU8(maxError);
  raise(MAX_ERROR, largest);
  raise(MAX_REFERENCE, <f64>maxOfU8(maxReference));
  raise(MAX_CANDIDATE, <f64>maxOfU8(maxCandidate));
  add(OFF_BY_ONE, sumOfU8(byOne));
  if (countMismatches) add(MISMATCHED, <i32>bytes - sumOfU8(agreeing));
  add(RELATIVE_COUNT, sumOfU8(above));
  add(SATURATED_REFERENCE, sumOfU8(atEndReference) - atLowest);
  add(SATURATED_CANDIDATE, sumOfU8(atEndCandidate) - atLowest);
  return largest;
}

/** Elements that disagree where the tolerance depends on |r|. */
function countMismatched<T>(r: usize, c: usize, bytes: usize): void {
  let mismatched = 0;
  for (let at: usize = 0; at < bytes; at++) {
    const reference = <i32>load<T>(r + at);
    const error = abs<i32>(<i32>load<T>(c + at) - reference);
    mismatched += <i32>(error > <i32>load<u8>(AGREEING + <usize>abs<i32>(reference)));
  }
  add(MISMATCHED, mismatched);
}
