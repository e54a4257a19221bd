import type { TargetName } from './device.ts';
import type { FirstDivergence } from './diagnosis.ts';
import type { DecidingRule, Flip, JsonNumber, Status } from './run-files.ts';
import type { DType } from './tensor.ts';

/** One of the two models of a check, and the run that was made of it. */
export interface CheckedSide {
  /** As the user named it: a revision or a file. */
  readonly given: string;
  /** The commit that a revision is. */
  readonly revision?: string;
  readonly model: { readonly path: string; readonly sha256: string; readonly bytes: number };
  /** Its run folder, relative to check.json. */
  readonly folder: string;
  /** The run's id. */
  readonly run: string;
  readonly reference: {
    readonly kind: 'golden' | 'computed' | 'target';
    /** What candidates were compared with, in words. */
    readonly words: string;
    /** Why it is not the one that suite.yml names. */
    readonly why?: string;
  };
  readonly captures: { readonly planned: number; readonly captured: number };
  /** Captures that were not made again, and the run that each was taken from. */
  readonly reused: readonly { readonly target: TargetName; readonly run: string }[];
  /** The run's own, with what it has in common with the other side. */
  readonly exitCode: 0 | 1 | 3;
}

/** What one limit says of both models. */
export interface CheckedViolation {
  /** The verdict's id, the same in both runs. */
  readonly id: string;
  readonly case: string;
  readonly tensor: string;
  readonly metric: string;
  readonly operator: '<=' | '>=' | '==';
  readonly limit: JsonNumber | null;
  /** null: the run has no verdict there. */
  readonly base: { readonly status: Status; readonly actual: JsonNumber | null } | null;
  readonly head: { readonly status: Status; readonly actual: JsonNumber | null } | null;
  readonly rule: DecidingRule;
  readonly waiver?: DecidingRule & { readonly expired: boolean };
  /** Of `still`: head's value is further beyond the limit than base's. */
  readonly worse?: true;
}

/** One decision metric against each model's own reference, over all cases; null: not known. */
export interface CheckedAnswer {
  readonly metric: string;
  readonly base: number | null;
  readonly head: number | null;
}

/** Base's outputs held against head's on the same target, over all cases. */
export interface CheckedAgreement {
  readonly cases: number;
  /** Cases of which every output has the same bytes. */
  readonly identicalCases: number;
  /** Samples of the task; 0 without one. */
  readonly samples: number;
  /** Share of the samples with the same first answer; absent without a task. */
  readonly top1_agreement?: number;
  readonly flips: number;
  readonly near_ties: number;
  /** The first of the samples whose first answer changed; base stands in the reference's place. */
  readonly flipped: readonly Flip[];
}

/** Why head breaks a target, as `localize` found. */
export interface CheckedCause {
  readonly cause: string;
  readonly confidence: number;
  readonly title: string;
  readonly remedy: string;
  readonly background: string;
  readonly firstDivergence: Omit<FirstDivergence, 'metrics'> | null;
}

/**
 * Worst first. `unknown`: a capture is missing on a side that is needed to tell; `accepted`: over budget, under a waiver that came
 * with head; `still`: over budget in both.
 */
export const CHECK_OUTCOMES = [
  'unknown',
  'broken',
  'accepted',
  'still',
  'fixed',
  'skipped',
  'within',
] as const;
export type CheckOutcome = (typeof CHECK_OUTCOMES)[number];

export interface CheckedTarget {
  readonly suite: string;
  readonly target: TargetName;
  readonly outcome: CheckOutcome;
  /** Over budget in head and not in base. */
  readonly newViolations: readonly CheckedViolation[];
  readonly accepted: readonly CheckedViolation[];
  readonly still: readonly CheckedViolation[];
  readonly fixed: readonly CheckedViolation[];
  /** Why it cannot be told, in sentences. */
  readonly unknown: readonly string[];
  /** Why it was skipped, on either side. */
  readonly skipped?: string;
  readonly answers: readonly CheckedAnswer[];
  /** Absent where a side gave no outputs. */
  readonly agreement?: CheckedAgreement;
  readonly cause?: CheckedCause;
}

export interface WeightChange {
  readonly initializer: string;
  readonly change: 'changed' | 'added' | 'removed' | 'reshaped';
  /** Of head; of base where it was removed. */
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Of base, where it is another. */
  readonly before?: { readonly dtype: DType; readonly shape: readonly number[] };
  readonly elements: number;
  /** Elements whose bytes differ; all of them unless `changed`. */
  readonly changed: number;
  /** Largest |head - base| in the initializer's unit; null: not `changed`, or no numbers. */
  readonly max_abs: JsonNumber | null;
  readonly bytes: number;
}

/** check.json, and `fleetdiff check --json`. */
export interface ModelCheck {
  readonly schemaVersion: 1;
  readonly kind: 'check';
  readonly checkedAt: string;
  readonly exitCode: 0 | 1 | 3;
  readonly suite: string;
  readonly base: CheckedSide;
  readonly head: CheckedSide;
  /** Worst first. */
  readonly targets: readonly CheckedTarget[];
  /** Initializers that are not the same, in head's order, then those that are gone. */
  readonly weights: readonly WeightChange[];
  readonly initializers: { readonly base: number; readonly head: number };
  readonly nodes: { readonly base: number; readonly head: number };
  /** head's budgets.yml differs from base's; both sides were judged by head's. */
  readonly budgetsChanged: boolean;
}
