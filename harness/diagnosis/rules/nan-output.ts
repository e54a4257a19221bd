import { pooledDifferenceOf } from '../difference.ts';
import { type CauseRule, finding } from '../finding.ts';
import { said } from '../mended.ts';

const LARGEST_FLOAT16 = 65_504;

/** The candidate is NaN or infinite where the reference is finite. 0.95: the values themselves show it. */
export const nanOutput: CauseRule = (evidence) => {
  const { becameNonfinite, count, reference, candidate } = pooledDifferenceOf(evidence);
  if (becameNonfinite === 0) return beforeQuantizer(evidence);
  let [nan, overflowed] = [0, 0];
  for (let i = 0; i < count; i++) {
    const c = candidate[i]!;
    if (!Number.isFinite(reference[i]) || Number.isFinite(c)) continue;
    if (Number.isNaN(c)) nan += 1;
    else if (Math.abs(reference[i]!) > LARGEST_FLOAT16) overflowed += 1;
  }
  const infinite = becameNonfinite - nan;
  const onlyOverflow = nan === 0 && overflowed === infinite;
  return finding(evidence, {
    cause: 'nan-output',
    confidence: 0.95,
    title: 'The node gives NaN or infinity where the reference is finite',
    because: [
      `${nan} of ${count} elements are NaN and ${infinite} infinite where the reference is finite.`,
      onlyOverflow
        ? `All of them are beyond ${LARGEST_FLOAT16} in the reference, the largest float16: it overflows.`
        : undefined,
      said(evidence, 'optimization-disabled'),
    ],
    remedy: onlyOverflow
      ? 'Compute this node in float32, or scale its input down so that its output fits float16.'
      : 'Do not use this provider for this node; report the node and these inputs to the maker of the runtime.',
  });
};

/** Integers hold no NaN: a quantizer makes some number of it, and what it was given has to be looked at. 0.9: seen in a run of its own. */
const beforeQuantizer: CauseRule = (evidence) => {
  const { reference, candidate } = evidence.beforeQuantizer ?? {};
  if (!reference || !candidate || reference.values.length !== candidate.values.length) return undefined;
  let broken = 0;
  for (let i = 0; i < candidate.values.length; i++) {
    if (Number.isFinite(reference.values[i]) && !Number.isFinite(candidate.values[i])) broken += 1;
  }
  if (broken === 0) return undefined;
  return finding(evidence, {
    cause: 'nan-output',
    confidence: 0.9,
    title: 'The node gives NaN or infinity where the reference is finite',
    because: [
      `Before the quantizer, "${candidate.name}" is NaN or infinite in ${broken} of ${candidate.values.length} elements where the reference is finite.`,
      'The quantizer makes one integer of them, so the NaN is not to be seen behind it.',
    ],
    remedy:
      'Do not use this provider for this node; report the node and these inputs to the maker of the runtime.',
  });
};
