import type { JsonNumber } from './run-files.ts';

/** trends.json: how the answers of a run that moved lately came to be what they are, run by run. */
export interface Trends {
  readonly schemaVersion: 1;
  readonly kind: 'trends';
  readonly run: string;
  /** Oldest first; the last is this run. */
  readonly runs: readonly { readonly run: string; readonly judgedAt: string }[];
  /** Of tensors that had more than one answer in these runs; those that never moved have no line worth drawing. */
  readonly series: readonly Trend[];
  /** Series beyond the most that are kept. */
  readonly leftOut: number;
}

export interface Trend {
  readonly suite: string;
  readonly target: string;
  readonly tensor: string;
  readonly metric: string;
  /** One for each of `runs`; null: it has no number there. */
  readonly values: readonly (JsonNumber | null)[];
  /** Places in `runs` whose answer is not the one of the last run before that had one. */
  readonly changes: readonly number[];
}
