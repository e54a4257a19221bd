import type { Quantization, Tensor, TensorHeader } from '../domain/tensor.ts';
import { DTYPE_BITS, elementCount } from '../domain/tensor.ts';
import { guessAssumptions, nextAssumptions } from './assumptions.ts';
import { whyNotComparable } from './comparable.ts';
import { compareStrings, sameBytes, splitStrings } from './compare-strings.ts';
import { divergenceOf } from './divergence.ts';
import type { ElementComparison } from './element-comparison.ts';
import { compared, elementComparisonOf } from './element-comparison.ts';

import type { Assumptions, Measurement, MeasureRules } from './measurement.ts';
import { STRETCH_LENGTH } from './measurement.ts';
import { shareOf } from './metrics-of.ts';
import { pickLargestFinite, pickMeter } from './pick-meter.ts';

export type { ElementComparison } from './element-comparison.ts';

export interface CompareOptions {
  /** Of a float tensor: adds the step metrics. Integer tensors are their own steps. */
  readonly quantization?: Quantization;
  /** An element agrees when |candidate - reference| <= atol + rtol·|reference|. */
  readonly atol: number;
  readonly rtol: number;
  /** Peak of psnr_db, in the tensor's unit; largest |reference| unless told. */
  readonly peak?: number;
  /** Longest list of worst elements; 16 unless told. */
  readonly worstCount?: number;
  /** Rows along the last axis are distributions: adds kl, js and row_sum_error; not unless told. */
  readonly probabilities?: boolean;
  /** Counts how errors spread as well; not unless told. */
  readonly histograms?: boolean;
}

/**
 * All element metrics of numerics.md for one tensor in memory, any dtype and shape. Values are decoded to float64, in which
 * all sums are taken.
 * @throws RangeError when a tolerance is negative or NaN.
 */
export function compareTensors(
  reference: Tensor,
  candidate: Tensor,
  options: CompareOptions,
): ElementComparison {
  const rules = measureRules(reference, options);
  const reason = whyNotComparable(reference, candidate, options.quantization);
  if (reason !== undefined) return { status: 'notComparable', reason };
  if (rules.dtype === 'string') return comparedStrings(reference, candidate, rules.worstCount);

  const largest = pickLargestFinite(rules.dtype, reference.data, elementCount(rules.shape));
  let assumptions = guessAssumptions(largest);
  let measurement = measure(reference, candidate, rules, assumptions);
  const corrected = nextAssumptions(measurement, assumptions);
  if (corrected) {
    assumptions = corrected;
    measurement = measure(reference, candidate, rules, assumptions);
  }
  const divergence = options.probabilities
    ? divergenceOf(reference, candidate, options.quantization)
    : undefined;
  return elementComparisonOf(measurement, rules, assumptions, options.peak, divergence);
}

/** What a meter is asked, for a tensor and what its caller wants. */
export function measureRules({ dtype, shape }: TensorHeader, options: CompareOptions): MeasureRules {
  const { atol, rtol, quantization, worstCount = 16, histograms = false } = options;
  if (!(atol >= 0 && rtol >= 0)) {
    throw new RangeError(`tolerances are numbers from 0 up; found atol ${atol}, rtol ${rtol}`);
  }
  return { dtype, shape, atol, rtol, worstCount, histograms, ...(quantization && { quantization }) };
}

function measure(
  reference: Tensor,
  candidate: Tensor,
  rules: MeasureRules,
  assumptions: Assumptions,
): Measurement {
  const elements = elementCount(rules.shape);
  const bytesOfStretch = (STRETCH_LENGTH * DTYPE_BITS[rules.dtype]) / 8;
  const meter = pickMeter(rules)(0, rules, assumptions);
  for (let start = 0, byte = 0; start < elements; start += STRETCH_LENGTH, byte += bytesOfStretch) {
    meter.add({
      start,
      count: Math.min(STRETCH_LENGTH, elements - start),
      reference: reference.data.subarray(byte, byte + bytesOfStretch),
      candidate: candidate.data.subarray(byte, byte + bytesOfStretch),
    });
  }
  return meter.finish();
}

function comparedStrings(reference: Tensor, candidate: Tensor, worstCount: number): ElementComparison {
  const referenceStrings = splitStrings(reference);
  const candidateStrings = splitStrings(candidate);
  if (!referenceStrings || !candidateStrings) {
    const side = referenceStrings ? 'candidate' : 'reference';
    const reason = `the ${side}'s bytes are not ${elementCount(reference.shape)} strings with their lengths`;
    return { status: 'notComparable', reason };
  }
  const found = compareStrings(referenceStrings, candidateStrings, reference.shape, worstCount);
  return compared(
    sameBytes(reference.data, candidate.data),
    { elements: found.elements, mismatch_fraction: shareOf(found.mismatched, found.elements) },
    found.worstElements,
  );
}
