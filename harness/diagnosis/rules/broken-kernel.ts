import { correlation } from '../affine-fit.ts';
import { pooledDifferenceOf } from '../difference.ts';
import { lacksVnni } from '../experiments.ts';
import { type CauseRule, finding, number } from '../finding.ts';
import { said } from '../mended.ts';

/** Correlation below which two tensors have nothing to do with each other. */
const UNRELATED = 0.5;
/** Saturated sums can be far off, but still follow the reference a little. */
const UNRELATED_SATURATED = 0.2;
/** Magnitudes so much larger are garbage whatever their correlation. */
const GARBAGE = 16;
const LEAST_ELEMENTS = 8;
const LEAST_STEPS = 4;

/**
 * The candidate has nothing to do with the reference: no correlation, or magnitudes 16 times as large. 0.7. Or a quantized
 * node in onnxruntime-web's JSEP build is off by more than rounding: 0.9, it is known for that.
 */
export const brokenKernel: CauseRule = (evidence) => {
  const difference = pooledDifferenceOf(evidence);
  const { bothFinite, unit, maxAbs, rmse, referenceRms, candidate, reference } = difference;
  if (bothFinite < LEAST_ELEMENTS || difference.becameNonfinite > 0) return undefined;
  if (unit === 'steps' ? maxAbs < LEAST_STEPS : rmse < referenceRms / 2) return undefined;
  const saturates = evidence.island.u8s8FullRange && lacksVnni(evidence.candidate);
  const related = correlation(difference);
  const size = largest(candidate) / largest(reference);
  const { delegate } = evidence.candidate;
  const isJsep = delegate.bundle === 'all' && delegate.provider === 'webgpu';
  const isKnown = isJsep && evidence.island.operators.some((name) => /Quant|QLinear/.test(name));
  const isGarbage = isKnown || size >= GARBAGE || related < (saturates ? UNRELATED_SATURATED : UNRELATED);
  if (!isGarbage || isConstant(candidate)) return undefined;
  return finding(evidence, {
    cause: 'broken-kernel',
    confidence: isJsep ? 0.9 : 0.7,
    title:
      isKnown && related >= UNRELATED
        ? 'The kernel computes something else'
        : 'The answer has nothing to do with the reference',
    because: [
      `The correlation of the two sides is ${related.toFixed(2)}; the largest magnitude is ${number(size)} times the reference's.`,
      'No permutation, offset or factor explains it, and the inputs are the same.',
      isJsep
        ? "The delegate loads onnxruntime-web's JSEP build, which is wrong on quantized models (onnxruntime issue 32578)."
        : undefined,
      said(evidence, 'optimization-disabled'),
    ],
    remedy: isJsep
      ? 'Load onnxruntime-web/webgpu instead of the JSEP build (bundle: webgpu).'
      : 'Do not run this node on this provider; export the repro (fleetdiff localize --export) and report it to the maker of the runtime.',
  });
};

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) if (Math.abs(value) > most && Number.isFinite(value)) most = Math.abs(value);
  return most;
}

function isConstant(values: Float64Array): boolean {
  return values.every((value) => value === values[0]);
}
