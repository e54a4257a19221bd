import { floatPrecision } from '../../numerics/float-formats.ts';
import { type CauseRule, finding, number } from '../finding.ts';
import { computesIntegers, floatErrorOf, isTranscendental, maxUlps } from '../float-error.ts';

/** The coarsest approximation in use: GELU by tanh is off by 5e-4 of its largest values. */
const COARSEST = 2e-3;
const FEW_ULP = 64;

/**
 * exp, tanh, erf and their like by another polynomial: a bounded error, at a node that computes one. 0.8 up to 64 ULP,
 * 0.65 beyond.
 */
export const approximatedTranscendental: CauseRule = (evidence) => {
  const found = floatErrorOf(evidence);
  if (!found || computesIntegers(evidence) || !isTranscendental(evidence)) return undefined;
  const { difference } = found;
  if (difference.maxAbs > COARSEST * difference.referenceMax) return undefined;
  const ulps = maxUlps(difference, floatPrecision(difference.dtype)!);
  return finding(evidence, {
    cause: 'approximated-transcendental',
    confidence: ulps <= FEW_ULP ? 0.8 : 0.65,
    title: `${evidence.island.opType} is approximated in another way`,
    because: [
      `The largest error is ${number(ulps)} ULP, and ${number(difference.maxAbs / difference.referenceMax)} of the largest value.`,
      'The node computes a transcendental function, for which each kernel has a polynomial of its own.',
    ],
    remedy:
      'Allow an absolute error of this size at this tensor. Leave optimization.enable_gelu_approximation off where the error is large.',
  });
};
