import type { Evidence, IslandFacts, Sample, SeenTensor, Side } from '../../harness/diagnosis/evidence.ts';
import type { ExperimentName } from '../../harness/diagnosis/experiments.ts';
import type { Delegate } from '../../harness/domain/device.ts';
import type { Experiment } from '../../harness/domain/diagnosis.ts';
import type { Metrics } from '../../harness/domain/run-files.ts';
import type { DType, Quantization } from '../../harness/domain/tensor.ts';

export const VNNI = ['x86_64', 'avx2', 'fma', 'avx512f', 'avx512_vnni', 'vnni'];
export const HASWELL = ['x86_64', 'avx2', 'fma'];
export const CORTEX_A76 = ['aarch64', 'fp', 'asimd', 'fphp', 'asimdhp', 'asimddp'];
export const NEOVERSE_V1 = [...CORTEX_A76, 'i8mm', 'bf16', 'sve', 'svebf16'];

export const CONV: Partial<IslandFacts> = {
  opType: 'Conv',
  operators: ['DequantizeLinear', 'Conv', 'Relu', 'QuantizeLinear'],
  reductionLength: 72,
};
export const FLOAT_MATMUL: Partial<IslandFacts> = {
  opType: 'MatMul',
  operators: ['MatMul'],
  reductionLength: 256,
};

/** uint8, zero point 128, steps of 1/16. */
export const GRID: Quantization = { scale: [1 / 16], zeroPoint: [128], axis: null };

export function side(isa: readonly string[], delegate: Partial<Delegate> = {}): Side {
  return {
    device: {
      soc: 'made up',
      arch: isa[0]!,
      isa,
      os: 'linux',
      runtime: { name: 'onnxruntime-node', version: '1.30.0' },
      host: { name: 'node', version: '20' },
    },
    delegate: {
      name: 'cpu',
      runtime: 'onnxruntime-node',
      provider: 'cpu',
      threads: 1,
      optimization: 'all',
      sessionConfig: {},
      env: {},
      ...delegate,
    },
  };
}

export function seen(
  dtype: DType,
  shape: readonly number[],
  values: ArrayLike<number>,
  quantization?: Quantization,
): SeenTensor {
  const elements = Float64Array.from(values);
  return { name: 'y', dtype, shape, values: elements, ...(quantization && { quantization }) };
}

/** uint8 of both sides, held within 0 to 255. */
export function bytes(
  shape: readonly number[],
  reference: readonly number[],
  candidate: readonly number[],
  name = 'case-0',
): Sample {
  const held = (values: readonly number[]) => values.map((value) => Math.min(255, Math.max(0, value)));
  return {
    case: name,
    inputs: [],
    reference: seen('uint8', shape, held(reference), GRID),
    candidate: seen('uint8', shape, held(candidate), GRID),
  };
}

export function floats(
  shape: readonly number[],
  reference: ArrayLike<number>,
  candidate: ArrayLike<number>,
  dtype: DType = 'float32',
  inputs: readonly SeenTensor[] = [],
): Sample {
  return {
    case: 'case-0',
    inputs,
    reference: seen(dtype, shape, reference),
    candidate: seen(dtype, shape, candidate),
  };
}

/** What is not told: a quantized Conv on a CPU with VNNI against the same without optimization; no experiment. */
export function evidence({
  samples,
  island,
  ...rest
}: { samples: readonly Sample[]; island?: Partial<IslandFacts> } & Partial<
  Omit<Evidence, 'samples' | 'island'>
>): Evidence {
  return {
    island: {
      node: 'conv1',
      opType: 'Conv',
      operators: ['Conv'],
      constants: [],
      u8s8FullRange: false,
      ...CONV,
      ...island,
    },
    samples,
    metrics: metricsOf(samples[0]!),
    reference: side(VNNI, { optimization: 'disabled' }),
    candidate: side(VNNI),
    experiments: [],
    trace: [],
    ...rest,
  };
}

/** The experiments of an island, with what they left of its error: 0 gives the reference's bytes, NaN did not run. */
export function tried(sample: Sample, left: Partial<Record<ExperimentName, number>>): Experiment[] {
  const { rmse, max_steps } = metricsOf(sample);
  return Object.entries(left).map(([name, share]) => ({
    name,
    change: `the change of ${name}`,
    node: 'conv1',
    identical: share === 0,
    ...(Number.isNaN(share)
      ? { metrics: {}, reason: 'the runtime refused it' }
      : { metrics: { rmse: rmse * share, max_steps: Math.round(max_steps * share) } }),
  }));
}

function metricsOf({ reference, candidate }: Sample): Metrics & { rmse: number; max_steps: number } {
  const errors = candidate.values.map((value, index) => value - reference.values[index]!);
  const rmse = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / Math.max(errors.length, 1));
  return { rmse, max_steps: errors.reduce((most, error) => Math.max(most, Math.abs(error)), 0) };
}
