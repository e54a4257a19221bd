import { ABS64 } from './constants.ts';
import { maxOfF64, sumOfF64 } from './lanes.ts';
import { SUMS } from './layout.ts';

/** Bytes of a block's sums: in the order of `Sums` in measurement.ts, and one float64 unused. */
export const SUMS_SIZE: usize = 64;
/** Place of the steps among them. */
export const STEP_SUM: usize = 48;

/** Largest |e| of the block that was summed last. */
export let maxError: f64 = 0;

/**
 * Sums of `bytes` bytes of finite float32 (a multiple of 16) in float64: lane 0 adds the even elements one after the other,
 * lane 1 the odd ones, as sum-tree.ts defines.
 */
export function sumFloats(r: usize, c: usize, bytes: usize, into: usize): void {
  const abs = v128.load(ABS64);
  let absError = f64x2.splat(0);
  let error = f64x2.splat(0);
  let squaredError = f64x2.splat(0);
  let squaredReference = f64x2.splat(0);
  let squaredCandidate = f64x2.splat(0);
  let product = f64x2.splat(0);
  let largest = f64x2.splat(0);
  const end = r + bytes;
  for (; r < end; r += 16, c += 16) {
    const r0 = f64x2.promote_low_f32x4(v128.load64_zero(r));
    const c0 = f64x2.promote_low_f32x4(v128.load64_zero(c));
    const e0 = f64x2.sub(c0, r0);
    const a0 = v128.and(e0, abs);
    largest = f64x2.pmax(largest, a0);
    absError = f64x2.add(absError, a0);
    error = f64x2.add(error, e0);
    squaredError = f64x2.add(squaredError, f64x2.mul(e0, e0));
    squaredReference = f64x2.add(squaredReference, f64x2.mul(r0, r0));
    squaredCandidate = f64x2.add(squaredCandidate, f64x2.mul(c0, c0));
    product = f64x2.add(product, f64x2.mul(r0, c0));
    const r1 = f64x2.promote_low_f32x4(v128.load64_zero(r, 8));
    const c1 = f64x2.promote_low_f32x4(v128.load64_zero(c, 8));
    const e1 = f64x2.sub(c1, r1);
    const a1 = v128.and(e1, abs);
    largest = f64x2.pmax(largest, a1);
    absError = f64x2.add(absError, a1);
    error = f64x2.add(error, e1);
    squaredError = f64x2.add(squaredError, f64x2.mul(e1, e1));
    squaredReference = f64x2.add(squaredReference, f64x2.mul(r1, r1));
    squaredCandidate = f64x2.add(squaredCandidate, f64x2.mul(c1, c1));
    product = f64x2.add(product, f64x2.mul(r1, c1));
  }
  maxError = maxOfF64(largest);
  storeSums(
    into,
    sumOfF64(absError),
    sumOfF64(error),
    sumOfF64(squaredError),
    sumOfF64(squaredReference),
    sumOfF64(squaredCandidate),
    sumOfF64(product),
  );
}

/** The same where both sides have the same bytes: the errors are 0, and the squares are all one. */
export function sumEqualFloats(r: usize, bytes: usize, into: usize): void {
  let squares = f64x2.splat(0);
  const end = r + bytes;
  for (; r < end; r += 16) {
    const r0 = f64x2.promote_low_f32x4(v128.load64_zero(r));
    squares = f64x2.add(squares, f64x2.mul(r0, r0));
    const r1 = f64x2.promote_low_f32x4(v128.load64_zero(r, 8));
    squares = f64x2.add(squares, f64x2.mul(r1, r1));
  }
  maxError = 0;
  const sum = sumOfF64(squares);
  storeSums(into, 0, 0, 0, sum, sum, sum);
}

/** Stores a block's sums; it has no steps until countSteps says so. */
export function storeSums(
  into: usize,
  absError: f64,
  error: f64,
  squaredError: f64,
  squaredReference: f64,
  squaredCandidate: f64,
  product: f64,
): void {
  store<f64>(into, absError);
  store<f64>(into, error, 8);
  store<f64>(into, squaredError, 16);
  store<f64>(into, squaredReference, 24);
  store<f64>(into, squaredCandidate, 32);
  store<f64>(into, product, 40);
  store<f64>(into, 0, STEP_SUM);
}

/**
 * Adds up blocks as sum-tree.ts does: the largest whole trees from the left on, one per bit of `blocks`. Each ends where its
 * first block's sums were.
 */
export function foldSums(blocks: i32): void {
  let first = 0;
  for (let size = 64; size > 0; size >>= 1) {
    if ((blocks & size) === 0) continue;
    for (let half = 1; half < size; half <<= 1) {
      for (let at = first; at < first + size; at += 2 * half) addSums(at, at + half);
    }
    first += size;
  }
}

function addSums(left: i32, right: i32): void {
  const into = SUMS + <usize>left * SUMS_SIZE;
  const from = SUMS + <usize>right * SUMS_SIZE;
  for (let at: usize = 0; at < SUMS_SIZE; at += 16) {
    v128.store(into + at, f64x2.add(v128.load(into + at), v128.load(from + at)));
  }
}
