import type { Delegate } from '../domain/device.ts';
import type { Experiment, TraceRow } from '../domain/diagnosis.ts';
import type { DeviceFacts, Metrics } from '../domain/run-files.ts';
import type { DType, Quantization, Tensor } from '../domain/tensor.ts';

/** A tensor that rules look at. */
export interface SeenTensor {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** float64[elements] in C order; integers as they are stored, not dequantized. */
  readonly values: Float64Array;
  /** Of an integer tensor: the grid that it stands for. */
  readonly quantization?: Quantization;
}

/** One case through the suspected island. */
export interface Sample {
  readonly case: string;
  /** What the reference fed to the island; both sides computed from these. */
  readonly inputs: readonly SeenTensor[];
  readonly reference: SeenTensor;
  /** What the target made of the same inputs. */
  readonly candidate: SeenTensor;
}

/** What the model says of an island. */
export interface IslandFacts {
  readonly node: string;
  readonly opType: string;
  /** Operator types of all its nodes, in graph order. */
  readonly operators: readonly string[];
  /** Constants that its main node reads, directly or through DequantizeLinear: weights, bias. */
  readonly constants: readonly Tensor[];
  /** True when it multiplies uint8 with int8 beyond 7 bits. */
  readonly u8s8FullRange: boolean;
  /** Products summed per output element (Conv, MatMul, Gemm); undefined for operators that sum none. */
  readonly reductionLength?: number;
}

export interface Side {
  readonly device: DeviceFacts;
  readonly delegate: Delegate;
}

/** All that a rule may look at: one island whose output differs although its inputs are the same. */
export interface Evidence {
  readonly island: IslandFacts;
  /** At least one; the first is the case that was traced. */
  readonly samples: readonly Sample[];
  /** Of the first sample, candidate against reference. */
  readonly metrics: Metrics;
  readonly reference: Side;
  readonly candidate: Side;
  /** What the island's quantizer reads, exposed in a run of its own on both sides; that may break a fusion, but makes no NaN. */
  readonly beforeQuantizer?: { readonly reference: SeenTensor; readonly candidate: SeenTensor };
  /** Of this island. */
  readonly experiments: readonly Experiment[];
  readonly trace: readonly TraceRow[];
  /** Provider that ran the island on the target, where the profile names it. */
  readonly provider?: string;
}
