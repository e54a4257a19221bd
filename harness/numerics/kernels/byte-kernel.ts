import { errorBin, stepBin } from '../histograms.ts';
import type { Assumptions, MeasureRules } from '../measurement.ts';
import { FORMATS, isByteFormat } from './formats.ts';
import type { StretchKernel } from './measure-stretch.ts';
import { HISTOGRAMS, TOLERANCE_VARIES } from './measure-stretch.ts';

/** Places in the kernels' tally: |e| and |r| behind the largest |e|/|r|. */
const BEST_ERROR = 21;
const BEST_REFERENCE = 22;

/** Largest difference of two 8-bit numbers. */
const LARGEST = 255;

/** Of the dtypes of at most 8 bits but float8; undefined for others, and for assumptions that such a tensor cannot have. */
export function byteKernel(
  { dtype, atol, rtol, histograms }: MeasureRules,
  { maxAbsReference }: Assumptions,
): StretchKernel | undefined {
  const format = FORMATS[dtype];
  const floor = Math.max(1, Math.ceil(2 ** -10 * maxAbsReference));
  if (format === undefined || !isByteFormat(format) || floor > LARGEST) return undefined;
  const tolerances = agreeing(atol, rtol);
  const asked = (histograms ? HISTOGRAMS : 0) | (rtol === 0 ? 0 : TOLERANCE_VARIES);
  let bestError = 0;
  let bestReference = 1;
  return {
    measure(kernels, reference, candidate, count) {
      kernels.agreeing.set(tolerances);
      kernels.exports.measureBytes(
        format,
        reference,
        candidate,
        count,
        floor,
        bestError,
        bestReference,
        asked,
      );
      bestError = kernels.tally[BEST_ERROR]!;
      bestReference = kernels.tally[BEST_REFERENCE]!;
    },
    addHistograms({ errorCounts }, into) {
      for (let error = -LARGEST; error <= LARGEST; error++) {
        const at = 4 * (error + LARGEST);
        const found = errorCounts[at]! + errorCounts[at + 1]! + errorCounts[at + 2]! + errorCounts[at + 3]!;
        if (found === 0) continue;
        into.error[errorBin(Math.abs(error))]! += found;
        if (into.steps.length > 0) into.steps[stepBin(error)]! += found;
      }
    },
  };
}

/** Per |r| the largest whole |e| <= atol + rtol·|r|; a single one where it is the same for all. */
function agreeing(atol: number, rtol: number): Uint8Array {
  const tolerances = new Uint8Array(rtol === 0 ? 1 : 256);
  for (let magnitude = 0; magnitude < tolerances.length; magnitude++) {
    tolerances[magnitude] = Math.min(LARGEST, Math.floor(atol + rtol * magnitude));
  }
  return tolerances;
}
