import { HISTOGRAMS } from './asked.ts';
import { isEqual, paddedCandidate, paddedCount, paddedReference } from './blocks.ts';
import { ABS64, ATOL, FLOOR, LOW_BEST64, ONE64, RTOL, setBest } from './constants.ts';
import { countEqual, countWhole } from './histograms.ts';
import { maxOfF64, maxOfU32, sumOfF64, sumOfI32 } from './lanes.ts';
import { SUMS, WIDE_CANDIDATE, WIDE_REFERENCE, WORST } from './layout.ts';
import { SUMS_SIZE, storeSums } from './sums.ts';
import {
  add,
  FINITE,
  get,
  MAX_CANDIDATE,
  MAX_ERROR,
  MAX_REFERENCE,
  MAX_RELATIVE,
  MISMATCHED,
  OFF_BY_ONE,
  RELATIVE_COUNT,
  raise,
  SATURATED_CANDIDATE,
  SATURATED_REFERENCE,
} from './tally.ts';

/** One block of int16 or uint16 (T), widened to int32. */
export function measureIntegers16<T>(
  r: usize,
  c: usize,
  count: i32,
  block: i32,
  lowest: i32,
  highest: i32,
  asked: i32,
): void {
  const bytes = (<usize>paddedCount(count)) << 1;
  isEqual(r, c, (<usize>count) << 1);
  widen<T>(paddedReference(r, (<usize>count) << 1, bytes), WIDE_REFERENCE, bytes);
  widen<T>(paddedCandidate(c, (<usize>count) << 1, bytes), WIDE_CANDIDATE, bytes);
  measureWide<i32>(WIDE_REFERENCE, WIDE_CANDIDATE, count, block, lowest, highest, asked);
}

/** One block of int32 or uint32 (T). */
export function measureIntegers32<T>(
  r: usize,
  c: usize,
  count: i32,
  block: i32,
  lowest: i32,
  highest: i32,
  asked: i32,
): void {
  const bytes = (<usize>paddedCount(count)) << 2;
  isEqual(r, c, (<usize>count) << 2);
  r = paddedReference(r, (<usize>count) << 2, bytes);
  c = paddedCandidate(c, (<usize>count) << 2, bytes);
  measureWide<T>(r, c, count, block, lowest, highest, asked);
}

function widen<T>(from: usize, to: usize, bytes: usize): void {
  const end = from + bytes;
  for (; from < end; from += 8, to += 16) {
    if (isSigned<T>()) v128.store(to, v128.load16x4_s(from));
    else v128.store(to, v128.load16x4_u(from));
  }
}

function measureWide<T>(
  r: usize,
  c: usize,
  count: i32,
  block: i32,
  lowest: i32,
  highest: i32,
  asked: i32,
): void {
  const padded = paddedCount(count);
  const bytes = (<usize>padded) << 2;
  add(FINITE, count);
  tallyPatterns<T>(r, c, bytes, lowest, highest, padded - count);
  const better = holdToLimits<T>(r, c, bytes);
  if (better) divide<T>(r, c, bytes);
  const largest = sum<T>(r, c, bytes, SUMS + <usize>block * SUMS_SIZE);
  raise(MAX_ERROR, largest);
  store<f64>(WORST + ((<usize>block) << 4), largest);
  store<f64>(WORST + ((<usize>block) << 4), 0, 8);
  if (asked & HISTOGRAMS) countErrors<T>(r, c, count);
}

/** Largest magnitudes, and elements at the dtype's end values; padding is 0. */
function tallyPatterns<T>(r: usize, c: usize, bytes: usize, lowest: i32, highest: i32, padding: i32): void {
  const low = i32x4.splat(lowest);
  const high = i32x4.splat(highest);
  let maxReference = i32x4.splat(0);
  let maxCandidate = i32x4.splat(0);
  let atEndReference = i32x4.splat(0);
  let atEndCandidate = i32x4.splat(0);
  const end = r + bytes;
  for (; r < end; r += 16, c += 16) {
    const x = v128.load(r);
    const y = v128.load(c);
    // |MIN| wraps to itself, which is right without sign.
    maxReference = i32x4.max_u(maxReference, isSigned<T>() ? i32x4.abs(x) : x);
    maxCandidate = i32x4.max_u(maxCandidate, isSigned<T>() ? i32x4.abs(y) : y);
    atEndReference = i32x4.add(atEndReference, v128.or(i32x4.eq(x, low), i32x4.eq(x, high)));
    atEndCandidate = i32x4.add(atEndCandidate, v128.or(i32x4.eq(y, low), i32x4.eq(y, high)));
  }
  const notReal = lowest === 0 ? padding : 0;
  raise(MAX_REFERENCE, <f64>maxOfU32(maxReference));
  raise(MAX_CANDIDATE, <f64>maxOfU32(maxCandidate));
  add(SATURATED_REFERENCE, <f64>(-sumOfI32(atEndReference) - notReal));
  add(SATURATED_CANDIDATE, <f64>(-sumOfI32(atEndCandidate) - notReal));
}

