import {
  ABS32,
  ABS64,
  ATOL,
  BELOW_FLOOR,
  FLOOR,
  LOW_ATOL,
  LOW_BEST,
  LOW_RTOL,
  RTOL,
  SHRINK,
  setBest,
} from './constants.ts';
import { maxOfF64, sumOfI32 } from './lanes.ts';
import { add, get, MAX_RELATIVE, MISMATCHED, raise } from './tally.ts';

/**
 * Counts the elements of `bytes` bytes of finite float32 (a multiple of 32) that do not agree, and finds the largest |e|/|r|.
 * A float32 estimate, wide enough for its rounding, decides all but close calls: a block with one is done again in float64.
 * @param estimable the tolerances are such that float32 can estimate with them
 */
export function holdToLimits(r: usize, c: usize, bytes: usize, estimable: bool): void {
  const abs = v128.load(ABS32);
  const atol = v128.load(LOW_ATOL);
  const rtol = v128.load(LOW_RTOL);
  const shrink = v128.load(SHRINK);
  const belowFloor = v128.load(BELOW_FLOOR);
  const best = v128.load(LOW_BEST);
  let perhaps = i32x4.splat(0);
  let surely = i32x4.splat(0);
  let better = i32x4.splat(0);
  const end = r + bytes;
  for (let x = r, y = c; x < end; x += 32, y += 32) {
    const r0 = v128.load(x);
    const m0 = v128.and(r0, abs);
    const e0 = v128.and(f32x4.sub(v128.load(y), r0), abs);
    const t0 = f32x4.add(f32x4.mul(m0, rtol), atol);
    perhaps = i32x4.add(perhaps, f32x4.gt(e0, t0));
    surely = i32x4.add(surely, f32x4.gt(f32x4.mul(e0, shrink), t0));
    better = v128.or(better, v128.and(i32x4.gt_s(m0, belowFloor), f32x4.ge(e0, f32x4.mul(m0, best))));
    const r1 = v128.load(x, 16);
    const m1 = v128.and(r1, abs);
    const e1 = v128.and(f32x4.sub(v128.load(y, 16), r1), abs);
    const t1 = f32x4.add(f32x4.mul(m1, rtol), atol);
    perhaps = i32x4.add(perhaps, f32x4.gt(e1, t1));
    surely = i32x4.add(surely, f32x4.gt(f32x4.mul(e1, shrink), t1));
    better = v128.or(better, v128.and(i32x4.gt_s(m1, belowFloor), f32x4.ge(e1, f32x4.mul(m1, best))));
  }
  const mismatched = sumOfI32(perhaps);
  if (estimable && mismatched === sumOfI32(surely)) add(MISMATCHED, -mismatched);
  else countMismatched(r, c, bytes);
  if (v128.any_true(better)) divide(r, c, bytes);
}

/** Elements of which |e| <= atol + rtol·|r| does not hold, in float64. */
function countMismatched(r: usize, c: usize, bytes: usize): void {
  const abs = v128.load(ABS64);
  const atol = v128.load(ATOL);
  const rtol = v128.load(RTOL);
  let agreeing: v128 = i64x2.splat(0);
  const end = r + bytes;
  for (; r < end; r += 8, c += 8) {
    const x = f64x2.promote_low_f32x4(v128.load64_zero(r));
    const y = f64x2.promote_low_f32x4(v128.load64_zero(c));
    const limit = f64x2.add(atol, f64x2.mul(rtol, v128.and(x, abs)));
    agreeing = i64x2.sub(agreeing, f64x2.le(v128.and(f64x2.sub(y, x), abs), limit));
  }
  const agreed = i64x2.extract_lane(agreeing, 0) + i64x2.extract_lane(agreeing, 1);
  add(MISMATCHED, <f64>(<i64>(bytes >> 2) - agreed));
}

/** Largest |e|/|r| over |r| >= floor. */
function divide(r: usize, c: usize, bytes: usize): void {
  const abs = v128.load(ABS64);
  const floor = v128.load(FLOOR);
  let largest = f64x2.splat(0);
  const end = r + bytes;
  for (; r < end; r += 8, c += 8) {
    const x = f64x2.promote_low_f32x4(v128.load64_zero(r));
    const y = f64x2.promote_low_f32x4(v128.load64_zero(c));
    const absReference = v128.and(x, abs);
    const relative = f64x2.div(v128.and(f64x2.sub(y, x), abs), absReference);
    largest = f64x2.pmax(largest, v128.and(relative, f64x2.ge(absReference, floor)));
  }
  raise(MAX_RELATIVE, maxOfF64(largest));
  setBest(get(MAX_RELATIVE));
}
