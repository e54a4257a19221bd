import type { TargetName } from './device.ts';
import type { Metrics } from './run-files.ts';
import type { DType } from './tensor.ts';

/**
 * How the tensors inside the graph were seen on the target. `taps`: all of them exposed at once (in batches);
 * `single-taps`: one a run, because together they changed the outputs; `replay`: only node by node, because
 * every tap changed them.
 */
export type TraceWay = 'taps' | 'single-taps' | 'replay';

/** One tensor on the way through the graph. */
export interface TraceRow {
  readonly tensor: string;
  /** The node that computes it; of an island (DequantizeLinear, Conv, Relu, QuantizeLinear) the one that computes. */
  readonly node: string;
  readonly opType: string;
  /** All nodes of its island, in graph order. */
  readonly nodes: readonly string[];
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** The target's own tensor against the reference's: what came before is in it. null: it could not be seen unperturbed. */
  readonly accumulated: Metrics | null;
  /** The island computed on the target from the reference's inputs, against the reference: what this island adds. null: it could not be replayed. */
  readonly intrinsic: Metrics | null;
  /** Provider that ran the node, where the profile names it. */
  readonly provider?: string;
}

export interface FirstDivergence {
  readonly tensor: string;
  readonly node: string;
  readonly opType: string;
  /** Position of the node among the model's nodes, from 0. */
  readonly index: number;
  /** Nodes of the model. */
  readonly of: number;
  readonly metrics: Metrics;
}

/** A diagnosed cause. */
export interface CauseFinding {
  /** Name of the rule, such as `u8s8-saturation`; `unknown` is an answer too. */
  readonly cause: string;
  /** 0 to 1, as docs/causes/ says of the rule. */
  readonly confidence: number;
  readonly title: string;
  /** The node that it is said of. */
  readonly node: string;
  /** Plain sentences with the numbers that speak for it. */
  readonly evidence: readonly string[];
  readonly remedy: string;
  /** Page in docs/causes/. */
  readonly background: string;
}

/** One change of how the target runs, tried on one island: what a difference vanishes with says where it comes from. */
export interface Experiment {
  readonly name: string;
  /** In words: `graph optimization disabled`. */
  readonly change: string;
  readonly node: string;
  /** Whether the island then gives the reference's bytes. */
  readonly identical: boolean;
  /** Against the reference; empty when the island did not run so. */
  readonly metrics: Metrics;
  /** Why it did not run. */
  readonly reason?: string;
}

/** What `localize` found of one suite on one target. */
export interface TargetDiagnosis {
  readonly target: TargetName;
  readonly suite: string;
  /** The case whose tensors were traced: the one that differs most. */
  readonly case: string;
  /** `perturbed`: exposing all tensors at once changed the target's outputs; `way` then says what was done instead. */
  readonly observerEffect: 'none' | 'perturbed';
  readonly way: TraceWay;
  /** The same input gave different outputs with nothing exposed: what exposing changes cannot be told then. */
  readonly nondeterministic?: true;
  /** null: every traced tensor is bit-identical. */
  readonly firstDivergence: FirstDivergence | null;
  readonly trace: readonly TraceRow[];
  /** Best first. */
  readonly findings: readonly CauseFinding[];
  readonly experiments: readonly Experiment[];
  /** What a reader must know of how this was found, in sentences. */
  readonly notes: readonly string[];
}

/** diagnosis.json: the newest diagnosis at the top level, those of other targets and suites below it. */
export interface Diagnosis extends TargetDiagnosis {
  readonly schemaVersion: 1;
  readonly kind: 'diagnosis';
  readonly run: string;
  readonly others: readonly TargetDiagnosis[];
}
