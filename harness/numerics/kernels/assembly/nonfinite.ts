import { ABS32 } from './constants.ts';
import { maxOfU16, maxOfU32, sumOfI16, sumOfI32 } from './lanes.ts';
import { MASKED_CANDIDATE, MASKED_REFERENCE } from './layout.ts';
import {
  add,
  FINITE,
  INF_CANDIDATE,
  INF_REFERENCE,
  MISMATCHED,
  NAN_CANDIDATE,
  NAN_REFERENCE,
  NONFINITE_MATCHED,
  NONFINITE_MISMATCH,
} from './tally.ts';

/** Largest ULP distance where neither is NaN; -1 when every position has a NaN. */
export let maxUlp: f64 = -1;
/** Pairs of which one is not finite and the other differs. */
export let mismatches: f64 = 0;

/**
 * Counts the NaN and infinities of `bytes` bytes of float32, a multiple of 16 of which `count` elements count, and copies the
 * rest to MASKED_REFERENCE and MASKED_CANDIDATE with 0 wherever a side is not finite.
 */
export function maskNonfinite32(r: usize, c: usize, bytes: usize, count: i32): void {
  const abs = v128.load(ABS32);
  const top = i32x4.splat(0x7f800000);
  let finite = i32x4.splat(0);
  let nanX = i32x4.splat(0);
  let nanY = i32x4.splat(0);
  let infX = i32x4.splat(0);
  let infY = i32x4.splat(0);
  let bothNan = i32x4.splat(0);
  let sameInf = i32x4.splat(0);
  let withNan = i32x4.splat(0);
  let ulp = i32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const x = v128.load(r + at);
    const y = v128.load(c + at);
    const absX = v128.and(x, abs);
    const absY = v128.and(y, abs);
    const bothFinite = v128.and(i32x4.lt_s(absX, top), i32x4.lt_s(absY, top));
    v128.store(MASKED_REFERENCE + at, v128.and(x, bothFinite));
    v128.store(MASKED_CANDIDATE + at, v128.and(y, bothFinite));
    const isNanX = i32x4.gt_s(absX, top);
    const isNanY = i32x4.gt_s(absY, top);
    const isInfX = i32x4.eq(absX, top);
    const hasNan = v128.or(isNanX, isNanY);
    finite = i32x4.sub(finite, bothFinite);
    nanX = i32x4.sub(nanX, isNanX);
    nanY = i32x4.sub(nanY, isNanY);
    infX = i32x4.sub(infX, isInfX);
    infY = i32x4.sub(infY, i32x4.eq(absY, top));
    bothNan = i32x4.sub(bothNan, v128.and(isNanX, isNanY));
    sameInf = i32x4.sub(sameInf, v128.and(isInfX, i32x4.eq(x, y)));
    withNan = i32x4.sub(withNan, hasNan);
    const signOfX = i32x4.shr_s(x, 31);
    const signOfY = i32x4.shr_s(y, 31);
    const orderOfX = i32x4.sub(v128.xor(absX, signOfX), signOfX);
    const orderOfY = i32x4.sub(v128.xor(absY, signOfY), signOfY);
    const distance = i32x4.sub(i32x4.max_s(orderOfX, orderOfY), i32x4.min_s(orderOfX, orderOfY));
    ulp = i32x4.max_u(ulp, v128.andnot(distance, hasNan));
  }
  maxUlp = sumOfI32(withNan) === count ? -1 : <f64>maxOfU32(ulp);
  const padding = <i32>(bytes >> 2) - count;
  tally(
    count,
    sumOfI32(finite) - padding,
    sumOfI32(nanX),
    sumOfI32(nanY),
    sumOfI32(infX),
    sumOfI32(infY),
    sumOfI32(bothNan),
    sumOfI32(sameInf),
  );
}

/** The same of float16 and bfloat16. @param topPattern infinity's */
export function maskNonfinite16(r: usize, c: usize, bytes: usize, count: i32, topPattern: i32): void {
  const abs = i16x8.splat(0x7fff);
  const top = i16x8.splat(<i16>topPattern);
  let finite = i16x8.splat(0);
  let nanX = i16x8.splat(0);
  let nanY = i16x8.splat(0);
  let infX = i16x8.splat(0);
  let infY = i16x8.splat(0);
  let bothNan = i16x8.splat(0);
  let sameInf = i16x8.splat(0);
  let withNan = i16x8.splat(0);
  let ulp = i16x8.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const x = v128.load(r + at);
    const y = v128.load(c + at);
    const absX = v128.and(x, abs);
    const absY = v128.and(y, abs);
    const bothFinite = v128.and(i16x8.lt_s(absX, top), i16x8.lt_s(absY, top));
    v128.store(MASKED_REFERENCE + at, v128.and(x, bothFinite));
    v128.store(MASKED_CANDIDATE + at, v128.and(y, bothFinite));
    const isNanX = i16x8.gt_s(absX, top);
    const isNanY = i16x8.gt_s(absY, top);
    const isInfX = i16x8.eq(absX, top);
    const hasNan = v128.or(isNanX, isNanY);
    finite = i16x8.sub(finite, bothFinite);
    nanX = i16x8.sub(nanX, isNanX);
    nanY = i16x8.sub(nanY, isNanY);
    infX = i16x8.sub(infX, isInfX);
    infY = i16x8.sub(infY, i16x8.eq(absY, top));
    bothNan = i16x8.sub(bothNan, v128.and(isNanX, isNanY));
    sameInf = i16x8.sub(sameInf, v128.and(isInfX, i16x8.eq(x, y)));
    withNan = i16x8.sub(withNan, hasNan);
    const signOfX = i16x8.shr_s(x, 15);
    const signOfY = i16x8.shr_s(y, 15);
    const orderOfX = i16x8.sub(v128.xor(absX, signOfX), signOfX);
    const orderOfY = i16x8.sub(v128.xor(absY, signOfY), signOfY);
    const distance = i16x8.sub(i16x8.max_s(orderOfX, orderOfY), i16x8.min_s(orderOfX, orderOfY));
    ulp = i16x8.max_u(ulp, v128.andnot(distance, hasNan));
  }
  maxUlp = sumOfI16(withNan) === count ? -1 : <f64>maxOfU16(ulp);
  const padding = <i32>(bytes >> 1) - count;
  tally(
    count,
    sumOfI16(finite) - padding,
    sumOfI16(nanX),
    sumOfI16(nanY),
    sumOfI16(infX),
    sumOfI16(infY),
    sumOfI16(bothNan),
    sumOfI16(sameInf),
  );
}

function tally(
  count: i32,
  finite: i32,
  nanX: i32,
  nanY: i32,
  infX: i32,
  infY: i32,
  bothNan: i32,
  sameInf: i32,
): void {
  add(FINITE, finite);
  add(NAN_REFERENCE, nanX);
  add(NAN_CANDIDATE, nanY);
  add(INF_REFERENCE, infX);
  add(INF_CANDIDATE, infY);
  add(NONFINITE_MATCHED, bothNan + sameInf);
  mismatches = <f64>(count - finite - bothNan - sameInf);
  add(NONFINITE_MISMATCH, mismatches);
  // NaN agrees with nothing, infinity with itself.
  add(MISMATCHED, count - finite - sameInf);
}
