import { errorBin } from '../histograms.ts';
import type { HistogramCounts, Tally } from '../measurement.ts';
import type { Kernels } from './load-kernels.ts';

/** How one tensor's stretches are measured by a kernel. */
export interface StretchKernel {
  /**
   * Leaves a stretch's tally, sums and worst in the kernels' memory.
   * @param reference address of the elements; so is `candidate`
   * @param before what the stretches before it came to: max_rel goes on from there
   */
  measure(kernels: Kernels, reference: number, candidate: number, count: number, before: Tally): void;
  /** Adds the stretch's histograms, when they were asked for. */
  addHistograms(kernels: Kernels, into: HistogramCounts): void;
}

/** What a kernel is asked for beside the plain metrics, as bits; assembly/ has the same. */
export const ESTIMABLE = 1;
export const HISTOGRAMS = 2;
export const STEPS_KNOWN = 4;
export const TOLERANCE_VARIES = 8;

/** Adds what the kernels counted in bins [from, to): four counts (uint32) a bin, of which one may have wrapped below 0. */
export function addCounts(into: Float64Array, counts: Uint32Array, from = 0, to = into.length): void {
  for (let bin = from; bin < to; bin++) {
    const at = 4 * bin;
    into[bin]! += (counts[at]! + counts[at + 1]! + counts[at + 2]! + counts[at + 3]!) >>> 0;
  }
}

/** Adds the counts of |e| by decade: 0, and the decades that differences of float32 and of integers have. */
export function addErrorCounts(into: Float64Array, counts: Uint32Array): void {
  addCounts(into, counts, 0, 1);
  addCounts(into, counts, FIRST_DECADE, LAST_DECADE + 1);
}

/** Bins (histograms.ts) of 2^-149 and of 2^129. */
const FIRST_DECADE = errorBin(2 ** -149);
const LAST_DECADE = errorBin(2 ** 129);
