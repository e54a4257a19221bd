import { DTYPE_BITS, type TensorSource } from '../domain/tensor.ts';
import { STRETCH_LENGTH } from '../numerics/measurement.ts';

/** Where small ends and large begins. */
export interface ComparisonLimits {
  /** Pairs up to this, both sides together, are compared whole in the thread that asks. */
  readonly smallPairBytes: number;
  /** From this much on, in one pair or many, threads are started. */
  readonly worthThreadsBytes: number;
  /** What a thread measures at a time, of one side: at least, and at most. */
  readonly shortestRangeBytes: number;
  readonly longestRangeBytes: number;
  /** Longest side that is read from a file as a whole, where what is asked needs all of it at once. */
  readonly probabilityBytes: number;
  /** The same of strings, of which each takes some hundred bytes of memory while it is compared. */
  readonly stringBytes: number;
}

const MIB = 1 << 20;

/**
 * Measured on two cores of an Intel Xeon at 2.5 GHz, Node 20, others at work on them; float32, both sides together, best of many.
 * Threads that run: 1 MiB takes 1.3 ms here and 1.3 there, 2 MiB 2.6 and 1.9, 8 MiB 10 and 4.6, 64 MiB 81 and 29. A task there
 * and back takes 0.07 ms. To start two threads takes 0.3 s of processor time, in which this one compares some 300 MiB: below
 * `worthThreadsBytes` they would be there when all is done.
 */
export const LIMITS: ComparisonLimits = {
  smallPairBytes: 2 * MIB,
  worthThreadsBytes: 128 * MIB,
  shortestRangeBytes: MIB,
  longestRangeBytes: 8 * MIB,
  probabilityBytes: 256 * MIB,
  stringBytes: 64 * MIB,
};

export function isSmall(
  reference: TensorSource,
  candidate: TensorSource,
  { smallPairBytes }: ComparisonLimits = LIMITS,
): boolean {
  return sizeOf(reference) + sizeOf(candidate) <= smallPairBytes;
}

/** Bytes of a source. */
export function sizeOf({ bytes }: TensorSource): number {
  return bytes.in === 'memory' ? bytes.data.byteLength : bytes.byteLength;
}

/** Ranges for every thread of a pair, so that one that is slowed down holds up the others the less. */
const RANGES_PER_THREAD = 4;

/** Whole stretches that each range of a source should hold. */
export function stretchesPerRange(
  source: TensorSource,
  threads: number,
  { shortestRangeBytes, longestRangeBytes }: ComparisonLimits,
): number {
  const fairBytes = sizeOf(source) / (RANGES_PER_THREAD * threads);
  const rangeBytes = Math.min(longestRangeBytes, Math.max(shortestRangeBytes, fairBytes));
  return Math.max(1, Math.floor((8 * rangeBytes) / (DTYPE_BITS[source.dtype] * STRETCH_LENGTH)));
}
