import type { Delegate, TargetName } from '../../domain/device.ts';
import type { CapturedCase, DeviceFacts, Placement } from '../../domain/run-files.ts';
import type { StoredCase } from '../../domain/suite.ts';
import type { BlobRef } from '../../domain/tensor.ts';

/** One run of a model on a target, in a runtime session of its own. */
export interface ModelRun {
  readonly model: BlobRef;
  readonly cases: readonly StoredCase[];
  /** Tensors inside the graph to expose beside its outputs. */
  readonly taps?: readonly string[];
  /** Inferences per case; 1 unless told. */
  readonly repeats?: number;
  /** What is different from the target's own delegate. */
  readonly change?: Partial<Pick<Delegate, 'optimization' | 'threads' | 'sessionConfig'>>;
}

export type ModelAnswer =
  | {
      readonly status: 'done';
      readonly cases: readonly CapturedCase[];
      readonly placement: Placement;
      readonly device: DeviceFacts;
    }
  | { readonly status: 'failed'; readonly reason: string };

/** A target that runs models one after another. A method that throws tells of lost infrastructure, never of a model. */
export interface ModelRunner {
  readonly target: TargetName;
  readonly delegate: Delegate;
  run(asked: ModelRun): Promise<ModelAnswer>;
  /** A new device session (process, page) for the runs that follow. */
  renew(): Promise<void>;
}
