import { floatPrecision } from '../float-formats.ts';
import { emptyHistogramCounts } from '../histograms.ts';
import { openPlainMeter } from '../measure-plain.ts';
import type {
  Assumptions,
  Measurement,
  MeasureRules,
  OpenMeter,
  Stretch,
  SumNode,
  Tally,
} from '../measurement.ts';
import { BLOCK_LENGTH } from '../measurement.ts';
import { isInteger } from '../saturation.ts';
import { pushNode } from '../sum-tree.ts';
import { emptyTally, mergeTallies } from '../tally.ts';
import { emptyWorstList, worstEntries } from '../worst-list.ts';
import { byteKernel } from './byte-kernel.ts';
import { floatKernel } from './float-kernel.ts';
import { integerKernel } from './integer-kernel.ts';
import type { Kernels } from './load-kernels.ts';
import { loadKernels, placeInMemory } from './load-kernels.ts';
import type { StretchKernel } from './measure-stretch.ts';
import { scanWorst } from './scan-worst.ts';

/**
 * The meter of the dtypes that kernels know, bit for bit the plain one; of all others the plain one itself. Stretches that
 * already lie in the kernels' memory (`kernelStaging`) are measured there, others are copied into it.
 */
export const openKernelMeter: OpenMeter = (start, rules, assumptions) => {
  const kernel = kernelFor(rules, assumptions);
  if (!kernel) return openPlainMeter(start, rules, assumptions);
  const kernels = loadKernels();
  const nodes: SumNode[] = [];
  const worst = emptyWorstList(rules.worstCount);
  const isWhole = isInteger(rules.dtype);
  const histograms = rules.histograms
    ? emptyHistogramCounts(
        floatPrecision(rules.dtype) !== undefined,
        isWhole || rules.quantization !== undefined,
      )
    : undefined;
  let tally = emptyTally();
  let identical = true;
  let count = 0;

  return {
    add(stretch: Stretch): void {
      const reference = placeInMemory(kernels, stretch.reference, kernels.reference);
      const candidate = placeInMemory(kernels, stretch.candidate, kernels.candidate);
      kernel.measure(kernels, reference, candidate, stretch.count, tally);
      tally = mergeTallies(tally, readTally(kernels.tally));
      if (kernels.tally[DIFFERS] !== 0) identical = false;
      pushNodes(nodes, stretch, kernels.sums);
      scanWorst(worst, stretch, rules.dtype, kernels.worst);
      if (histograms) kernel.addHistograms(kernels, histograms);
      count += stretch.count;
    },

    finish(): Measurement {
      return {
        start,
        count,
        identical,
        tally: isWhole ? { ...tally, maxSteps: tally.maxAbsError } : tally,
        sums: nodes,
        worst: worstEntries(worst),
        worstCount: rules.worstCount,
        ...(histograms && { histograms }),
      };
    },
  };
};

/** Place in the kernels' tally: 1 when any byte differs. */
const DIFFERS = 23;

/** Room in the kernels' memory for one stretch of each side: what is read straight into it need not be copied. */
export function kernelStaging(): Pick<Kernels, 'reference' | 'candidate'> {
  const { reference, candidate } = loadKernels();
  return { reference, candidate };
}

function kernelFor(rules: MeasureRules, assumptions: Assumptions): StretchKernel | undefined {
  const { error, reference, candidate } = assumptions.scales;
  if (error !== 1 || reference !== 1 || candidate !== 1) return undefined;
  // Infinite tolerances times 0 are no number.
  if (!Number.isFinite(rules.rtol)) return undefined;
  return (
    floatKernel(rules, assumptions) ?? integerKernel(rules, assumptions) ?? byteKernel(rules, assumptions)
  );
}

/** In the order of assembly/tally.ts. */
function readTally(values: Float64Array): Tally {
  return {
    finite: values[0]!,
    maxAbsReference: values[1]!,
    maxAbsCandidate: values[2]!,
    maxAbsError: values[3]!,
    mismatched: values[4]!,
    relativeCount: values[5]!,
    maxRelative: values[6]!,
    nanReference: values[7]!,
    nanCandidate: values[8]!,
    infReference: values[9]!,
    infCandidate: values[10]!,
    nonfiniteMismatch: values[11]!,
    nonfiniteMatched: values[12]!,
    subnormalFlush: values[13]!,
    signOfZero: values[14]!,
    maxUlp: values[15]!,
    maxSteps: values[16]!,
    offByOne: values[17]!,
    offGrid: values[18]!,
    saturatedReference: values[19]!,
    saturatedCandidate: values[20]!,
  };
}

/** A stretch's blocks form the largest whole trees from the left on, one per bit of their number. */
function pushNodes(nodes: SumNode[], { start, count }: Stretch, sums: Float64Array): void {
  const blocks = Math.ceil(count / BLOCK_LENGTH);
  let first = 0;
  for (let level = Math.floor(Math.log2(blocks)); level >= 0; level--) {
    if ((blocks & (1 << level)) === 0) continue;
    const at = 8 * first;
    pushNode(nodes, {
      level,
      position: (start / BLOCK_LENGTH + first) / 2 ** level,
      sums: {
        absError: sums[at]!,
        error: sums[at + 1]!,
        squaredError: sums[at + 2]!,
        squaredReference: sums[at + 3]!,
        squaredCandidate: sums[at + 4]!,
        product: sums[at + 5]!,
        steps: sums[at + 6]!,
      },
    });
    first += 2 ** level;
  }
}