/** Two elements as float64. */
function pair<T>(at: usize): v128 {
  const values = v128.load64_zero(at);
  return isSigned<T>() ? f64x2.convert_low_i32x4_s(values) : f64x2.convert_low_i32x4_u(values);
}

/** Counts by |e|; true when an |e|/|r| may be larger than all so far. */
function holdToLimits<T>(r: usize, c: usize, bytes: usize): bool {
  const abs = v128.load(ABS64);
  const atol = v128.load(ATOL);
  const rtol = v128.load(RTOL);
  const floor = v128.load(FLOOR);
  const best = v128.load(LOW_BEST64);
  const one = v128.load(ONE64);
  let agreeing: v128 = i64x2.splat(0);
  let above: v128 = i64x2.splat(0);
  let byOne: v128 = i64x2.splat(0);
  let better: v128 = i64x2.splat(0);
  const end = r + bytes;
  for (let from = r; from < end; from += 8, c += 8) {
    const x = pair<T>(from);
    const error = v128.and(f64x2.sub(pair<T>(c), x), abs);
    const magnitude = v128.and(x, abs);
    const counts = f64x2.ge(magnitude, floor);
    agreeing = i64x2.sub(agreeing, f64x2.le(error, f64x2.add(atol, f64x2.mul(rtol, magnitude))));
    above = i64x2.sub(above, counts);
    byOne = i64x2.sub(byOne, f64x2.eq(error, one));
    better = v128.or(better, v128.and(counts, f64x2.gt(error, f64x2.mul(magnitude, best))));
  }
  add(MISMATCHED, <f64>(<i64>(bytes >> 2) - sumOfI64(agreeing)));
  add(RELATIVE_COUNT, <f64>sumOfI64(above));
  add(OFF_BY_ONE, <f64>sumOfI64(byOne));
  return v128.any_true(better);
}

function sumOfI64(v: v128): i64 {
  return i64x2.extract_lane(v, 0) + i64x2.extract_lane(v, 1);
}

/** Largest |e|/|r| over |r| >= floor. */
function divide<T>(r: usize, c: usize, bytes: usize): void {
  const abs = v128.load(ABS64);
  const floor = v128.load(FLOOR);
  let largest = f64x2.splat(0);
  const end = r + bytes;
  for (; r < end; r += 8, c += 8) {
    const x = pair<T>(r);
    const magnitude = v128.and(x, abs);
    const relative = f64x2.div(v128.and(f64x2.sub(pair<T>(c), x), abs), magnitude);
    largest = f64x2.pmax(largest, v128.and(relative, f64x2.ge(magnitude, floor)));
  }
  raise(MAX_RELATIVE, maxOfF64(largest));
  setBest(get(MAX_RELATIVE));
}

/** The sums of one block, as sumFloats takes them. @returns the largest |e| */
function sum<T>(r: usize, c: usize, bytes: usize, into: usize): f64 {
  const abs = v128.load(ABS64);
  let absError = f64x2.splat(0);
  let error = f64x2.splat(0);
  let squaredError = f64x2.splat(0);
  let squaredReference = f64x2.splat(0);
  let squaredCandidate = f64x2.splat(0);
  let product = f64x2.splat(0);
  let largest = f64x2.splat(0);
  const end = r + bytes;
  for (; r < end; r += 8, c += 8) {
    const x = pair<T>(r);
    const y = pair<T>(c);
    const e = f64x2.sub(y, x);
    const magnitude = v128.and(e, abs);
    largest = f64x2.pmax(largest, magnitude);
    absError = f64x2.add(absError, magnitude);
    error = f64x2.add(error, e);
    squaredError = f64x2.add(squaredError, f64x2.mul(e, e));
    squaredReference = f64x2.add(squaredReference, f64x2.mul(x, x));
    squaredCandidate = f64x2.add(squaredCandidate, f64x2.mul(y, y));
    product = f64x2.add(product, f64x2.mul(x, y));
  }
  storeSums(
    into,
    sumOfF64(absError),
    sumOfF64(error),
    sumOfF64(squaredError),
    sumOfF64(squaredReference),
    sumOfF64(squaredCandidate),
    sumOfF64(product),
  );
  return maxOfF64(largest);
}

/** Counts the errors of pairs that differ one by one. */
function countErrors<T>(r: usize, c: usize, count: i32): void {
  let equal = count;
  for (let first: usize = 0; first < <usize>count; first += 4) {
    const at = first << 2;
    let differing = i32x4.bitmask(i32x4.ne(v128.load(r + at), v128.load(c + at)));
    while (differing) {
      const own = at + ((<usize>ctz(differing)) << 2);
      differing &= differing - 1;
      countWhole(<f64>load<T>(c + own) - <f64>load<T>(r + own));
      equal--;
    }
  }
  countEqual(equal);
}
