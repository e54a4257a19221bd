import type { BlobRef, Quantization, StoredTensor, Tensor, TensorHeader } from './tensor.ts';

/** One named set of model inputs, in memory. */
export interface Case {
  readonly name: string;
  readonly inputs: readonly Tensor[];
  /** Outputs that came with the case (`output_0.pb` of an ONNX test data set). */
  readonly outputs?: readonly Tensor[];
}

/** A case whose inputs lie in the blob store. */
export interface StoredCase {
  readonly name: string;
  readonly inputs: readonly StoredTensor[];
}

/** What candidates are compared with. */
export type Reference =
  | { readonly kind: 'computed' }
  /** `folder` holds golden.json and one safetensors file per case. */
  | { readonly kind: 'golden'; readonly folder: string }
  | { readonly kind: 'target'; readonly target: string };

/** How the report shows the inputs of a suite to a person. */
export interface InputPreview<Vocabulary = BlobRef> {
  readonly input: string;
  readonly as: 'grayscale' | 'rgb' | 'waveform' | 'text';
  /** Of rgb; absent: told by where the three channels are. */
  readonly layout?: 'NCHW' | 'NHWC';
  /** Of text: UTF-8, one token a line in the order of their ids. */
  readonly vocabulary?: Vocabulary;
}

/** Adds decision metrics: the task that a model's output serves. */
export interface ClassificationTask {
  readonly kind: 'classification';
  /** Output tensor that holds one score per class in its last axis. */
  readonly output: string;
  readonly topK: readonly number[];
  /** Axis of inputs and outputs along which one case holds many samples; undefined: a case is one sample. */
  readonly batchAxis?: number;
  /** Class names in class order. */
  readonly labels?: readonly string[];
  /** Ground truth: class index per sample, keyed `case` or `case#row`. */
  readonly expected?: Readonly<Record<string, number>>;
  /** Only in plans of an older fleetdiff; it is the suite's now. */
  readonly preview?: { readonly input: string; readonly as: 'grayscale' };
}

/** A declared output of the model; a symbolic or unknown dimension is -1. */
export interface ModelOutput extends TensorHeader {
  readonly quantization?: Quantization;
}

/** What the harness knows of a model before it runs anywhere. */
export interface ModelFacts {
  readonly inputs: readonly TensorHeader[];
  readonly outputs: readonly ModelOutput[];
  /** True when the model multiplies uint8 activations with int8 weights of more than 7 bits: saturates on x86 without VNNI. */
  readonly u8s8FullRange: boolean;
  /** True when the integer operators are fused already (QLinearConv, MatMulInteger …), so that a run without optimization saturates too. */
  readonly integerOperators: boolean;
}

/** A reference as the plan pins it: a golden's tensors already lie in the blob store. */
export type PlannedReference =
  | { readonly kind: 'computed'; readonly target: string }
  | {
      readonly kind: 'golden';
      /** Where the golden came from, in words: runtime, options, machine, day. */
      readonly origin: string;
      readonly cases: readonly { readonly case: string; readonly outputs: readonly StoredTensor[] }[];
    }
  | { readonly kind: 'target'; readonly target: string };

/** A suite as its folder declared it when the run was planned; the tensors' bytes lie in the blob store. */
export interface PlannedSuite {
  readonly name: string;
  /** Folder of suite.yml, as the user named it. */
  readonly folder: string;
  readonly model: BlobRef & { readonly path: string; readonly facts: ModelFacts };
  readonly cases: readonly StoredCase[];
  readonly reference: PlannedReference;
  readonly task?: ClassificationTask;
  readonly preview?: InputPreview;
  /** Budget file as a path from the working folder, and its text on the day of the plan; absent: numerics.md's default tolerances. */
  readonly budgets?: { readonly path: string; readonly text: string };
}
