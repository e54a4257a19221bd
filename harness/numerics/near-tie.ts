import type { Tensor } from '../domain/tensor.ts';
import { blockReader } from './decode.ts';
import { floatPrecision } from './float-formats.ts';
import { isInteger } from './saturation.ts';
import { ulpDistances } from './ulp.ts';

/** What the reference and the target can resolve, in the output's unit. */
export interface Resolution {
  /** Quantization step of a float output whose scale is known. An integer output's own step is 1. */
  readonly step?: number;
  /** Largest |difference| between the target's own repeats. */
  readonly repeatNoise?: number;
}

/** ULP within which two scores of an output with no known scale are as good as equal. */
const NEAR_ULP = 4;

/**
 * True when two classes of the reference are too close for a changed answer to mean anything: their margin is at
 * most one quantization step of the output (give or take the rounding of the two scores), or 4 ULP where no scale is
 * known, or at most twice the target's own repeat noise. Only the reference's margin counts: the candidate's error never excuses the candidate.
 * A margin that is not finite is no tie.
 * @param higher flat index of the reference's answer
 * @param lower flat index of the candidate's answer, in the reference too
 * @param margin reference[higher] - reference[lower], at least 0
 */
export function isNearTie(
  reference: Tensor,
  higher: number,
  lower: number,
  margin: number,
  resolution: Resolution,
): boolean {
  if (!Number.isFinite(margin)) return false;
  if (resolution.repeatNoise !== undefined && margin <= 2 * resolution.repeatNoise) return true;
  const precision = floatPrecision(reference.dtype);
  if (precision === undefined) return margin <= (isInteger(reference.dtype) ? 1 : 0);
  if (resolution.step === undefined) return ulpsApart(reference, higher, lower) <= NEAR_ULP;
  return margin <= resolution.step + rounding(reference, higher, lower, precision);
}

/** Two scores one step apart were each rounded to the dtype, by half a ULP of the larger at most. */
function rounding(tensor: Tensor, higher: number, lower: number, precision: number): number {
  const larger = Math.max(Math.abs(valueAt(tensor, higher)), Math.abs(valueAt(tensor, lower)));
  return larger === 0 ? 0 : 2 ** (Math.floor(Math.log2(larger)) - precision + 1);
}

function ulpsApart(tensor: Tensor, higher: number, lower: number): number {
  const distance = new Float64Array([Number.NaN]);
  ulpDistances(tensor, tensor)?.(lower, higher, 1, distance);
  return distance[0]!;
}

function valueAt(tensor: Tensor, index: number): number {
  const value = new Float64Array(1);
  blockReader(tensor)(index, 1, value);
  return value[0]!;
}
