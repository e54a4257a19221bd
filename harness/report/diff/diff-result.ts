import type { DiffTensor, Verdict } from '../../domain/run-files.ts';

/** What `fleetdiff diff` found, with what only people are told. */
export interface DiffResult {
  readonly reference: DiffSide;
  readonly candidate: DiffSide;
  /** In byte order of their names. */
  readonly tensors: readonly DiffRow[];
  readonly exitCode: 0 | 1 | 3;
  /** Elements that were held against each other. */
  readonly elements: number;
  /** A budget file decided; else NumPy's rule. */
  readonly judged: 'budgets' | 'tolerance';
}

export interface DiffSide {
  /** As the user named it. */
  readonly path: string;
  readonly files: number;
  readonly tensors: number;
}

export interface DiffRow {
  readonly tensor: DiffTensor;
  /** The bytes of both sides are equal. */
  readonly identical: boolean;
  /** An element agrees when |candidate - reference| <= atol + rtol·|reference|; absent when nothing was compared. */
  readonly tolerance?: { readonly atol: number; readonly rtol: number };
  /** With budgets. */
  readonly verdicts: readonly Verdict[];
}
