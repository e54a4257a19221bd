import { compareSources } from '../comparison/compare-sources.ts';
import type { Tensor, TensorSource } from '../domain/tensor.ts';
import { DTYPE_BITS } from '../domain/tensor.ts';
import { guessAssumptions } from '../numerics/assumptions.ts';
import { compareTensors } from '../numerics/compare-tensors.ts';
import { DEFAULT_TOLERANCES } from '../numerics/default-tolerances.ts';
import { largestFinite } from '../numerics/largest-finite.ts';
import { openPlainMeter } from '../numerics/measure-plain.ts';
import { type MeasureRules, STRETCH_LENGTH } from '../numerics/measurement.ts';
import { bestSeconds } from './best-seconds.ts';
import { type BenchDType, madeUpTensors } from './made-up-tensors.ts';
import { numpySeconds } from './numpy.ts';

export const THROUGHPUT_DTYPES: readonly BenchDType[] = ['float32', 'float16', 'uint8'];

/** Bytes a side. */
export const THROUGHPUT_BYTES: readonly number[] = [4 * 2 ** 10, 2 ** 20, 64 * 2 ** 20, 256 * 2 ** 20];

/** Seconds for all metrics of one pair of made-up tensors, each way once in the same run. */
export interface Throughput {
  readonly dtype: BenchDType;
  readonly bytes: number;
  /** `compareTensors`, in one thread. */
  readonly oneThread: number;
  /** The same, with histograms. */
  readonly withHistograms: number;
  /** `compareSources`, which takes all threads when the tensors are large enough. */
  readonly allThreads: number;
  /** The plain TypeScript that the kernels are held against. */
  readonly plain: number;
  /** Undefined when this machine has no NumPy. */
  readonly numpy: number | undefined;
}

export async function throughput(dtype: BenchDType, bytes: number, numpy: boolean): Promise<Throughput> {
  const { reference, candidate } = madeUpTensors(dtype, bytes);
  const options = DEFAULT_TOLERANCES[dtype];
  const [left, right] = [sourceOf(reference), sourceOf(candidate)];
  return {
    dtype,
    bytes,
    oneThread: await bestSeconds(() =>
      compareTensors(reference, candidate, { ...options, histograms: false }),
    ),
    withHistograms: await bestSeconds(() =>
      compareTensors(reference, candidate, { ...options, histograms: true }),
    ),
    allThreads: await bestSeconds(() => compareSources(left, right, { ...options, histograms: false })),
    plain: await bestSeconds(() => measurePlain(reference, candidate)),
    numpy: numpy ? numpySeconds(dtype, bytes, bytes < 2 ** 24 ? 20 : 2).seconds : undefined,
  };
}

function sourceOf({ data, ...head }: Tensor): TensorSource {
  return { ...head, bytes: { in: 'memory', data } };
}

function measurePlain(reference: Tensor, candidate: Tensor): void {
  const { dtype, shape } = reference;
  const elements = shape[0]!;
  const rules: MeasureRules = {
    dtype,
    shape,
    ...DEFAULT_TOLERANCES[dtype],
    worstCount: 16,
    histograms: false,
  };
  const meter = openPlainMeter(0, rules, guessAssumptions(largestFinite(dtype, reference.data, elements)));
  for (let start = 0; start < elements; start += STRETCH_LENGTH) {
    const count = Math.min(STRETCH_LENGTH, elements - start);
    const [from, to] = [start, start + count].map((element) => (element * DTYPE_BITS[dtype]) / 8);
    meter.add({
      start,
      count,
      reference: reference.data.subarray(from, to),
      candidate: candidate.data.subarray(from, to),
    });
  }
  meter.finish();
}
