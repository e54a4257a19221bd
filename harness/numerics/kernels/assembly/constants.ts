import { CONSTANTS } from './layout.ts';

/**
 * Vectors that loops need, in memory: a loop that loads one before it starts keeps it in a register or on the stack,
 * where V8 would build a splat anew in every turn.
 */
export const ABS32: usize = CONSTANTS;
export const ABS64: usize = CONSTANTS + 16;
export const ONES: usize = CONSTANTS + 32;
/** float32: what |e| surely agrees within, as atol' + rtol'·|r|; and by what |e| shrinks to surely disagree. */
export const LOW_ATOL: usize = CONSTANTS + 48;
export const LOW_RTOL: usize = CONSTANTS + 64;
export const SHRINK: usize = CONSTANTS + 80;
/** int32: pattern below that of the smallest float32 that max_rel is taken over. */
export const BELOW_FLOOR: usize = CONSTANTS + 96;
/** float32 and float64: a little less than the largest |e|/|r| so far. */
export const LOW_BEST: usize = CONSTANTS + 112;
export const LOW_BEST64: usize = CONSTANTS + 128;
/** float64. */
export const ATOL: usize = CONSTANTS + 144;
export const RTOL: usize = CONSTANTS + 160;
export const FLOOR: usize = CONSTANTS + 176;
export const STEP: usize = CONSTANTS + 192;
export const OFFSET: usize = CONSTANTS + 208;
export const SLACK: usize = CONSTANTS + 224;
export const ONE64: usize = CONSTANTS + 240;
/** float16 and bfloat16. */
export const ABS16: usize = CONSTANTS + 256;
export const NORMAL16: usize = CONSTANTS + 272;
export const BELOW_FLOOR16: usize = CONSTANTS + 288;
/** What widens float16. */
export const HALF_BITS: usize = CONSTANTS + 304;
export const HALF_SCALE: usize = CONSTANTS + 320;
/** int8 and uint8; the last two are int16. */
export const ONE8: usize = CONSTANTS + 336;
export const TOLERANCE8: usize = CONSTANTS + 352;
export const FLOOR8: usize = CONSTANTS + 368;
export const LOWEST8: usize = CONSTANTS + 384;
export const HIGHEST8: usize = CONSTANTS + 400;
export const BEST_ERROR16: usize = CONSTANTS + 416;
export const BEST_REFERENCE16: usize = CONSTANTS + 432;
/** int32, of histograms: a float32's exponent, less this, is an octave; and the last octave. */
export const OCTAVE_SHIFT: usize = CONSTANTS + 448;
export const OCTAVE_CAP: usize = CONSTANTS + 464;
/** float64. */
export const MAX_STEPS64: usize = CONSTANTS + 480;

/** Pattern of the float32 2^112. */
export const TWO_TO_112: u32 = 0x77800000;

export function setConstants(): void {
  v128.store(ABS32, i32x4.splat(0x7fffffff));
  v128.store(ABS64, i64x2.splat(i64.MAX_VALUE));
  v128.store(ONES, i32x4.splat(-1));
  v128.store(ONE64, f64x2.splat(1));
  v128.store(ABS16, i16x8.splat(0x7fff));
  // A float16 in a float32's exponent and fraction is 2^-112 of its value.
  v128.store(HALF_BITS, i32x4.splat(0x8fffe000));
  v128.store(HALF_SCALE, f32x4.splat(reinterpret<f32>(TWO_TO_112)));
  v128.store(ONE8, i8x16.splat(1));
  v128.store(OCTAVE_SHIFT, i32x4.splat(126));
  v128.store(OCTAVE_CAP, i32x4.splat(32));
  v128.store(MAX_STEPS64, f64x2.splat(64));
}

export function setTolerances(atol: f64, rtol: f64, floor: f64): void {
  v128.store(ATOL, f64x2.splat(atol));
  v128.store(RTOL, f64x2.splat(rtol));
  v128.store(FLOOR, f64x2.splat(floor));
  const margin: f64 = 1.0 - 1.0 / 1048576.0;
  v128.store(LOW_ATOL, f32x4.splat(<f32>(atol * margin)));
  v128.store(LOW_RTOL, f32x4.splat(<f32>(rtol * margin)));
  v128.store(SHRINK, f32x4.splat(<f32>(margin * margin)));
}

/**
 * The largest |e|/|r| so far. What the loops compare with is 2^-20 (of float64: 2^-50) smaller, so that rounding cannot make
 * them miss a larger one: a candidate is then divided exactly.
 */
export function setBest(best: f64): void {
  const low = best * (1.0 - 1.0 / 1048576.0);
  // A subnormal float32 has no 20 bits.
  v128.store(LOW_BEST, f32x4.splat(low < <f64>f32.MIN_NORMAL_VALUE ? 0 : <f32>min(low, <f64>f32.MAX_VALUE)));
  v128.store(LOW_BEST64, f64x2.splat(best * (1.0 - 1.0 / 1125899906842624.0)));
}

/** @param floorBits pattern of the smallest float32 that max_rel is taken over; above 0 */
export function setFloor(floorBits: i32): void {
  v128.store(BELOW_FLOOR, i32x4.splat(floorBits - 1));
}

export function setSteps(step: f64, offset: f64, slack: f64): void {
  v128.store(STEP, f64x2.splat(step));
  v128.store(OFFSET, f64x2.splat(offset));
  v128.store(SLACK, f64x2.splat(slack));
}

/** @param normal pattern of the smallest normal number; @param floor of the smallest |r| that max_rel is taken over */
export function setPatterns16(normal: i32, floor: i32): void {
  v128.store(NORMAL16, i16x8.splat(<i16>normal));
  v128.store(BELOW_FLOOR16, i16x8.splat(<i16>(floor - 1)));
}

/** Of 8-bit formats: what agrees whatever |r| is, the smallest |r| that max_rel is taken over, and the end values. */
export function setLimits8(tolerance: i32, floor: i32, lowest: i32, highest: i32): void {
  v128.store(TOLERANCE8, i8x16.splat(<i8>tolerance));
  v128.store(FLOOR8, i8x16.splat(<i8>floor));
  v128.store(LOWEST8, i8x16.splat(<i8>lowest));
  v128.store(HIGHEST8, i8x16.splat(<i8>highest));
}

/** |e| and |r| behind the largest |e|/|r| so far. */
export function setBest8(error: i32, reference: i32): void {
  v128.store(BEST_ERROR16, i16x8.splat(<i16>error));
  v128.store(BEST_REFERENCE16, i16x8.splat(<i16>reference));
}
