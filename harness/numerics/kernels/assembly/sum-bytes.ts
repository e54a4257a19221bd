import { BEST_ERROR16, BEST_REFERENCE16, FLOOR8, setBest8 } from './constants.ts';
import { distance, magnitude } from './distance8.ts';
import { sumOfI16, sumOfI32 } from './lanes.ts';
import { storeSums } from './sums.ts';
import { BEST_ERROR, BEST_REFERENCE, get, MAX_RELATIVE, set } from './tally.ts';

function low<T>(v: v128): v128 {
  return isSigned<T>() ? i16x8.extend_low_i8x16_s(v) : i16x8.extend_low_i8x16_u(v);
}

function high<T>(v: v128): v128 {
  return isSigned<T>() ? i16x8.extend_high_i8x16_s(v) : i16x8.extend_high_i8x16_u(v);
}

function addPairs<T>(sum: v128, v: v128): v128 {
  return i16x8.add(sum, isSigned<T>() ? i16x8.extadd_pairwise_i8x16_s(v) : i16x8.extadd_pairwise_i8x16_u(v));
}

/**
 * The sums of at most 64 vectors, exact: whole numbers are the same in any order, and e² = r² + c² - 2rc.
 * @returns true when an |e|/|r| is larger than all so far: |e|·R > E·|r|, exact in 16 bits
 */
export function sumBytes<T>(r: usize, c: usize, bytes: usize, into: usize): bool {
  const floor = v128.load(FLOOR8);
  const bestError = v128.load(BEST_ERROR16);
  const bestReference = v128.load(BEST_REFERENCE16);
  const zero = i16x8.splat(0);
  let errors = zero;
  let references = zero;
  let candidates = zero;
  let squaredReferences = zero;
  let squaredCandidates = zero;
  let products = zero;
  let better = zero;
  const end = r + bytes;
  for (; r < end; r += 16, c += 16) {
    const x = v128.load(r);
    const y = v128.load(c);
    const error = distance<T>(x, y);
    const absX = magnitude<T>(x);
    errors = i16x8.add(errors, i16x8.extadd_pairwise_i8x16_u(error));
    references = addPairs<T>(references, x);
    candidates = addPairs<T>(candidates, y);
    const x0 = low<T>(x);
    const y0 = low<T>(y);
    const x1 = high<T>(x);
    const y1 = high<T>(y);
    squaredReferences = i32x4.add(
      squaredReferences,
      i32x4.add(i32x4.dot_i16x8_s(x0, x0), i32x4.dot_i16x8_s(x1, x1)),
    );
    squaredCandidates = i32x4.add(
      squaredCandidates,
      i32x4.add(i32x4.dot_i16x8_s(y0, y0), i32x4.dot_i16x8_s(y1, y1)),
    );
    products = i32x4.add(products, i32x4.add(i32x4.dot_i16x8_s(x0, y0), i32x4.dot_i16x8_s(x1, y1)));
    const counted = v128.and(error, i8x16.eq(i8x16.max_u(absX, floor), absX));
    const left0 = i16x8.mul(low<u8>(counted), bestReference);
    const left1 = i16x8.mul(high<u8>(counted), bestReference);
    const right0 = i16x8.mul(low<u8>(absX), bestError);
    const right1 = i16x8.mul(high<u8>(absX), bestError);
    better = v128.or(better, v128.or(i16x8.sub_sat_u(left0, right0), i16x8.sub_sat_u(left1, right1)));
  }
  const squaredReference = sumOfI32(squaredReferences);
  const squaredCandidate = sumOfI32(squaredCandidates);
  const product = sumOfI32(products);
  storeSums(
    into,
    sumOfI16(errors),
    sumOfI16(candidates) - sumOfI16(references),
    squaredReference + squaredCandidate - 2 * product,
    squaredReference,
    squaredCandidate,
    product,
  );
  return v128.any_true(better);
}

/** Largest |e|/|r| over |r| >= floor, and the element behind it. */
export function divideBytes<T>(r: usize, c: usize, bytes: usize, floor: i32): void {
  let best = get(MAX_RELATIVE);
  for (let at: usize = 0; at < bytes; at++) {
    const reference = abs<i32>(<i32>load<T>(r + at));
    const error = abs<i32>(<i32>load<T>(c + at) - <i32>load<T>(r + at));
    if (reference < floor) continue;
    const relative = <f64>error / <f64>reference;
    if (relative <= best) continue;
    best = relative;
    set(BEST_ERROR, error);
    set(BEST_REFERENCE, reference);
  }
  set(MAX_RELATIVE, best);
  setBest8(<i32>get(BEST_ERROR), <i32>get(BEST_REFERENCE));
}
