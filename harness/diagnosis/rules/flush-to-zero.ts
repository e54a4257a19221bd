import { elementCount } from '../../domain/tensor.ts';
import { smallestNormal } from '../../numerics/float-formats.ts';
import { isFloat, pooledDifferenceOf } from '../difference.ts';
import type { Evidence } from '../evidence.ts';
import { type CauseRule, finding } from '../finding.ts';
import { mended, said } from '../mended.ts';

const ALMOST_ALL = 0.95;
const OPTION = 'session.set_denormal_as_zero';

/**
 * Subnormal numbers taken for zero: at 95 % of the differing elements the candidate is 0 where the reference is
 * subnormal, or the node read a subnormal input there. 0.97 when keeping them mends it, else 0.9.
 */
export const flushToZero: CauseRule = (evidence) => {
  const difference = pooledDifferenceOf(evidence);
  const { reference, candidate, differing, dtype } = difference;
  if (!isFloat(dtype) || differing === 0 || mended(evidence, 'denormals-kept') === 'stays') return undefined;
  const normal = smallestNormal(dtype);
  let flushed = 0;
  for (let i = 0; i < reference.length; i++) {
    if (candidate[i] === 0 && reference[i] !== 0 && Math.abs(reference[i]!) < normal) flushed += 1;
  }
  const read = flushed < ALMOST_ALL * differing ? readSubnormal(evidence) : 0;
  if (Math.max(flushed, read) < ALMOST_ALL * differing) return undefined;
  const isOn = evidence.candidate.delegate.sessionConfig[OPTION] === '1';
  return finding(evidence, {
    cause: 'flush-to-zero',
    confidence: ['vanishes', 'shrinks'].includes(mended(evidence, 'denormals-kept')) ? 0.97 : 0.9,
    title: 'Subnormal numbers are taken for zero',
    because: [
      read === 0
        ? `At ${flushed} of the ${differing} differing elements the candidate is 0 and the reference subnormal.`
        : `At ${read} of the differing elements the node reads a subnormal input.`,
      isOn ? `The delegate sets ${OPTION}=1.` : undefined,
      said(evidence, 'denormals-kept'),
    ],
    remedy: isOn
      ? `Remove ${OPTION} from the delegate, or allow absolute errors below ${normal.toPrecision(2)}.`
      : `Allow absolute errors below ${normal.toPrecision(2)} (atol): GPUs and Arm's 32-bit SIMD flush by design.`,
  });
};

/** Differing elements of the first sample at which an input of the same shape is subnormal. */
function readSubnormal({ samples }: Evidence): number {
  const { inputs, reference, candidate } = samples[0]!;
  const alike = inputs.filter(
    ({ dtype, shape }) => isFloat(dtype) && elementCount(shape) === reference.values.length,
  );
  let count = 0;
  for (let i = 0; i < reference.values.length; i++) {
    if (reference.values[i] === candidate.values[i]) continue;
    if (alike.some(({ dtype, values }) => values[i] !== 0 && Math.abs(values[i]!) < smallestNormal(dtype)))
      count += 1;
  }
  return count;
}
