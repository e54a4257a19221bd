import type { Place } from './user-error.ts';

/** Globs over names; an absent key matches everything. `isa` lists features that the target must have or, with `!`, lack. */
export interface Matcher {
  readonly suite?: string;
  readonly case?: string;
  readonly tensor?: string;
  readonly device?: string;
  readonly delegate?: string;
  readonly soc?: string;
  readonly tag?: string;
  readonly isa?: string;
}

/** Inclusive bounds in the direction that the metric is good in. */
export interface Limit {
  readonly fail?: number;
  readonly warn?: number;
}

export interface BudgetRule {
  readonly match: Matcher;
  readonly limits: Readonly<Record<string, Limit>>;
  /** Accepts NaN and infinities that stand at the same positions on both sides. */
  readonly allowNonfinite?: boolean;
  readonly reason: string;
  readonly owner?: string;
  readonly place: Place;
}

export interface Waiver {
  readonly match: Matcher;
  readonly metrics: readonly string[];
  /** How bad the known finding is: a value beyond its limit here is a new finding, and fails. */
  readonly limits?: Readonly<Record<string, Limit>>;
  readonly reason: string;
  readonly owner: string;
  /** Last day on which it holds, YYYY-MM-DD, in UTC. */
  readonly expires: string;
  readonly place: Place;
}

/** budgets.yml */
export interface Budgets {
  readonly file: string;
  readonly rules: readonly BudgetRule[];
  readonly waivers: readonly Waiver[];
  readonly noiseFloor?: { readonly repeats: number; readonly factor: number };
}
