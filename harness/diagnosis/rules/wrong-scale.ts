import { type AffineFit, fitAffine } from '../affine-fit.ts';
import { type Difference, pooledDifferenceOf } from '../difference.ts';
import { type CauseRule, finding } from '../finding.ts';

/** Smaller deviations are rounding's. */
const LEAST_DEVIATION = 0.003;
/** Two roundings leave √(1/6) = 0.41 step in RMS; a straight line must leave no more than this. */
const ROUNDING_RESIDUAL = 0.6;
/** Of float tensors: share of the deviation that the line may leave. */
const FLOAT_RESIDUAL = 0.1;
const LEAST_SIGMAS = 6;
const LEAST_ELEMENTS = 16;

/**
 * The candidate is a multiple of the reference, and rounding is all that is left: after the zero point cosine is 1
 * and norm_ratio is not. 0.9; 0.8 when each channel has an offset beside it (a bias that does not follow the scale).
 */
export const wrongScale: CauseRule = (evidence) => {
  const difference = pooledDifferenceOf(evidence);
  if (difference.differing === 0 || difference.becameNonfinite > 0 || !growsWithSize(difference)) {
    return undefined;
  }
  const whole = fitAffine(difference);
  const overall = isMultiple(difference, whole) && hasNoOffset(difference, whole);
  const channels = difference.shape[1]!;
  const perChannel = !overall && difference.count >= 4 * channels ? fitAffine(difference, 1) : undefined;
  const fit = overall ? whole : perChannel && isMultiple(difference, perChannel) ? perChannel : undefined;
  if (!fit) return undefined;
  const deviation = (fit.scale - 1) * 100;
  const left = difference.unit === 'steps' ? ` and leaves ${fit.residual.toFixed(2)} steps in RMS` : '';
  return finding(evidence, {
    cause: 'wrong-scale',
    confidence: overall ? 0.9 : 0.8,
    title: `The answer is ${fit.scale.toFixed(3)} times the reference`,
    because: [
      `A straight line fits the ${fit.count} elements that are not clipped: its slope is ${fit.scale.toFixed(4)} (${deviation > 0 ? '+' : ''}${deviation.toFixed(1)} %, ± ${(fit.scaleError * 100).toPrecision(1)} %)${left}.`,
      overall ? undefined : 'Each channel has an offset of its own beside it.',
    ],
    remedy:
      "Compare the scales of this node's quantizers on the device with those of the model: a converter has changed one, or calibrated again.",
  });
};

function isMultiple({ unit }: Difference, fit: AffineFit): boolean {
  const { count, scale, scaleError, residual, spread } = fit;
  const deviation = Math.abs(scale - 1);
  if (!(count >= LEAST_ELEMENTS && scale > 0 && deviation >= LEAST_DEVIATION)) return false;
  const most = unit === 'steps' ? ROUNDING_RESIDUAL : FLOAT_RESIDUAL * deviation * spread;
  return residual <= most && deviation >= LEAST_SIGMAS * scaleError;
}

/** Half a step, or a tenth of what the slope does. */
function hasNoOffset({ unit, referenceRms }: Difference, { offsets, scale }: AffineFit): boolean {
  const offset = Math.abs(offsets[0]!);
  return offset <= (unit === 'steps' ? 0.5 : FLOAT_RESIDUAL * Math.abs(scale - 1) * referenceRms);
}

/** An error that cutting off makes has the sign of the value, not its size: a factor must explain more than a sign does. */
function growsWithSize({ reference, candidate, interior }: Difference): boolean {
  let [count, withSign, withSize, squares] = [0, 0, 0, 0];
  for (let i = 0; i < reference.length; i++) {
    if (!interior[i] || reference[i] === 0) continue;
    const error = candidate[i]! - reference[i]!;
    count += 1;
    withSign += error * Math.sign(reference[i]!);
    withSize += error * reference[i]!;
    squares += reference[i]! ** 2;
  }
  return withSize ** 2 / squares > withSign ** 2 / count;
}
