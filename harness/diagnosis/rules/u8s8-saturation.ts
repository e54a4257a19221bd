import { differenceOf } from '../difference.ts';
import { lacksVnni, runsOnCpu } from '../experiments.ts';
import { type CauseRule, finding, percent } from '../finding.ts';
import { mended, said } from '../mended.ts';

/** Share of the errors that must have one sign where no experiment speaks. */
const ONE_SIGN = 0.8;
const LEAST_STEPS = 2;
const LEAST_ERRORS = 8;

/**
 * uint8 activations times int8 weights beyond 7 bits on x86 without VNNI: VPMADDUBSW adds two products in int16 and
 * saturates. 0.97 when session.x64quantprecision=1 mends it; 0.75 when nobody tried and the errors are large and of
 * one sign. When that option changes nothing, the rule is silent.
 */
export const u8s8Saturation: CauseRule = (evidence) => {
  const { differing, negative, maxAbs, rmse, referenceRms, unit, becameNonfinite } = differenceOf(evidence);
  if (!evidence.island.u8s8FullRange || !lacksVnni(evidence.candidate)) return undefined;
  if (!runsOnCpu(evidence.candidate)) return undefined;
  if (differing === 0 || becameNonfinite > 0) return undefined;
  const tried = mended(evidence, 'x64quantprecision');
  const isCausal = tried === 'vanishes' || tried === 'shrinks';
  const beyondRounding = unit === 'steps' ? maxAbs >= LEAST_STEPS : rmse >= referenceRms * 2 ** -10;
  const oneSign = Math.max(negative, differing - negative) / differing;
  const looksLikeIt = beyondRounding && differing >= LEAST_ERRORS && oneSign >= ONE_SIGN;
  if (!isCausal && (tried === 'stays' || !looksLikeIt)) return undefined;
  return finding(evidence, {
    cause: 'u8s8-saturation',
    confidence: isCausal ? 0.97 : 0.75,
    title: 'U8S8 saturation: sums of two products overflow int16',
    because: [
      'The node multiplies uint8 activations with int8 weights beyond 7 bits, and the CPU has no VNNI: it multiplies with VPMADDUBSW, which saturates.',
      isCausal ? undefined : `${percent(oneSign)} of the errors have one sign.`,
      said(evidence, 'x64quantprecision'),
    ],
    remedy:
      'Quantize the weights with reduced range (7 bits), or set session.x64quantprecision: "1" for this delegate; where the device has VNNI neither is needed.',
  });
};
