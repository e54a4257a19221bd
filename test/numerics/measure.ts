import type { Tensor } from '../../harness/domain/tensor.ts';
import { DTYPE_BITS, elementCount } from '../../harness/domain/tensor.ts';
import { guessAssumptions, nextAssumptions } from '../../harness/numerics/assumptions.ts';
import { largestFinite } from '../../harness/numerics/largest-finite.ts';
import { openPlainMeter } from '../../harness/numerics/measure-plain.ts';
import type { Assumptions, Measurement, MeasureRules } from '../../harness/numerics/measurement.ts';
import { STRETCH_LENGTH } from '../../harness/numerics/measurement.ts';
import { mergeMeasurements } from '../../harness/numerics/merge-measurements.ts';

export function rulesFor(tensor: Tensor, rules: Partial<MeasureRules> = {}): MeasureRules {
  const { dtype, shape } = tensor;
  return { dtype, shape, atol: 0, rtol: 0, worstCount: 16, histograms: true, ...rules };
}

/** Measures the stretches [from, to) of a pair. */
export function measureStretches(
  reference: Tensor,
  candidate: Tensor,
  rules: MeasureRules,
  assumptions: Assumptions,
  from: number,
  to: number,
): Measurement {
  const elements = elementCount(rules.shape);
  const bytes = (STRETCH_LENGTH * DTYPE_BITS[rules.dtype]) / 8;
  const meter = openPlainMeter(from * STRETCH_LENGTH, rules, assumptions);
  for (let stretch = from; stretch < to; stretch++) {
    const start = stretch * STRETCH_LENGTH;
    meter.add({
      start,
      count: Math.min(STRETCH_LENGTH, elements - start),
      reference: reference.data.subarray(stretch * bytes, (stretch + 1) * bytes),
      candidate: candidate.data.subarray(stretch * bytes, (stretch + 1) * bytes),
    });
  }
  return meter.finish();
}

/** Measures a pair in ranges that end at `cuts`, in stretches, and merges them. */
export function measureInRanges(
  reference: Tensor,
  candidate: Tensor,
  rules: MeasureRules,
  assumptions: Assumptions,
  cuts: readonly number[],
): Measurement {
  const stretches = Math.ceil(elementCount(rules.shape) / STRETCH_LENGTH);
  const ends = [...cuts, stretches];
  const ranges = ends.map((end, i) =>
    measureStretches(reference, candidate, rules, assumptions, i === 0 ? 0 : ends[i - 1]!, end),
  );
  return ranges.reduce(mergeMeasurements);
}

/** Measures a whole pair under assumptions that hold. */
export function measureWhole(
  reference: Tensor,
  candidate: Tensor,
  rules: MeasureRules,
): { readonly measurement: Measurement; readonly assumptions: Assumptions; readonly passes: 1 | 2 } {
  const guess = guessAssumptions(largestFinite(rules.dtype, reference.data, elementCount(rules.shape)));
  const first = measureInRanges(reference, candidate, rules, guess, []);
  const corrected = nextAssumptions(first, guess);
  if (!corrected) return { measurement: first, assumptions: guess, passes: 1 };
  const second = measureInRanges(reference, candidate, rules, corrected, []);
  if (nextAssumptions(second, corrected)) throw new Error('the assumptions do not hold the second time');
  return { measurement: second, assumptions: corrected, passes: 2 };
}
