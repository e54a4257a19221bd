import { ABS16, BELOW_FLOOR16, HALF_BITS, HALF_SCALE, NORMAL16, ONES } from './constants.ts';
import { maxOfU16, sumOfI16 } from './lanes.ts';

/** What one look at a block's 16-bit float patterns tells. */
export let maxReferenceBits: u32 = 0;
export let maxCandidateBits: u32 = 0;
/** Largest ULP distance. */
export let maxUlp: u32 = 0;
/** Some pair differs of which both sides are subnormal or 0. */
export let tinyDiffer: bool = false;
/** Some value is subnormal. */
export let subnormals: bool = false;
/** Elements whose |r| max_rel is taken over. */
export let aboveFloor: i32 = 0;

/**
 * Of `bytes` bytes of float16 or bfloat16, a multiple of 16 and at most a block.
 * @param normal pattern of the smallest normal number
 */
export function lookAtBits16(r: usize, c: usize, bytes: usize, normal: i32): void {
  const abs = v128.load(ABS16);
  const smallestNormal = v128.load(NORMAL16);
  const belowFloor = v128.load(BELOW_FLOOR16);
  const ones = v128.load(ONES);
  let maxReference = i16x8.splat(0);
  let maxCandidate = i16x8.splat(0);
  let ulp = i16x8.splat(0);
  let tiny = i16x8.splat(0);
  let smallest = ones;
  let above = i16x8.splat(0);
  const end = r + bytes;
  for (; r < end; r += 16, c += 16) {
    const x = v128.load(r);
    const y = v128.load(c);
    const absX = v128.and(x, abs);
    const absY = v128.and(y, abs);
    maxReference = i16x8.max_u(maxReference, absX);
    maxCandidate = i16x8.max_u(maxCandidate, absY);
    const bothTiny = i16x8.lt_s(i16x8.max_s(absX, absY), smallestNormal);
    tiny = v128.or(tiny, v128.and(bothTiny, v128.xor(x, y)));
    // 0 - 1 wraps to the largest: what is left below the smallest normal number is subnormal.
    smallest = i16x8.min_u(smallest, i16x8.min_u(i16x8.add(absX, ones), i16x8.add(absY, ones)));
    above = i16x8.add(above, i16x8.gt_s(absX, belowFloor));
    const signOfX = i16x8.shr_s(x, 15);
    const signOfY = i16x8.shr_s(y, 15);
    const orderOfX = i16x8.sub(v128.xor(absX, signOfX), signOfX);
    const orderOfY = i16x8.sub(v128.xor(absY, signOfY), signOfY);
    ulp = i16x8.max_u(ulp, i16x8.sub(i16x8.max_s(orderOfX, orderOfY), i16x8.min_s(orderOfX, orderOfY)));
  }
  maxReferenceBits = maxOfU16(maxReference);
  maxCandidateBits = maxOfU16(maxCandidate);
  maxUlp = maxOfU16(ulp);
  tinyDiffer = v128.any_true(tiny);
  subnormals = <u32>0xffff - maxOfU16(v128.not(smallest)) < <u32>(normal - 1);
  aboveFloor = -sumOfI16(above);
}

/** Finite float16 -> float32; `bytes` bytes of float16, a multiple of 16. */
export function widenHalves(from: usize, to: usize, bytes: usize): void {
  // float16 in a float32's exponent and fraction is 2^-112 of its value.
  const signAndMagnitude = v128.load(HALF_BITS);
  const scale = v128.load(HALF_SCALE);
  const end = from + bytes;
  for (; from < end; from += 16, to += 32) {
    const x = v128.load(from);
    const low = i32x4.shl(i32x4.extend_low_i16x8_s(x), 13);
    const high = i32x4.shl(i32x4.extend_high_i16x8_s(x), 13);
    v128.store(to, f32x4.mul(v128.and(low, signAndMagnitude), scale));
    v128.store(to, f32x4.mul(v128.and(high, signAndMagnitude), scale), 16);
  }
}

/** The same with subnormals: of these a multiplication takes a hundred times as long. `bytes`: a multiple of 8. */
export function widenSubnormalHalves(from: usize, to: usize, bytes: usize): void {
  const abs = i32x4.splat(0x7fff);
  const rebias = i32x4.splat(112 << 23);
  // 2^-14, to whose fraction a subnormal is added and which is then taken off.
  const smallestNormal = i32x4.splat(113 << 23);
  const end = from + bytes;
  for (; from < end; from += 8, to += 16) {
    const x = v128.load16x4_u(from);
    const magnitude = v128.and(x, abs);
    const sign = i32x4.shl(v128.xor(x, magnitude), 16);
    const shifted = i32x4.shl(magnitude, 13);
    const subnormal = f32x4.sub(v128.or(shifted, smallestNormal), smallestNormal);
    const isSubnormal = i32x4.lt_s(shifted, i32x4.splat(1 << 23));
    v128.store(to, v128.or(sign, v128.bitselect(subnormal, i32x4.add(shifted, rebias), isSubnormal)));
  }
}

/** bfloat16 -> float32; `bytes` bytes of bfloat16, a multiple of 16. */
export function widenBfloats(from: usize, to: usize, bytes: usize): void {
  const zero = i16x8.splat(0);
  const end = from + bytes;
  for (; from < end; from += 16, to += 32) {
    const x = v128.load(from);
    v128.store(to, v128.shuffle<i16>(zero, x, 0, 8, 1, 9, 2, 10, 3, 11));
    v128.store(to, v128.shuffle<i16>(zero, x, 4, 12, 5, 13, 6, 14, 7, 15), 16);
  }
}
