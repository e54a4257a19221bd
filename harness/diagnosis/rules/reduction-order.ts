import { floatPrecision } from '../../numerics/float-formats.ts';
import { type CauseRule, finding, number } from '../finding.ts';
import { floatErrorOf, isReduction, isTranscendental } from '../float-error.ts';
import { mended, said } from '../mended.ts';

/** Rounding errors of a sum of n grow like √n · 2^-precision; beyond this many times it something else is at work. */
const ROOM = 4;
/** A mean error this large against its RMS is a bias. */
const ONE_SIDED = 0.5;
const MANY = 64;

/**
 * A float sum whose terms were added in another order, or whose products and sums contract to FMA: an error of the
 * dtype's own rounding, on both sides. 0.8 when the two CPUs choose other kernels, else 0.65.
 */
export const reductionOrder: CauseRule = (evidence) => {
  const found = floatErrorOf(evidence);
  if (!found || !isReduction(evidence) || isTranscendental(evidence)) return undefined;
  const { difference, relative, oneSided } = found;
  const length = Math.max(evidence.island.reductionLength ?? MANY, 2);
  const expected = 2 ** -floatPrecision(difference.dtype)! * Math.sqrt(length);
  if (!(relative <= ROOM * expected) || (oneSided > ONE_SIDED && difference.differing > MANY))
    return undefined;
  if (mended(evidence, 'kleidiai-disabled') === 'vanishes' || mended(evidence, 'one-thread') === 'vanishes') {
    return undefined;
  }
  const { reference, candidate } = evidence;
  const otherKernels = String(reference.device.isa) !== String(candidate.device.isa);
  return finding(evidence, {
    cause: 'reduction-order',
    confidence: otherKernels ? 0.8 : 0.65,
    title: 'The terms of a float sum are added in another order',
    because: [
      `The error is ${number(relative)} of the reference in RMS; sums of ${length} terms in ${difference.dtype} round by about ${number(expected)}.`,
      otherKernels ? 'The two CPUs have other features, so the runtime picks other kernels.' : undefined,
      said(evidence, 'optimization-disabled'),
    ],
    remedy: 'Allow a few ULP at this tensor (max_ulp, or rtol 1e-5); no defect of the model or the device.',
  });
};
