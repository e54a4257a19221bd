import { ABS64, OCTAVE_CAP, OCTAVE_SHIFT } from './constants.ts';
import { BINS, DECADE_BINS, DECADES, ERROR_COUNTS, STEP_COUNTS, ULP_COUNTS } from './layout.ts';

/** Bins of signed steps: 64 and more share the outer ones. */
const MAX_STEPS: f64 = 64;

/** Empties the counts of a stretch. */
export function emptyCounts(): void {
  memory.fill(ERROR_COUNTS, 0, 10240);
  memory.fill(ULP_COUNTS, 0, 1088);
  memory.fill(STEP_COUNTS, 0, 2112);
}

/**
 * Counts |e| by decade in `bytes` bytes of finite float32, a multiple of 8: how many reach each power of ten, from the largest |e|
 * down until all that are not 0 are counted, five decades at a time.
 * @param largest of the |e|
 * @param count elements of F
 */
export function countDecades(r: usize, c: usize, bytes: usize, largest: f64, count: i32): void {
  let bin = binOf(largest);
  let counted: i64 = 0;
  let nonzero: i64 = 0;
  while (bin > 0) {
    nonzero = countReaching(r, c, bytes, bin);
    for (let below = 0; below < 5 && bin > 0; below++, bin--) {
      const reached = load<i64>(BINS + ((<usize>below) << 3));
      const at = ERROR_COUNTS + ((<usize>bin) << 4);
      store<u32>(at, load<u32>(at) + <u32>(reached - counted));
      counted = reached;
    }
    if (counted === nonzero) break;
  }
  store<u32>(ERROR_COUNTS, load<u32>(ERROR_COUNTS) + count - <u32>nonzero);
}

/** Leaves in BINS how many |e| reach the powers of ten of `bin` and of the four bins below. @returns how many are not 0 */
function countReaching(r: usize, c: usize, bytes: usize, bin: u32): i64 {
  const abs = v128.load(ABS64);
  const power = DECADES + ((<usize>bin) << 3);
  const power0 = v128.load64_splat(power);
  const power1 = v128.load64_splat(power - 8);
  const power2 = v128.load64_splat(power - 16);
  const power3 = v128.load64_splat(power - 24);
  const power4 = v128.load64_splat(power - 32);
  const zero: v128 = i64x2.splat(0);
  let reach0 = zero;
  let reach1 = zero;
  let reach2 = zero;
  let reach3 = zero;
  let reach4 = zero;
  let nonzero = zero;
  const end = r + bytes;
  for (; r < end; r += 8, c += 8) {
    const x = f64x2.promote_low_f32x4(v128.load64_zero(r));
    const e = v128.and(f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(c)), x), abs);
    reach0 = i64x2.sub(reach0, f64x2.ge(e, power0));
    reach1 = i64x2.sub(reach1, f64x2.ge(e, power1));
    reach2 = i64x2.sub(reach2, f64x2.ge(e, power2));
    reach3 = i64x2.sub(reach3, f64x2.ge(e, power3));
    reach4 = i64x2.sub(reach4, f64x2.ge(e, power4));
    nonzero = i64x2.sub(nonzero, f64x2.gt(e, zero));
  }
  storeSum(0, reach0);
  storeSum(8, reach1);
  storeSum(16, reach2);
  storeSum(24, reach3);
  storeSum(32, reach4);
  return i64x2.extract_lane(nonzero, 0) + i64x2.extract_lane(nonzero, 1);
}

function storeSum(at: usize, v: v128): void {
  store<i64>(BINS + at, i64x2.extract_lane(v, 0) + i64x2.extract_lane(v, 1));
}

/** Bin of an |e| in histograms.ts of the room above. */
function binOf(magnitude: f64): u32 {
  if (magnitude === 0) return 0;
  // Numbers of one exponent lie in two decades at most.
  const bin = load<u32>(DECADE_BINS + ((<usize>(reinterpret<u64>(magnitude) >> 52)) << 2));
  return bin + <u32>(magnitude >= load<f64>(DECADES + ((<usize>bin + 1) << 3)));
}

/** Counts ULP distances by octave in `bytes` bytes of finite float32, a multiple of 16, of which `count` elements count. */
export function countOctaves32(r: usize, c: usize, bytes: usize, count: i32, outside: i32): void {
  let to = BINS;
  const end = r + bytes;
  for (; r < end; r += 16, c += 16, to += 16) {
    const x = v128.load(r);
    const y = v128.load(c);
    const orderOfX = order32(x);
    const orderOfY = order32(y);
    v128.store(to, octaves(i32x4.sub(i32x4.max_s(orderOfX, orderOfY), i32x4.min_s(orderOfX, orderOfY))));
  }
  countBins(ULP_COUNTS, count, outside);
}

