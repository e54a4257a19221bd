import { ABS32, BELOW_FLOOR, ONES } from './constants.ts';
import { maxOfU32, minOfU32, sumOfI32 } from './lanes.ts';

/** What one look at a block's float32 patterns tells. */
export let maxReferenceBits: u32 = 0;
export let maxCandidateBits: u32 = 0;
/** Largest ULP distance where no pair has different signs; at least 2^23 where one has. */
export let sameSignUlp: u32 = 0;
/** Pattern of the smallest |e| but 0, less one. */
export let smallestErrorBits: u32 = 0;
/** Elements whose |r| max_rel is taken over. */
export let aboveFloor: i32 = 0;

/** Zeros of different signs were among what maxUlp32 saw. */
export let zerosDiffer: bool = false;

/** Of `bytes` bytes of float32, a multiple of 32. */
export function lookAtBits32(r: usize, c: usize, bytes: usize): void {
  const abs = v128.load(ABS32);
  const ones = v128.load(ONES);
  const belowFloor = v128.load(BELOW_FLOOR);
  let maxReference = i32x4.splat(0);
  let maxCandidate = i32x4.splat(0);
  let ulp = i32x4.splat(0);
  let smallest = i32x4.splat(-1);
  let above = i32x4.splat(0);
  const end = r + bytes;
  for (; r < end; r += 32, c += 32) {
    const r0 = v128.load(r);
    const c0 = v128.load(c);
    const m0 = v128.and(r0, abs);
    maxReference = i32x4.max_u(maxReference, m0);
    maxCandidate = i32x4.max_u(maxCandidate, v128.and(c0, abs));
    // Patterns of one sign are apart as their values are; of two signs they wrap to 2^23 or more.
    ulp = i32x4.max_u(ulp, i32x4.abs(i32x4.sub(c0, r0)));
    above = i32x4.add(above, i32x4.gt_s(m0, belowFloor));
    // 0 - 1 wraps to the largest.
    smallest = i32x4.min_u(smallest, i32x4.add(v128.and(f32x4.sub(c0, r0), abs), ones));
    const r1 = v128.load(r, 16);
    const c1 = v128.load(c, 16);
    const m1 = v128.and(r1, abs);
    maxReference = i32x4.max_u(maxReference, m1);
    maxCandidate = i32x4.max_u(maxCandidate, v128.and(c1, abs));
    ulp = i32x4.max_u(ulp, i32x4.abs(i32x4.sub(c1, r1)));
    above = i32x4.add(above, i32x4.gt_s(m1, belowFloor));
    smallest = i32x4.min_u(smallest, i32x4.add(v128.and(f32x4.sub(c1, r1), abs), ones));
  }
  maxReferenceBits = maxOfU32(maxReference);
  maxCandidateBits = maxOfU32(maxCandidate);
  sameSignUlp = maxOfU32(ulp);
  smallestErrorBits = minOfU32(smallest);
  aboveFloor = -sumOfI32(above);
}

/** Largest ULP distance: |order(c) - order(r)|, order mapping sign and magnitude to a line. */
export function maxUlp32(r: usize, c: usize, bytes: usize): u32 {
  const abs = v128.load(ABS32);
  const zero = i32x4.splat(0);
  let largest = zero;
  let zeros = zero;
  const end = r + bytes;
  for (; r < end; r += 16, c += 16) {
    const x = v128.load(r);
    const y = v128.load(c);
    const signOfX = i32x4.shr_s(x, 31);
    const signOfY = i32x4.shr_s(y, 31);
    const orderOfX = i32x4.sub(v128.xor(v128.and(x, abs), signOfX), signOfX);
    const orderOfY = i32x4.sub(v128.xor(v128.and(y, abs), signOfY), signOfY);
    const distance = i32x4.sub(i32x4.max_s(orderOfX, orderOfY), i32x4.min_s(orderOfX, orderOfY));
    largest = i32x4.max_u(largest, distance);
    zeros = v128.or(zeros, v128.and(i32x4.eq(distance, zero), v128.xor(x, y)));
  }
  zerosDiffer = v128.any_true(zeros);
  return maxOfU32(largest);
}
