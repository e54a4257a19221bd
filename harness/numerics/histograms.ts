import type { Histograms } from '../domain/run-files.ts';
import type { Block } from './block.ts';
import type { HistogramCounts } from './measurement.ts';

/** Decades of |e| that float64 has: of its smallest subnormal, and of its largest number. */
const LOWEST_DECADE = -324;
const HIGHEST_DECADE = 308;

/** 10^k for every decade k, each the nearest float64; the lowest rounds to 0. */
const POWERS_OF_TEN = Float64Array.from({ length: HIGHEST_DECADE - LOWEST_DECADE + 1 }, (_, i) =>
  Number(`1e${LOWEST_DECADE + i}`),
);

/** By a float64's biased exponent: the place in POWERS_OF_TEN of the decade in which its smallest such number lies. */
const DECADE_OF_EXPONENT = Uint16Array.from({ length: 2048 }, (_, exponent) => {
  const smallest = exponent === 0 ? 0 : 2 ** (exponent - 1023);
  return Math.max(
    0,
    POWERS_OF_TEN.findLastIndex((power) => power <= smallest),
  );
});

/** Steps further apart than this share a bin. */
const MAX_STEPS = 64;

/** Octaves of ULP distances: two float64 are less than 2^64 apart. */
const OCTAVES = 64;

/**
 * Empty counts. `error[0]`: e = 0; `error[1 + i]`: 10^(i-324) <= |e| < 10^(i-323), where 10^k is the nearest float64 and an
 * |e| that overflows lies in the last. `ulp[0]`: d = 0; `ulp[1 + k]`: 2^k <= d < 2^(k+1). `steps[64 + s]`: s steps.
 */
export function emptyHistogramCounts(hasUlp: boolean, hasSteps: boolean): HistogramCounts {
  return {
    error: new Float64Array(1 + POWERS_OF_TEN.length),
    ulp: new Float64Array(hasUlp ? 1 + OCTAVES : 0),
    steps: new Float64Array(hasSteps ? 2 * MAX_STEPS + 1 : 0),
  };
}

/**
 * Adds one block.
 * @param finite how many of its positions are in F; at the others e, d and steps must be 0
 * @param steps signed steps per element, where the tensor has them
 */
export function addToHistograms(
  counts: HistogramCounts,
  { count, error, ulp }: Block,
  finite: number,
  steps: Float64Array | undefined,
): void {
  const outside = count - finite;
  for (let i = 0; i < count; i++) counts.error[errorBin(Math.abs(error[i]!))]!++;
  counts.error[0]! -= outside;
  if (counts.ulp.length > 0) {
    for (let i = 0; i < count; i++) counts.ulp[ulpBin(ulp[i]!)]!++;
    counts.ulp[0]! -= outside;
  }
  if (steps) {
    for (let i = 0; i < count; i++) counts.steps[stepBin(steps[i]!)]!++;
    counts.steps[MAX_STEPS]! -= outside;
  }
}

/** Bin of an |e| in `HistogramCounts.error`. */
export function errorBin(magnitude: number): number {
  if (magnitude === 0) return 0;
  if (magnitude === Infinity) return POWERS_OF_TEN.length;
  let decade = DECADE_OF_EXPONENT[biasedExponent(magnitude)]!;
  // One step at most, but among the subnormals, which share one exponent.
  while (decade + 1 < POWERS_OF_TEN.length && magnitude >= POWERS_OF_TEN[decade + 1]!) decade++;
  return 1 + decade;
}

/** Bin of a distance d in `HistogramCounts.ulp`. */
export function ulpBin(distance: number): number {
  return distance === 0 ? 0 : biasedExponent(distance) - 1022;
}

/** Bin of signed steps in `HistogramCounts.steps`; NaN, which is a distance between two overflows, goes to the last. */
export function stepBin(steps: number): number {
  if (steps <= -MAX_STEPS) return 0;
  return steps < MAX_STEPS ? steps + MAX_STEPS : 2 * MAX_STEPS;
}

/** Adds the counts of one range to those of another. */
export function mergeHistograms(left: HistogramCounts, right: HistogramCounts): HistogramCounts {
  return {
    error: left.error.map((count, bin) => count + right.error[bin]!),
    ulp: left.ulp.map((count, bin) => count + right.ulp[bin]!),
    steps: left.steps.map((count, bin) => count + right.steps[bin]!),
  };
}

/** The counts with their bins named; empty bins are left out. */
export function namedHistograms({ error, ulp, steps }: HistogramCounts): Histograms {
  return {
    error: { zero: error[0]!, decades: filledBins(error, 1, 1 - LOWEST_DECADE) },
    ...(ulp.length > 0 && { ulp: { zero: ulp[0]!, octaves: filledBins(ulp, 1, 1) } }),
    ...(steps.length > 0 && { steps: filledBins(steps, 0, MAX_STEPS) }),
  };
}

/** @param origin the bin that is called 0 */
function filledBins(counts: Float64Array, from: number, origin: number): (readonly [number, number])[] {
  const filled: (readonly [number, number])[] = [];
  for (let bin = from; bin < counts.length; bin++) {
    if (counts[bin] !== 0) filled.push([bin - origin, counts[bin]!]);
  }
  return filled;
}

const FLOAT = new Float64Array(1);
const WORDS = new Uint32Array(FLOAT.buffer);

/** Of a positive float64: 1023 for 1, 0 for subnormals. */
function biasedExponent(value: number): number {
  FLOAT[0] = value;
  return WORDS[1]! >>> 20;
}