/** The same of float16 or bfloat16, a multiple of 8. */
export function countOctaves16(r: usize, c: usize, bytes: usize, count: i32, outside: i32): void {
  let to = BINS;
  const end = r + bytes;
  for (; r < end; r += 8, c += 8, to += 16) {
    // In the upper halves, the distances of 32-bit orders are those of 16 bits, shifted.
    const orderOfX = order32(i32x4.shl(v128.load16x4_u(r), 16));
    const orderOfY = order32(i32x4.shl(v128.load16x4_u(c), 16));
    const distance = i32x4.sub(i32x4.max_s(orderOfX, orderOfY), i32x4.min_s(orderOfX, orderOfY));
    v128.store(to, octaves(i32x4.shr_u(distance, 16)));
  }
  countBins(ULP_COUNTS, count, outside);
}

/** Sign and magnitude -> a line. */
function order32(v: v128): v128 {
  const sign = i32x4.shr_s(v, 31);
  return i32x4.sub(v128.xor(i32x4.shr_u(i32x4.shl(v, 1), 1), sign), sign);
}

/** 0 for 0, else 1 + floor(log2 distance), of four distances without sign. */
function octaves(distance: v128): v128 {
  // Without the bit below its highest, no number rounds up to the next power of two.
  const rounded = v128.andnot(distance, i32x4.shr_u(distance, 1));
  const exponent = i32x4.shr_u(f32x4.convert_i32x4_s(rounded), 23);
  const octave = i32x4.max_s(i32x4.sub(exponent, v128.load(OCTAVE_SHIFT)), i32x4.splat(0));
  // 2^31 and more became negative, and far more than 32.
  return i32x4.min_s(octave, v128.load(OCTAVE_CAP));
}

/** Counts the bins of `count` signed steps that countSteps left in BINS. */
export function countStepBins(count: i32, outside: i32): void {
  countBins(STEP_COUNTS, count, 0);
  const zero = STEP_COUNTS + 64 * 16;
  store<u32>(zero, load<u32>(zero) - outside);
}

/**
 * Counts what lies in BINS. Neighbours have counts of their own: a count that was just raised is not at once needed again.
 * @param outside how many elements of bin 0 stand for pairs that are not finite
 */
function countBins(counts: usize, count: i32, outside: i32): void {
  const whole = BINS + ((<usize>(count & ~3)) << 2);
  let at = BINS;
  for (; at < whole; at += 16) {
    raise(counts, load<u32>(at));
    raise(counts + 4, load<u32>(at, 4));
    raise(counts + 8, load<u32>(at, 8));
    raise(counts + 12, load<u32>(at, 12));
  }
  const end = BINS + ((<usize>count) << 2);
  for (; at < end; at += 4) raise(counts, load<u32>(at));
  store<u32>(counts, load<u32>(counts) - outside);
}

function raise(counts: usize, bin: u32): void {
  const at = counts + ((<usize>bin) << 4);
  store<u32>(at, load<u32>(at) + 1);
}

/** Counts |e| and the signed steps e of whole numbers that differ. */
export function countWhole(error: f64): void {
  raise(ERROR_COUNTS, binOf(abs(error)));
  raise(STEP_COUNTS, <u32>(max(-MAX_STEPS, min(MAX_STEPS, error)) + MAX_STEPS));
}

/** Counts pairs of whole numbers that are equal. */
export function countEqual(count: i32): void {
  store<u32>(ERROR_COUNTS, load<u32>(ERROR_COUNTS) + count);
  const zero = STEP_COUNTS + 64 * 16;
  store<u32>(zero, load<u32>(zero) + count);
}

/**
 * Counts e + 255 of 8-bit elements in ERROR_COUNTS: decades and steps follow from it. Only pairs that differ are looked at one
 * by one.
 */
export function countByteErrors<T>(r: usize, c: usize, count: i32): void {
  let equal = count;
  for (let first: usize = 0; first < <usize>count; first += 16) {
    let differing = i8x16.bitmask(i8x16.ne(v128.load(r + first), v128.load(c + first)));
    while (differing) {
      const at = first + <usize>ctz(differing);
      differing &= differing - 1;
      raise(ERROR_COUNTS + ((at & 3) << 2), 255 + <i32>load<T>(c + at) - <i32>load<T>(r + at));
      equal--;
    }
  }
  const zero = ERROR_COUNTS + 255 * 16;
  store<u32>(zero, load<u32>(zero) + equal);
}
