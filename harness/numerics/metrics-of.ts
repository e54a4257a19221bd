import { floatPrecision } from './float-formats.ts';
import type { Measurement, MeasureRules, SumScales, Sums, Tally } from './measurement.ts';
import { isInteger } from './saturation.ts';
import { totalSums } from './sum-tree.ts';

/**
 * The metrics of numerics.md that follow from a measurement of a whole tensor.
 *
 * Distances are over F, the positions where both sides are finite. Two rules keep a hole in F from looking like
 * agreement: where nothing is finite and the two sides differ, distances are NaN; and a ratio that would be perfect
 * only because F leaves out a non-finite mismatch is NaN. NaN passes no limit. null: undefined for these tensors.
 * @param scales by which the sums were scaled
 * @param declaredPeak of psnr_db; largest |reference| unless told
 */
export function metricsOf(
  { count: elements, tally, sums: nodes }: Measurement,
  rules: MeasureRules,
  scales: SumScales,
  declaredPeak: number | undefined,
): Record<string, number | null> {
  const { finite } = tally;
  const sums = totalSums(nodes);
  const overFinite = (value: number) => (finite > 0 ? value : noDistance(tally));
  const scaledRmse = Math.sqrt(sums.squaredError / finite);
  return {
    elements,
    max_abs: overFinite(tally.maxAbsError),
    mean_abs: overFinite(sums.absError / finite / scales.error),
    rmse: overFinite(scaledRmse / scales.error),
    bias: overFinite(sums.error / finite / scales.error),
    max_rel: maxRelative(tally),
    rel_excluded: finite - tally.relativeCount,
    mismatch_fraction: shareOf(tally.mismatched, elements),
    sqnr_db: signalToNoise(tally, sums, scales),
    psnr_db: peakSignalToNoise(tally, scaledRmse, scales, declaredPeak),
    cosine: cosine(tally, sums),
    norm_ratio: normRatio(tally, sums, scales),
    nonfinite_mismatch: tally.nonfiniteMismatch,
    nonfinite_matched: tally.nonfiniteMatched,
    nan_reference: tally.nanReference,
    nan_candidate: tally.nanCandidate,
    inf_reference: tally.infReference,
    inf_candidate: tally.infCandidate,
    subnormal_flush: tally.subnormalFlush,
    sign_of_zero: tally.signOfZero,
    max_ulp: maxUlp(tally, rules),
    ...stepMetrics(elements, tally, sums, rules),
    ...saturation(elements, tally, rules),
  };
}

/** Of dtypes that are not floats, the distance of the values. */
function maxUlp(tally: Tally, { dtype }: MeasureRules): number {
  if (floatPrecision(dtype) !== undefined) return tally.maxUlp === -1 ? noDistance(tally) : tally.maxUlp;
  return tally.finite > 0 ? tally.maxAbsError : noDistance(tally);
}

/** Integer tensors: steps are the differences of the values. Float tensors: only with a known quantization. */
function stepMetrics(
  elements: number,
  tally: Tally,
  sums: Sums,
  { dtype, quantization }: MeasureRules,
): Record<string, number> {
  if (isInteger(dtype)) {
    return {
      max_steps: tally.maxSteps,
      off_by_one_fraction: shareOf(tally.offByOne, elements),
      step_bias: shareOf(sums.error, elements),
    };
  }
  if (!quantization || floatPrecision(dtype) === undefined) return {};
  const overFinite = (value: number) => (tally.finite > 0 ? value : noDistance(tally));
  return {
    max_steps: overFinite(tally.maxSteps),
    off_by_one_fraction: shareOf(tally.offByOne, elements),
    step_bias: overFinite(sums.steps / tally.finite),
    off_grid: tally.offGrid,
  };
}

function saturation(elements: number, tally: Tally, { dtype }: MeasureRules): Record<string, number> {
  if (!isInteger(dtype)) return {};
  return {
    saturated_reference: shareOf(tally.saturatedReference, elements),
    saturated_candidate: shareOf(tally.saturatedCandidate, elements),
  };
}

/** 0 of nothing is 0. */
export function shareOf(count: number, elements: number): number {
  return elements === 0 ? 0 : count / elements;
}

/** A distance over no finite position: 0 when nothing differs, NaN when something does. */
function noDistance(tally: Tally): number {
  return tally.nonfiniteMismatch > 0 ? Number.NaN : 0;
}

/** What a ratio of a perfect match is worth: NaN when F left out a mismatch. */
function perfect(tally: Tally, value: number): number {
  return tally.nonfiniteMismatch > 0 ? Number.NaN : value;
}

/** max |e|/|r| over the elements of F that are large enough; null when the reference is all zeros and e is not. */
function maxRelative(tally: Tally): number | null {
  if (tally.relativeCount > 0) return tally.maxRelative;
  return tally.maxAbsError === 0 ? noDistance(tally) : null;
}

/** 10·log10(Σr² / Σe²), dB; Infinity when nothing differs, null when Σr² = 0. */
function signalToNoise(tally: Tally, sums: Sums, scales: SumScales): number | null {
  if (tally.maxAbsError === 0) return perfect(tally, Infinity);
  if (sums.squaredReference === 0) return null;
  const ratioOfScales = Math.log10(scales.error) - Math.log10(scales.reference);
  return 10 * Math.log10(sums.squaredReference / sums.squaredError) + 20 * ratioOfScales;
}

/** 20·log10(peak / rmse), dB; Infinity when nothing differs, null when the peak is 0. */
function peakSignalToNoise(
  tally: Tally,
  scaledRmse: number,
  scales: SumScales,
  declaredPeak: number | undefined,
): number | null {
  if (tally.maxAbsError === 0) return perfect(tally, Infinity);
  const peak = declaredPeak ?? tally.maxAbsReference;
  if (peak === 0) return null;
  return 20 * (Math.log10(peak) - Math.log10(scaledRmse) + Math.log10(scales.error));
}

/** Σrc / (‖r‖‖c‖), in [-1, 1]; both zero: 1, one zero: 0. */
function cosine(tally: Tally, sums: Sums): number {
  const { squaredReference, squaredCandidate, product } = sums;
  if (squaredReference === 0 && squaredCandidate === 0) return perfect(tally, 1);
  if (squaredReference === 0 || squaredCandidate === 0) return 0;
  // One root of the product: for r = c it gives exactly 1.
  const value = product / Math.sqrt(squaredReference * squaredCandidate);
  return Math.min(1, Math.max(-1, value));
}

/** ‖c‖ / ‖r‖; both zero: 1, only the reference zero: Infinity. */
function normRatio(tally: Tally, sums: Sums, scales: SumScales): number {
  const { squaredReference, squaredCandidate } = sums;
  if (squaredReference === 0 && squaredCandidate === 0) return perfect(tally, 1);
  if (squaredReference === 0) return Infinity;
  // Powers of two, whose quotient is exact: their product with the root could overflow where the ratio does not.
  return Math.sqrt(squaredCandidate / squaredReference) * (scales.reference / scales.candidate);
}
