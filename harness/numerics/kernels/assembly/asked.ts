/** What may be asked of every block, as bits; measure-stretch.ts has the same. */

/** The tolerances are such that float32 can estimate with them. */
export const ESTIMABLE: i32 = 1;
export const HISTOGRAMS: i32 = 2;
/** Float tensors have a scale. */
export const STEPS_KNOWN: i32 = 4;
/** Of 8-bit tensors: rtol is not 0. */
export const TOLERANCE_VARIES: i32 = 8;
