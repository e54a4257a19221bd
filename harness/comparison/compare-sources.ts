import { byteLength, type DType, elementCount, type TensorSource } from '../domain/tensor.ts';
import { guessAssumptions, nextAssumptions } from '../numerics/assumptions.ts';
import { type SizedHeader, whyHeadersDiffer } from '../numerics/comparable.ts';
import { type CompareOptions, compareTensors, measureRules } from '../numerics/compare-tensors.ts';
import { type ElementComparison, elementComparisonOf } from '../numerics/element-comparison.ts';
import type { Assumptions, Measurement, MeasureRules } from '../numerics/measurement.ts';
import { mergeMeasurements } from '../numerics/merge-measurements.ts';
import { checkCrc, joinedCrc } from './check-crc.ts';
import { inLanes } from './in-lanes.ts';
import { type ComparisonLimits, isSmall, LIMITS, sizeOf, stretchesPerRange } from './limits.ts';
import { loadTensor } from './load-tensor.ts';
import { type OpenFiles, openFiles } from './open-files.ts';
import { cutIntoRanges, type Range } from './ranges.ts';
import { THREADS } from './threads.ts';
import { type Run, whereToMeasure } from './where-to-run.ts';

/**
 * As `compareTensors`, bit for bit, of tensors that need not fit memory and whose bytes may lie in files: large ones go stretch
 * by stretch through all cores. Bytes in memory reach other threads only where they lie in a SharedArrayBuffer.
 * @throws UserError E_FILE_UNREADABLE; E_TENSOR_FILE when a file is too short or does not match its checksum;
 * E_TENSOR_TOO_LARGE when strings or probabilities in a file are too many to be held. RangeError as `compareTensors`.
 */
export async function compareSources(
  reference: TensorSource,
  candidate: TensorSource,
  options: CompareOptions,
  limits: ComparisonLimits = LIMITS,
): Promise<ElementComparison> {
  const files = openFiles();
  try {
    return await comparePair({ reference, candidate, options }, files, limits);
  } finally {
    files.close();
  }
}

/** Two tensors to be compared, and how. */
export interface SourcePair {
  readonly reference: TensorSource;
  readonly candidate: TensorSource;
  readonly options: CompareOptions;
}

/** As `compareSources`; many small pairs share open files. */
export async function comparePair(
  { reference, candidate, options }: SourcePair,
  files: OpenFiles,
  limits: ComparisonLimits,
): Promise<ElementComparison> {
  const rules = measureRules(reference, options);
  const reason = whyHeadersDiffer(sized(reference), sized(candidate), options.quantization);
  if (reason !== undefined) return { status: 'notComparable', reason };
  const whole = wholeBytes(rules.dtype, options, limits);
  if (whole === undefined && !isSmall(reference, candidate, limits)) {
    return compareInRanges({ reference, candidate, rules }, options.peak, limits);
  }
  const most = Math.max(limits.smallPairBytes, whole ?? 0);
  return compareTensors(loadTensor(reference, most, files), loadTensor(candidate, most, files), options);
}

/** Longest side of what cannot be cut into ranges; undefined of what can. */
function wholeBytes(
  dtype: DType,
  { probabilities }: CompareOptions,
  limits: ComparisonLimits,
): number | undefined {
  if (dtype === 'string') return limits.stringBytes;
  // A row of probabilities is one distribution, wherever a range would cut it.
  return probabilities ? limits.probabilityBytes : undefined;
}

function sized(source: TensorSource): SizedHeader {
  const { name, dtype, shape } = source;
  return { name, dtype, shape, byteLength: sizeOf(source) };
}

interface MeasuredPair {
  readonly reference: TensorSource;
  readonly candidate: TensorSource;
  readonly rules: MeasureRules;
}

/** Two passes, each over all ranges; a third when the second finds what the first could not know. */
async function compareInRanges(
  pair: MeasuredPair,
  peak: number | undefined,
  limits: ComparisonLimits,
): Promise<ElementComparison> {
  const perRange = stretchesPerRange(pair.reference, THREADS, limits);
  const ranges = cutIntoRanges(elementCount(pair.rules.shape), perRange);
  const run = whereToMeasure(pair.reference, pair.candidate, limits);
  let assumptions = guessAssumptions(await largestReference(pair, ranges, run));
  for (;;) {
    const measurement = await measureAll(pair, ranges, assumptions, run);
    const corrected = nextAssumptions(measurement, assumptions);
    if (!corrected) return elementComparisonOf(measurement, pair.rules, assumptions, peak);
    assumptions = corrected;
  }
}

/** More than threads, so that none waits for its next range. */
const LANES = 2 * THREADS;

async function largestReference(
  { reference }: MeasuredPair,
  ranges: readonly Range[],
  run: Run,
): Promise<number> {
  // The pass that measures checks the bytes; this one need not.
  const source = withoutChecksum(reference);
  const found = await inLanes(ranges, LANES, (range) => run('largest', { source, range }));
  return found.reduce((most, each) => Math.max(most, each), 0);
}

async function measureAll(
  pair: MeasuredPair,
  ranges: readonly Range[],
  assumptions: Assumptions,
  run: Run,
): Promise<Measurement> {
  const measured = await inLanes(ranges, LANES, (range) => run('measure', { ...pair, assumptions, range }));
  for (const side of ['reference', 'candidate'] as const) {
    const parts = ranges.map(({ count }, index) => ({
      crc: measured[index]!.crc[side] ?? 0,
      bytes: byteLength(pair.rules.dtype, [count])!,
    }));
    if (measured[0]!.crc[side] !== undefined) checkCrc(pair[side], joinedCrc(parts));
  }
  return measured.map(({ measurement }) => measurement).reduce(mergeMeasurements);
}

function withoutChecksum(source: TensorSource): TensorSource {
  if (source.bytes.in === 'memory') return source;
  const { crc32: _, ...bytes } = source.bytes;
  return { ...source, bytes };
}
