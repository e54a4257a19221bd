import { ABS64, MAX_STEPS64, OFFSET, ONE64, SLACK, STEP } from './constants.ts';
import { maxOfF64, sumOfF64 } from './lanes.ts';
import { BINS } from './layout.ts';
import { STEP_SUM } from './sums.ts';
import { add, MAX_STEPS, OFF_BY_ONE, OFF_GRID, raise } from './tally.ts';

/**
 * Quantization steps round(c/s) - round(r/s), halves to even, of `bytes` bytes of finite float32 (a multiple of 16), one scale
 * for all; quantization-steps.ts says what lies on the grid. Leaves the bins of the signed steps in BINS.
 */
export function countSteps(r: usize, c: usize, bytes: usize, into: usize): void {
  const abs = v128.load(ABS64);
  const step = v128.load(STEP);
  const offset = v128.load(OFFSET);
  const slack = v128.load(SLACK);
  const one = v128.load(ONE64);
  const maxSteps = v128.load(MAX_STEPS64);
  let largest = f64x2.splat(0);
  let sum = f64x2.splat(0);
  let byOne: v128 = i64x2.splat(0);
  let onGrid: v128 = i64x2.splat(0);
  const end = r + bytes;
  for (let to = BINS; r < end; r += 8, c += 8, to += 8) {
    const x = f64x2.div(f64x2.promote_low_f32x4(v128.load64_zero(r)), step);
    const y = f64x2.div(f64x2.promote_low_f32x4(v128.load64_zero(c)), step);
    const stepX = f64x2.nearest(x);
    const stepY = f64x2.nearest(y);
    const apart = f64x2.sub(stepY, stepX);
    const distance = v128.and(apart, abs);
    const clipped = f64x2.pmin(maxSteps, f64x2.pmax(f64x2.neg(maxSteps), apart));
    v128.store64_lane(to, i32x4.trunc_sat_f64x2_u_zero(f64x2.add(clipped, maxSteps)), 0);
    largest = f64x2.pmax(largest, distance);
    sum = f64x2.add(sum, apart);
    byOne = i64x2.sub(byOne, f64x2.eq(distance, one));
    const limitX = f64x2.mul(slack, f64x2.add(v128.and(stepX, abs), offset));
    const limitY = f64x2.mul(slack, f64x2.add(v128.and(stepY, abs), offset));
    const onX = f64x2.le(v128.and(f64x2.sub(x, stepX), abs), limitX);
    const onY = f64x2.le(v128.and(f64x2.sub(y, stepY), abs), limitY);
    onGrid = i64x2.sub(onGrid, v128.and(onX, onY));
  }
  raise(MAX_STEPS, maxOfF64(largest));
  add(OFF_BY_ONE, <f64>(i64x2.extract_lane(byOne, 0) + i64x2.extract_lane(byOne, 1)));
  add(OFF_GRID, <f64>(<i64>(bytes >> 2) - i64x2.extract_lane(onGrid, 0) - i64x2.extract_lane(onGrid, 1)));
  store<f64>(into + STEP_SUM, sumOfF64(sum));
}
