import type { Attribution } from '../domain/attribution.ts';
import type { TargetDiagnosis } from '../domain/diagnosis.ts';
import type { ModelCheck } from '../domain/model-check.ts';
import type { Placements } from '../domain/placement-summary.ts';
import type {
  Capture,
  ClassPairs,
  Comparison,
  Comparisons,
  Determinism,
  Equivalence,
  Plan,
  Verdicts,
} from '../domain/run-files.ts';
import type { Trends } from '../domain/trends.ts';
import type { ElementSample } from './page-data/page-data.ts';

/** The input of a sample, decoded: what a person sees or reads. */
export type InputSample =
  /** 8 bits a channel, interleaved in row-major order, 0 is black: rows·cols·channels bytes. */
  | {
      readonly kind: 'image';
      readonly rows: number;
      readonly cols: number;
      readonly channels: 1 | 3;
      readonly pixels: Uint8Array;
    }
  | { readonly kind: 'waveform'; readonly values: Float64Array }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'none'; readonly reason: string };

/** Where the time of a run went. */
export interface RunTimings {
  /** Wall clock of the whole run. */
  readonly totalMs: number;
  /** The part of `totalMs` in which no device was at work. */
  readonly harnessMs: number;
  readonly stages: readonly { readonly stage: string; readonly durationMs: number }[];
}

/** Everything that a report is made from. Renderers are pure: the same input gives the same bytes. */
export interface ReportInput {
  /** The run's folder as commands take it; unless known, `reports/<run>`. */
  readonly folder?: string;
  readonly plan: Plan;
  readonly captures: readonly Capture[];
  readonly comparisons: Comparisons;
  readonly equivalence: Equivalence;
  readonly determinism: Determinism;
  readonly verdicts: Verdicts;
  /** Absent in a run that was compared by an older fleetdiff. */
  readonly placement?: Placements;
  /** Absent in a run that was compared by an older fleetdiff. */
  readonly pairs?: ClassPairs;
  /** What moved since the runs before; absent in a run that no history keeps. */
  readonly attribution?: Attribution;
  /** Absent in a run that no history keeps. */
  readonly trends?: Trends;
  /** Where the run is the head of a check. */
  readonly check?: ModelCheck;
  /** Of what was localized. */
  readonly diagnoses?: readonly TargetDiagnosis[];
  /** The input of a sample (`case` or `case#row`); undefined when the suite names no preview. */
  readonly loadInput?: (suite: string, sample: string) => Promise<InputSample | undefined>;
  /** Elements of a tensor of one case on both sides; undefined where the run no longer holds their bytes. */
  readonly loadElements?: (comparison: Comparison) => Promise<ElementSample | undefined>;
  readonly timings?: RunTimings;
}
