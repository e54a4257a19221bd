import type { EnvironmentFact } from './history.ts';
import type { JsonNumber, Status } from './run-files.ts';

/** What changed where the answers of a fleet moved, and did not where they stayed. */
export interface Attribution {
  readonly schemaVersion: 1;
  readonly kind: 'attribution';
  /** The first bad run: each of its targets is held against its own last run before. */
  readonly run: string;
  readonly moved: readonly MovedTarget[];
  /** Targets that were held against an earlier run and did not move. */
  readonly unmoved: number;
  /** Suites on targets with no earlier capture to hold them against. */
  readonly fresh: readonly SuiteOnTarget[];
  /** Captured before and not in this run: there is no environment to compare. */
  readonly lost: readonly SuiteOnTarget[];
  /** Best first; those that no target of the fleet tells apart stand together in one. */
  readonly causes: readonly Cause[];
  /** Moved, although nothing that is recorded of them changed. */
  readonly unexplained: readonly SuiteOnTarget[];
}

export interface SuiteOnTarget {
  readonly suite: string;
  readonly target: string;
}

export interface MovedTarget extends SuiteOnTarget {
  /** Its last run before. */
  readonly before: string;
  /** `answer`: other bytes, of the target or of its reference; `status`: a worse verdict on the same bytes. */
  readonly by: 'answer' | 'status';
  /** Whose answer changed. */
  readonly tensors: readonly string[];
  readonly statusBefore: Status | null;
  readonly statusNow: Status | null;
}

export interface Cause {
  /** More than one: they changed on the same targets, so the fleet cannot tell them apart. */
  readonly changes: readonly FactChange[];
  /** The 2×2 table. */
  readonly movedChanged: number;
  readonly movedTotal: number;
  readonly unmovedChanged: number;
  readonly unmovedTotal: number;
  /** 1: changed on all that moved and on no other; null: undefined, as it changed everywhere or everything moved. */
  readonly phi: JsonNumber | null;
}

export interface FactChange {
  /** The reference is one side of every answer: what changes there moves every target of the suite. */
  readonly of: 'target' | 'reference';
  readonly fact: EnvironmentFact;
  /** One where the fleet made the same step; several where each device made its own. */
  readonly steps: readonly { readonly from: string; readonly to: string }[];
}
