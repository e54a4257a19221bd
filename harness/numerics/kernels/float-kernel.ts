import { floatPrecision } from '../float-formats.ts';
import type { Assumptions, MeasureRules } from '../measurement.ts';
import { smallFloatTable } from '../small-floats.ts';
import { singlePatternFrom, smallPatternFrom } from './float-floor.ts';
import { FORMATS } from './formats.ts';
import type { StretchKernel } from './measure-stretch.ts';
import { addCounts, addErrorCounts, ESTIMABLE, HISTOGRAMS, STEPS_KNOWN } from './measure-stretch.ts';

/** Below it, a float32 divided by the scale may overflow. */
const SMALLEST_SCALE = 2 ** -800;

/** Of float32, float16 and bfloat16; undefined for other dtypes, and for quantizations that kernels do not know. */
export function floatKernel(
  rules: MeasureRules,
  { maxAbsReference }: Assumptions,
): StretchKernel | undefined {
  const { dtype, atol, rtol, quantization } = rules;
  const format = FORMATS[dtype];
  if (format === undefined || floatPrecision(dtype) === undefined) return undefined;
  const isPerTensor = quantization?.axis === null || quantization?.scale.length === 1;
  const scale = quantization?.scale[0];
  if (quantization && !(isPerTensor && scale! >= SMALLEST_SCALE)) return undefined;

  const floor = Math.max(2 ** -10 * maxAbsReference, Number.MIN_VALUE);
  const floorBits = singlePatternFrom(floor);
  const floorPattern =
    dtype === 'float16'
      ? smallPatternFrom(floor, smallFloatTable(dtype), 0x7c00)
      : dtype === 'bfloat16'
        ? Math.ceil(floorBits / 2 ** 16)
        : floorBits;
  const offset = Math.abs(quantization?.zeroPoint[0] ?? 0);
  const slack = 4 * 2 ** -floatPrecision(dtype)!;
  const asked =
    (canEstimate(atol, rtol) ? ESTIMABLE : 0) |
    (rules.histograms ? HISTOGRAMS : 0) |
    (quantization ? STEPS_KNOWN : 0);

  return {
    measure({ exports }, reference, candidate, count, before) {
      exports.ask(atol, rtol, floor, floorBits);
      if (scale !== undefined) exports.askSteps(scale, offset, slack);
      exports.measureFloats(format, reference, candidate, count, floorPattern, before.maxRelative, asked);
    },
    addHistograms({ errorCounts, ulpCounts, stepCounts }, into) {
      addErrorCounts(into.error, errorCounts);
      addCounts(into.ulp, ulpCounts);
      addCounts(into.steps, stepCounts);
    },
  };
}

/** True when atol + rtol·|r|, taken in float32, is right to a few 2^-24 for every float32 r, or is 0. */
function canEstimate(atol: number, rtol: number): boolean {
  if (atol === 0 && rtol === 0) return true;
  return atol >= 2 ** -100 && atol <= 2 ** 100 && (rtol === 0 || (rtol >= 2 ** -60 && rtol <= 0.5));
}
