import type { TargetName } from './device.ts';
import type { ApprovedRun, JsonNumber, Placement } from './run-files.ts';

/**
 * What decides which kernels a target runs: a workstation with VNNI and one without are two environments under one name, each with
 * a baseline of its own. Versions are none of it: that they change an answer is what a baseline is there to tell.
 */
export interface EnvironmentClass {
  /** `x86_64-1f3c9a`: the architecture, and a hash over all of it. */
  readonly id: string;
  readonly arch: string;
  readonly isa: readonly string[];
  /** The emulator's name without its version; empty on real silicon. */
  readonly emulator: string;
  /** GPU adapter; empty where none computed. */
  readonly adapter: string;
}

/** baselines/<suite>/<device>.<delegate>@<class>.json: what a person approved of one suite on one target. */
export interface Baseline {
  readonly schemaVersion: 1;
  readonly kind: 'baseline';
  readonly suite: string;
  readonly target: TargetName;
  readonly environment: EnvironmentClass;
  readonly approved: ApprovedRun;
  readonly modelSha256: string;
  readonly inputsSha256: string;
  readonly placement: BaselinePlacement;
  /** Id of the answer to each output. */
  readonly answers: readonly { readonly tensor: string; readonly answer: string }[];
}

export interface BaselinePlacement extends Pick<Placement, 'requested' | 'status'> {
  /** By provider, as the runtime's profile names it. */
  readonly nodes: readonly { readonly provider: string; readonly count: number }[];
}

/** baselines/<suite>/answers/<id>.json: one answer to one tensor over all cases, written once for all targets that gave it. */
export interface BaselineAnswer {
  readonly schemaVersion: 1;
  readonly kind: 'baseline-answer';
  readonly suite: string;
  readonly tensor: string;
  readonly cases: readonly BaselineCase[];
  /** Against the reference, each pooled over the cases as its definition says. */
  readonly metrics: readonly { readonly metric: string; readonly value: JsonNumber }[];
}

export interface BaselineCase {
  readonly case: string;
  /** The reference's SHA-256. */
  readonly reference: string;
  /** The different answers over the repeats, each `dtype[shape]sha256:bytes`; sorted. */
  readonly answers: readonly string[];
  /** All of them are the reference's bytes. */
  readonly identical: boolean;
}

/** All approved answers that a run may be held against. */
export interface BaselineBook {
  /** As the user named it. */
  readonly folder: string;
  readonly baselines: readonly (Baseline & { readonly file: string })[];
  /** By id. */
  readonly answers: ReadonlyMap<string, BaselineAnswer>;
}
