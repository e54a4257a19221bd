import type { JsonNumber } from '../domain/run-files.ts';
import type { DType, Quantization } from '../domain/tensor.ts';

/** Elements that one block holds. Sums are taken block by block, then pairwise over blocks (sum-tree.ts). */
export const BLOCK_LENGTH = 1024;

/** Blocks of one stretch: two sides of float32 stay in a core's second cache. */
export const STRETCH_BLOCKS = 64;

/** Elements of one stretch. Every stretch of a tensor but the last has this many. */
export const STRETCH_LENGTH = STRETCH_BLOCKS * BLOCK_LENGTH;

/** What is asked of one pair of tensors. Cloneable, so that a worker thread can be asked too. */
export interface MeasureRules {
  readonly dtype: DType;
  /** Of the whole tensor. */
  readonly shape: readonly number[];
  /** An element agrees when |e| <= atol + rtol·|r|. */
  readonly atol: number;
  readonly rtol: number;
  /** Of a float tensor: adds the step metrics. */
  readonly quantization?: Quantization;
  readonly worstCount: number;
  readonly histograms: boolean;
}

/** Powers of two by which values are multiplied before they are summed, so that no square over- or underflows. */
export interface SumScales {
  readonly error: number;
  readonly reference: number;
  readonly candidate: number;
}

/**
 * What a pass over the elements must know beforehand. It is guessed (scales 1; the largest finite |r| from a look at
 * the reference alone), and checked against what the pass found: a wrong guess costs one more pass, never a wrong number.
 */
export interface Assumptions {
  /** Largest |r| over F; max_rel is taken where |r| >= 2^-10 of it. */
  readonly maxAbsReference: number;
  readonly scales: SumScales;
}

/**
 * Consecutive elements of both sides: `start` is the flat index of the first, a multiple of STRETCH_LENGTH. All stretches of
 * a tensor but its last hold STRETCH_LENGTH elements.
 */
export interface Stretch {
  readonly start: number;
  readonly count: number;
  /** The bytes of these elements alone, little-endian. */
  readonly reference: Uint8Array;
  readonly candidate: Uint8Array;
}

/** Counts and maxima. F: the positions where both sides are finite. Every field merges by + or by max. */
export interface Tally {
  /** |F|. */
  finite: number;
  /** Over F; 0 when F is empty. */
  maxAbsReference: number;
  maxAbsCandidate: number;
  maxAbsError: number;
  /** Elements that NumPy's isclose(candidate, reference) calls different: NaN agrees with nothing, Inf with itself. */
  mismatched: number;
  /** Elements of F with |r| > 0 and |r| >= the floor, and the largest |e|/|r| among them; 0 when there is none. */
  relativeCount: number;
  maxRelative: number;
  nanReference: number;
  nanCandidate: number;
  infReference: number;
  infCandidate: number;
  /** One side is NaN, +Inf or -Inf, and the other is not the same. */
  nonfiniteMismatch: number;
  /** Both sides are the same NaN or infinity. */
  nonfiniteMatched: number;
  subnormalFlush: number;
  signOfZero: number;
  /** Float dtypes: over positions without NaN, -1 when there is none. Others: -1. */
  maxUlp: number;
  /**
   * Over F. Float tensors with a quantization: |round(c/s) - round(r/s)|, where NaN (both quotients overflowed) wins over
   * every number. Integer tensors: |e|. Others: 0, and so are the two counts below.
   */
  maxSteps: number;
  /** Elements of F exactly one step apart. */
  offByOne: number;
  /** Elements of F of which one side or both lie on no step; 0 for integer tensors. */
  offGrid: number;
  /** Integer dtypes: elements at the dtype's lowest or highest value. */
  saturatedReference: number;
  saturatedCandidate: number;
}

/** Sums over F of scaled values. */
export interface Sums {
  readonly absError: number;
  readonly error: number;
  readonly squaredError: number;
  readonly squaredReference: number;
  readonly squaredCandidate: number;
  readonly product: number;
  /** Of a float tensor with a quantization: signed steps; whole numbers. Others: 0. */
  readonly steps: number;
}

/** The sums of the 2^level blocks from block position·2^level on. Neighbours are added as in a binary tree over all blocks. */
export interface SumNode {
  readonly level: number;
  readonly position: number;
  readonly sums: Sums;
}

/** An element among those furthest apart. */
export interface WorstEntry {
  /** Flat index in C order. */
  readonly index: number;
  /**
   * |e|; Infinity where one side is not finite and the other differs. These rank above all, a finite pair whose |e|
   * overflows float64 included.
   */
  readonly magnitude: number;
  /** 64-bit integers that a JSON number would round are written out in decimal. */
  readonly reference: JsonNumber | string;
  readonly candidate: JsonNumber | string;
}

/** Dense counts; `histograms.ts` names the bins. Merged by adding. Of length 0: `ulp` of no float, `steps` of no steps. */
export interface HistogramCounts {
  readonly error: Float64Array;
  readonly ulp: Float64Array;
  readonly steps: Float64Array;
}

/**
 * All that a range of consecutive elements contributes to the metrics of a pair. The measurements of neighbouring ranges
 * merge into that of their union, and in whatever way a tensor is cut at stretches, by whichever kernel it is measured, the
 * whole has the same bits.
 */
export interface Measurement {
  /** Flat index of the first element; a multiple of STRETCH_LENGTH. */
  readonly start: number;
  readonly count: number;
  /** The bytes of both sides are equal. */
  readonly identical: boolean;
  readonly tally: Tally;
  /** In block order; no node and its right neighbour are children of one parent. */
  readonly sums: readonly SumNode[];
  /** Worst first; of equals the first in C order comes first. At most `worstCount`. */
  readonly worst: readonly WorstEntry[];
  /** Of the rules, so that merging can cut the list. */
  readonly worstCount: number;
  readonly histograms?: HistogramCounts;
}

/** Takes the stretches of one range in order, then says what they come to. */
export interface Meter {
  add(stretch: Stretch): void;
  finish(): Measurement;
}

/** @param start flat index of the range's first element; a multiple of STRETCH_LENGTH */
export type OpenMeter = (start: number, rules: MeasureRules, assumptions: Assumptions) => Meter;
