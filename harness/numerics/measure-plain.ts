import type { Block } from './block.ts';
import { emptyBlock } from './block.ts';
import { sameBytes } from './compare-strings.ts';
import { blockReader } from './decode.ts';
import { differences } from './differences.ts';
import { floatPrecision, smallestNormal } from './float-formats.ts';
import { addToHistograms, emptyHistogramCounts } from './histograms.ts';
import type { Measurement, OpenMeter, Stretch, SumNode } from './measurement.ts';
import { BLOCK_LENGTH } from './measurement.ts';
import { stepTally } from './quantization-steps.ts';
import { isInteger, saturationCounter } from './saturation.ts';
import { sumBlock } from './sum-block.ts';
import { pushNode } from './sum-tree.ts';
import type { TallyRules } from './tally.ts';
import { emptyTally, tallyBlock } from './tally.ts';
import { ulpDistances } from './ulp.ts';
import { emptyWorstList, readWorst, worstEntries } from './worst-list.ts';

/** Meters take turns with it: `add` leaves nothing in it. */
const block: Block = emptyBlock();

/**
 * The readable reference of the engine: measures every dtype but string, block by block, each decoded to float64. Kernels give
 * the same bits.
 */
export const openPlainMeter: OpenMeter = (start, rules, { maxAbsReference, scales }) => {
  const { dtype, shape, quantization } = rules;
  const isFloat = floatPrecision(dtype) !== undefined;
  const tallySteps = isFloat && quantization ? stepTally(dtype, shape, quantization) : undefined;
  const tallyRules: TallyRules = {
    atol: rules.atol,
    rtol: rules.rtol,
    smallestNormal: smallestNormal(dtype),
    relativeFloor: Math.max(2 ** -10 * maxAbsReference, Number.MIN_VALUE),
  };
  const tally = emptyTally();
  const nodes: SumNode[] = [];
  const worst = emptyWorstList(rules.worstCount);
  const hasSteps = tallySteps !== undefined || isInteger(dtype);
  const histograms = rules.histograms ? emptyHistogramCounts(isFloat, hasSteps) : undefined;
  // An integer's steps are its differences.
  const integerSteps = isInteger(dtype) ? block.error : undefined;
  let identical = true;
  let count = 0;

  return {
    add(stretch: Stretch): void {
      const reference = { dtype, data: stretch.reference };
      const candidate = { dtype, data: stretch.candidate };
      const readReference = blockReader(reference);
      const readCandidate = blockReader(candidate);
      const subtract = differences(reference, candidate);
      const measureUlp = ulpDistances(reference, candidate);
      const countSaturated = isInteger(dtype)
        ? { reference: saturationCounter(reference), candidate: saturationCounter(candidate) }
        : undefined;

      for (let first = 0; first < stretch.count; first += BLOCK_LENGTH) {
        const length = Math.min(BLOCK_LENGTH, stretch.count - first);
        block.start = stretch.start + first;
        block.count = length;
        readReference(first, length, block.reference);
        readCandidate(first, length, block.candidate);
        subtract(first, length, block.reference, block.candidate, block.error);
        if (measureUlp) {
          measureUlp(first, first, length, block.ulp);
          tally.maxUlp = Math.max(tally.maxUlp, largestUlp(block));
        }
        const finite = tallyBlock(tally, worst, block, tallyRules);
        tallySteps?.(block, tally);
        if (countSaturated) {
          tally.saturatedReference += countSaturated.reference(first, length, block.reference);
          tally.saturatedCandidate += countSaturated.candidate(first, length, block.candidate);
          tally.offByOne += offByOne(block);
        }
        const sums = sumBlock(block, scales, tallySteps !== undefined);
        pushNode(nodes, { level: 0, position: block.start / BLOCK_LENGTH, sums });
        if (histograms) addToHistograms(histograms, block, finite, tallySteps ? block.steps : integerSteps);
      }
      readWorst(worst, stretch, dtype);
      identical &&= sameBytes(stretch.reference, stretch.candidate);
      count += stretch.count;
    },

    finish(): Measurement {
      return {
        start,
        count,
        identical,
        tally: integerSteps ? { ...tally, maxSteps: tally.maxAbsError } : tally,
        sums: nodes,
        worst: worstEntries(worst),
        worstCount: rules.worstCount,
        ...(histograms && { histograms }),
      };
    },
  };
};

/** Infinity stands one ULP beyond the largest number; NaN stands nowhere. -1 when every position has a NaN. */
function largestUlp({ count, reference, candidate, ulp }: Block): number {
  let largest = -1;
  for (let i = 0; i < count; i++) {
    const distance = ulp[i]!;
    if (distance > largest && !Number.isNaN(reference[i]!) && !Number.isNaN(candidate[i]!))
      largest = distance;
  }
  return largest;
}

function offByOne({ count, error }: Block): number {
  let found = 0;
  for (let i = 0; i < count; i++) if (Math.abs(error[i]!) === 1) found++;
  return found;
}
