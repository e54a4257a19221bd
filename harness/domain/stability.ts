import type { TargetName } from './device.ts';
import type { JsonNumber } from './run-files.ts';

/** What may be varied without a new model or new inputs, the smallest change first. */
export const FACTORS = [
  'repeats',
  'warm-up',
  'session',
  'batch-position',
  'threads',
  'optimization',
] as const;
export type Factor = (typeof FACTORS)[number];

/** What a target answered under one value of a factor, such as 4 threads. */
export type TriedValue =
  /** `sha256` over all outputs that are compared. */
  | { readonly value: string; readonly status: 'ran'; readonly sha256: string }
  | { readonly value: string; readonly status: 'failed'; readonly reason: string };

export type VariedFactor =
  | {
      readonly factor: Factor;
      readonly status: 'varied';
      readonly values: readonly TriedValue[];
      /** Different answers among the values that ran; 1: the factor changes nothing. */
      readonly distinct_outputs: number;
      /** Largest |difference| of one element between two values, over all outputs; 0 where the bytes stay. */
      readonly noise_max_abs: JsonNumber;
    }
  /** Fewer than two values could run. */
  | { readonly factor: Factor; readonly status: 'notVaried'; readonly reason: string };

/** What changes a target's answer to one case. */
export interface TargetStability {
  readonly suite: string;
  readonly target: TargetName;
  readonly case: string;
  /** Samples of the case that ran, those before others that differ from the reference; null where it has no batch axis that can be cut. */
  readonly samples: number | null;
  /** In the order of FACTORS. */
  readonly factors: readonly VariedFactor[];
  /** The smallest factor that changes the answer; null: none of those varied does. */
  readonly attributed: Factor | null;
}

/** stability/<device>.<delegate>/<suite>.json */
export interface Stability extends TargetStability {
  readonly schemaVersion: 1;
  readonly kind: 'stability';
  readonly planHash: string;
}
