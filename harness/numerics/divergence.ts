import type { DType, Quantization, Tensor } from '../domain/tensor.ts';
import { elementCount } from '../domain/tensor.ts';
import { decodeToFloat64 } from './decode.ts';
import { floatPrecision, smallestNormal } from './float-formats.ts';

/** How far two tensors of probabilities are apart; of every number the worst row. */
export interface Divergence {
  /** Kullback-Leibler divergence of the candidate from the reference: Σ r·ln(r/c), nats. */
  readonly kl: number;
  /** Jensen-Shannon divergence: ½·Σ r·ln(r/m) + ½·Σ c·ln(c/m), m = (r + c)/2, nats; in [0, ln 2]. */
  readonly js: number;
  /** Largest |Σ - 1| of a row of either side. */
  readonly row_sum_error: number;
}

/**
 * Compares rows along the last axis, each a distribution: entries from 0 up whose sum is 1 within `rowSumTolerance`. kl and js
 * are NaN when any row of either side is none. A term with r = 0 adds 0; c = 0 < r makes kl infinite. Of no element all are 0.
 * Both tensors must be comparable and hold numbers.
 */
export function divergenceOf(
  reference: Tensor,
  candidate: Tensor,
  quantization: Quantization | undefined,
): Divergence {
  const { dtype, shape } = reference;
  if (elementCount(shape) === 0) return { kl: 0, js: 0, row_sum_error: 0 };
  const length = shape.at(-1) ?? 1;
  const tolerance = rowSumTolerance(dtype, length, quantization);
  const left = decodeToFloat64(reference);
  const right = decodeToFloat64(candidate);
  // Math.max lets NaN win.
  let [kl, js, rowSumError] = [-Infinity, 0, 0];
  for (let start = 0; start < left.length; start += length) {
    const r = left.subarray(start, start + length);
    const c = right.subarray(start, start + length);
    const error = Math.max(Math.abs(sum(r) - 1), Math.abs(sum(c) - 1));
    const isDistribution = error <= tolerance && r.every(isProbability) && c.every(isProbability);
    rowSumError = Math.max(rowSumError, error);
    kl = Math.max(kl, isDistribution ? klOfRow(r, c) : Number.NaN);
    js = Math.max(js, isDistribution ? jsOfRow(r, c) : Number.NaN);
  }
  return { kl, js, row_sum_error: rowSumError };
}

/**
 * How far from 1 a row of n probabilities may sum: 2u + n·(min(u, 2^-24) + t), u the dtype's unit roundoff. A softmax rounds
 * every entry to the dtype, divided by a sum that was taken in float32 or wider; t is half the smallest subnormal, and half a
 * quantization step where there is one. Integers that stand for themselves are exact.
 */
function rowSumTolerance(dtype: DType, length: number, quantization: Quantization | undefined): number {
  const precision = floatPrecision(dtype);
  if (precision === undefined) return 0;
  const roundoff = 2 ** -precision;
  const subnormal = smallestNormal(dtype) * 2 * roundoff;
  const step = quantization ? Math.max(...quantization.scale) : 0;
  return 2 * roundoff + length * (Math.min(roundoff, 2 ** -24) + subnormal / 2 + step / 2);
}

function klOfRow(reference: Float64Array, candidate: Float64Array): number {
  let divergence = 0;
  for (let i = 0; i < reference.length; i++) divergence += klTerm(reference[i]!, candidate[i]!);
  return divergence;
}

function jsOfRow(reference: Float64Array, candidate: Float64Array): number {
  let divergence = 0;
  for (let i = 0; i < reference.length; i++) divergence += jsTerm(reference[i]!, candidate[i]!);
  // Rounding, and rows that sum to a little more than 1, may leave the interval by a hair.
  return Math.min(Math.LN2, Math.max(0, divergence / 2));
}

/** r·ln(r/c). Of neighbours the logarithm is taken of the difference, which is exact there where the quotient is rounded. */
function klTerm(r: number, c: number): number {
  if (r === 0) return 0;
  if (c === 0) return Infinity;
  if (areNeighbours(r, c)) return r * Math.log1p((r - c) / c);
  const ratio = r / c;
  // A subnormal float64 c can take the quotient beyond float64.
  return r * (ratio < Infinity ? Math.log(ratio) : Math.log(r) - Math.log(c));
}

/** r·ln(r/m) + c·ln(c/m), where m = (r + c)/2. */
function jsTerm(r: number, c: number): number {
  if (areNeighbours(r, c) && r > 0) {
    const x = (r - c) / (r + c);
    return r * Math.log1p(x) + c * Math.log1p(-x);
  }
  const middle = (r + c) / 2;
  return klTerm(r, middle) + klTerm(c, middle);
}

function areNeighbours(r: number, c: number): boolean {
  return r <= 2 * c && c <= 2 * r;
}

function isProbability(value: number): boolean {
  return value >= 0;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
