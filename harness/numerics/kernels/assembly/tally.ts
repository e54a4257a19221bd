import { TALLY } from './layout.ts';

/** Places in the tally: those of `Tally` in measurement.ts, in its order, then the two of 8-bit tensors and `differs`. */
export const FINITE: usize = 0;
export const MAX_REFERENCE: usize = 8;
export const MAX_CANDIDATE: usize = 16;
export const MAX_ERROR: usize = 24;
export const MISMATCHED: usize = 32;
export const RELATIVE_COUNT: usize = 40;
export const MAX_RELATIVE: usize = 48;
export const NAN_REFERENCE: usize = 56;
export const NAN_CANDIDATE: usize = 64;
export const INF_REFERENCE: usize = 72;
export const INF_CANDIDATE: usize = 80;
export const NONFINITE_MISMATCH: usize = 88;
export const NONFINITE_MATCHED: usize = 96;
export const SUBNORMAL_FLUSH: usize = 104;
export const SIGN_OF_ZERO: usize = 112;
export const MAX_ULP: usize = 120;
export const MAX_STEPS: usize = 128;
export const OFF_BY_ONE: usize = 136;
export const OFF_GRID: usize = 144;
export const SATURATED_REFERENCE: usize = 152;
export const SATURATED_CANDIDATE: usize = 160;
/** |e| and |r| of the element behind MAX_RELATIVE. */
export const BEST_ERROR: usize = 168;
export const BEST_REFERENCE: usize = 176;
/** 1 when any byte differs. */
export const DIFFERS: usize = 184;

/** Empties the tally. */
export function emptyTally(): void {
  memory.fill(TALLY, 0, 192);
  set(MAX_ULP, -1);
}

export function get(place: usize): f64 {
  return load<f64>(TALLY + place);
}

export function set(place: usize, value: f64): void {
  store<f64>(TALLY + place, value);
}

export function add(place: usize, count: f64): void {
  set(place, get(place) + count);
}

/** Keeps the larger; neither may be NaN. */
export function raise(place: usize, value: f64): void {
  if (value > get(place)) set(place, value);
}
