import type { JsonNumber, Status } from './run-files.ts';

/** What of a run the history keeps. Answers are kept once, however many targets and nights gave them. */
export interface HistoryRun {
  readonly run: string;
  /** ISO 8601, UTC. */
  readonly plannedAt: string;
  readonly judgedAt: string;
  readonly planHash: string;
  readonly harness: string;
  readonly exitCode: number;
  readonly targets: readonly HistoryTarget[];
  readonly environments: readonly Environment[];
  readonly answers: readonly HistoryAnswer[];
  /** Everything but PASS. */
  readonly verdicts: readonly HistoryVerdict[];
}

/** One suite on one target in one run. */
export interface HistoryTarget {
  readonly suite: string;
  readonly target: string;
  readonly role: 'candidate' | 'reference';
  readonly capture: 'captured' | 'failed' | 'skipped' | 'missing';
  /** Worst of its verdicts; null: nobody judged it. */
  readonly status: Status | null;
  readonly passed: number;
  /** Id of what it ran in; null: nothing was captured. */
  readonly environment: string | null;
  /** NaN: nobody attested where the nodes ran; null: nothing was captured. */
  readonly fallbackNodes: JsonNumber | null;
  /** As the harness saw it; never a speed of the SoC when it is emulated. */
  readonly jobMs: number | null;
  readonly inferenceMs: number | null;
  readonly tensors: readonly { readonly tensor: string; readonly answer: string }[];
}

/** What the bytes of a capture depend on, one text each: what changed between two nights is read off these. */
export const ENVIRONMENT_FACTS = [
  'model',
  'inputs',
  'runtime',
  'provider',
  'options',
  'driver',
  'os',
  'host',
  'soc',
  'isa',
  'emulator',
  'adapter',
  'agent',
  'harness',
] as const;
export type EnvironmentFact = (typeof ENVIRONMENT_FACTS)[number];

/** Empty where the device has none, such as an emulator. */
export type Facts = Readonly<Record<EnvironmentFact, string>>;

export interface Environment {
  /** Hash over the facts. */
  readonly id: string;
  readonly facts: Facts;
}

/** What was measured of one answer to one tensor against one reference, over all cases of the suite. */
export interface HistoryAnswer {
  /** Hash over `bytes` and what was measured of them. */
  readonly id: string;
  /** Hash over the digests of both sides of all cases: the same bytes may be measured otherwise, with other labels or another fleetdiff. */
  readonly bytes: string;
  readonly identical: boolean;
  readonly metrics: readonly { readonly metric: string; readonly value: JsonNumber }[];
}

export interface HistoryVerdict {
  readonly id: string;
  readonly suite: string;
  readonly target: string;
  readonly case: string;
  readonly tensor: string;
  readonly metric: string;
  readonly actual: JsonNumber | null;
  readonly limit: JsonNumber | null;
  readonly operator: string;
  readonly status: Status;
  readonly rule: string;
}

/** A value of one metric in one run. */
export interface SeriesPoint {
  readonly run: string;
  readonly judgedAt: string;
  readonly suite: string;
  readonly target: string;
  readonly tensor: string;
  readonly metric: string;
  readonly value: JsonNumber;
  /** Which bytes it was measured of: they may change though the value be the same. */
  readonly bytes: string;
}

/** A suite on a target in one run and in its last run before. */
export interface TargetStep {
  readonly suite: string;
  readonly target: string;
  /** Null: it was never captured before. */
  readonly before: ObservedTarget | null;
  readonly now: ObservedTarget;
}

export interface ObservedTarget {
  readonly run: string;
  readonly status: Status | null;
  /** Null: it was not captured. */
  readonly environment: Facts | null;
  /** What the suite's reference ran in, in the same run. */
  readonly reference: Facts | null;
  /** Which bytes it answered, by tensor. */
  readonly answers: Readonly<Record<string, string>>;
}

/** One run of the history in a line. */
export interface NightLine {
  readonly run: string;
  /** ISO 8601, UTC. */
  readonly plannedAt: string;
  readonly exitCode: number;
  /** Suites on targets, by the worst of their verdicts; INCOMPLETE where nobody judged. */
  readonly statuses: Readonly<Partial<Record<Status, number>>>;
  /** Targets whose answer, or their reference's, is not the one of their last run before. */
  readonly moved: number;
}
