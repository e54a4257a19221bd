import type { Assumptions, MeasureRules } from '../measurement.ts';
import { isInteger } from '../saturation.ts';
import { FORMATS, isByteFormat } from './formats.ts';
import type { StretchKernel } from './measure-stretch.ts';
import { addCounts, addErrorCounts, HISTOGRAMS } from './measure-stretch.ts';

/** Of the 16- and 32-bit integers; undefined for other dtypes. */
export function integerKernel(
  { dtype, atol, rtol, histograms }: MeasureRules,
  { maxAbsReference }: Assumptions,
): StretchKernel | undefined {
  const format = FORMATS[dtype];
  if (format === undefined || isByteFormat(format) || !isInteger(dtype)) return undefined;
  const floor = Math.max(2 ** -10 * maxAbsReference, Number.MIN_VALUE);
  return {
    measure({ exports }, reference, candidate, count, { maxRelative }) {
      exports.ask(atol, rtol, floor, 0);
      exports.measureIntegers(format, reference, candidate, count, maxRelative, histograms ? HISTOGRAMS : 0);
    },
    addHistograms({ errorCounts, stepCounts }, into) {
      addErrorCounts(into.error, errorCounts);
      addCounts(into.steps, stepCounts);
    },
  };
}
