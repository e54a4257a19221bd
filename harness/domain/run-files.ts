import type { Device, TargetName } from './device.ts';
import type { Shard } from './shard.ts';
import type { Factor, VariedFactor } from './stability.ts';
import type { PlannedSuite } from './suite.ts';
import type { DType, StoredTensor } from './tensor.ts';

/** A number as JSON can hold it: the non-finite ones are spelled. */
export type JsonNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** plan.json: the ledger. Every capture that must exist, written before any device is touched. */
export interface Plan {
  readonly schemaVersion: 1;
  readonly kind: 'plan';
  readonly run: string;
  readonly createdAt: string;
  /** Over everything that decides what is captured and judged (stages/plan/hash-plan.ts). Captures bear it, so that a plan that changed under them is told. */
  readonly planHash: string;
  readonly harness: { readonly version: string };
  readonly repeats: number;
  readonly suites: readonly PlannedSuite[];
  readonly devices: readonly Device[];
  /** Names of the whole fleet, beyond what `--only` left of it: a budget may speak of all of them. */
  readonly fleet: FleetNames & {
    /** Absent in the plan of an older fleetdiff. */
    readonly targets?: readonly TargetName[];
  };
  readonly captures: readonly PlannedCapture[];
  /** This run captures its own part of the plan only; `fleetdiff merge` unites the parts. */
  readonly shard?: Shard;
}

export interface FleetNames {
  readonly devices: readonly string[];
  readonly delegates: readonly string[];
  readonly socs: readonly string[];
  readonly tags: readonly string[];
}

export interface PlannedCapture {
  readonly suite: string;
  readonly target: TargetName;
  /** A reference is computed like a candidate, but judged by nobody. */
  readonly role: 'candidate' | 'reference';
  readonly optional: boolean;
}

/** Which node of the graph ran on which provider, from the runtime's own profile. */
export interface Placement {
  readonly requested: string;
  /** `unknown`: the runtime gave no profile; then no budget for the provider can be satisfied. */
  readonly status: 'attested' | 'unknown';
  readonly nodes: readonly PlacedNode[];
}

export interface PlacedNode {
  readonly name: string;
  readonly opType: string;
  readonly provider: string;
}

/** What answered: read from the device, not from devices.yml. */
export interface DeviceFacts {
  /** SoC or CPU model as the device names it. */
  readonly soc: string;
  readonly arch: string;
  /** Features that choose kernels, lower case, led by the architecture: `x86_64`, `avx2`, `fma`, `vnni`; `aarch64`, `asimddp`, `i8mm`. */
  readonly isa: readonly string[];
  readonly os: string;
  readonly runtime: { readonly name: string; readonly version: string };
  /** Version of what hosts the runtime: Node, a browser. */
  readonly host: { readonly name: string; readonly version: string };
  /** Emulator and its version when the SoC is emulated. */
  readonly emulator?: string;
  /** GPU adapter where one computed. */
  readonly adapter?: string;
  readonly memoryBytes?: number;
}

/** What the bytes of a capture depend on. */
export interface Provenance {
  readonly device: DeviceFacts;
  readonly driver: { readonly name: string; readonly version: string };
  readonly delegate: Device['delegates'][number];
  readonly modelSha256: string;
  readonly inputsSha256: string;
  readonly agentSha256: string;
  readonly harness: { readonly version: string };
}

export interface CaptureTimings {
  /** Session start to the agent's first answer. */
  readonly sessionMs: number;
  /** Runtime and model load. */
  readonly loadMs: number;
  /** All inferences, on the device's clock. Never a speed of the SoC when it is emulated. */
  readonly inferenceMs: number;
  /** The whole job as the harness saw it. */
  readonly jobMs: number;
}

export interface CapturedCase {
  readonly case: string;
  /** One entry per repeat, in order. */
  readonly repeats: readonly (readonly StoredTensor[])[];
}

interface CaptureHead {
  readonly schemaVersion: 1;
  readonly kind: 'capture';
  readonly suite: string;
  readonly target: TargetName;
  readonly planHash: string;
  readonly capturedAt: string;
}

/** captures/<device>.<delegate>/<suite>.json: the immutable record of one suite on one target. */
export type Capture =
  | (CaptureHead & {
      readonly status: 'captured';
      readonly provenance: Provenance;
      readonly placement: Placement;
      readonly timings: CaptureTimings;
      readonly peakMemoryBytes?: number;
      readonly cases: readonly CapturedCase[];
    })
  | (CaptureHead & {
      readonly status: 'failed';
      readonly reason: string;
      readonly attempts: number;
    })
  /** The device is optional and this machine lacks a part that it needs. */
  | (CaptureHead & { readonly status: 'skipped'; readonly reason: string; readonly remedy: string });

/** Metric values of one comparison by the names of numerics.md; null: undefined for these tensors (sqnr_db of a zero reference). */
export type Metrics = Readonly<Record<string, JsonNumber | null>>;

export interface WorstElement {
  readonly index: readonly number[];
  readonly reference: JsonNumber | string;
  readonly candidate: JsonNumber | string;
}

/**
 * How the elements of F, the positions where both sides are finite, spread; bins in rising order, empty ones left out.
 * The counts of each histogram sum to |F|.
 */
export interface Histograms {
  /** By |e|: [k, n] says that n elements have 10^k <= |e| < 10^(k+1); `zero` have e = 0. */
  readonly error: { readonly zero: number; readonly decades: readonly (readonly [number, number])[] };
  /** By ULP distance d, of float tensors: [k, n] says that n elements have 2^k <= d < 2^(k+1). */
  readonly ulp?: { readonly zero: number; readonly octaves: readonly (readonly [number, number])[] };
  /** By signed quantization steps q_c - q_r, where the tensor has them: [s, n]; the bins at -64 and 64 hold what is beyond too. */
  readonly steps?: readonly (readonly [number, number])[];
}

/** A sample whose top-1 answer changed. */
export interface Flip {
  /** `case` or `case#row`. */
  readonly sample: string;
  readonly reference: { readonly class: number; readonly score: JsonNumber; readonly margin: JsonNumber };
  readonly candidate: { readonly class: number; readonly score: JsonNumber; readonly margin: JsonNumber };
  /** Within the reference's own resolution (numerics.md, near_ties). */
  readonly nearTie: boolean;
  readonly expected?: number;
}

/** Decision metrics of one comparison; counts beside rates, so that cases can be pooled exactly. */
export interface Decisions {
  readonly samples: number;
  /** Scores per sample: a larger k of `topK_*` counts as this many. */
  readonly classes?: number;
  readonly top1_agreement: JsonNumber;
  /** `topK_overlap` and `topK_ordered` per k of the task, as `top3_overlap`, `top3_ordered`. */
  readonly [metric: `top${number}_overlap` | `top${number}_ordered`]: JsonNumber;
  readonly flips: number;
  readonly near_ties: number;
  /** Samples with ground truth. */
  readonly labelled: number;
  /** Share of the labelled samples answered as `expected` says; absent when none is labelled. */
  readonly accuracy?: JsonNumber;
  readonly accuracy_reference?: JsonNumber;
  readonly flipped: readonly Flip[];
}

interface ComparisonHead {
  readonly suite: string;
  readonly case: string;
  readonly target: TargetName;
  readonly tensor: string;
}

/** Reference + candidate -> metrics and decisions of one tensor; no verdict in it. */
export type Comparison =
  | (ComparisonHead & {
      readonly status: 'compared';
      readonly dtype: DType;
      readonly shape: readonly number[];
      readonly identical: boolean;
      readonly digest: { readonly reference: string; readonly candidate: string };
      readonly metrics: Metrics;
      readonly worst?: WorstElement;
      /** The elements with the largest |e|, worst first; at most 16. */
      readonly worstElements: readonly WorstElement[];
      readonly histograms?: Histograms;
      readonly decisions?: Decisions;
    })
  | (ComparisonHead & { readonly status: 'notComparable'; readonly reason: string });

/** comparisons.json */
export interface Comparisons {
  readonly schemaVersion: 1;
  readonly kind: 'comparisons';
  readonly run: string;
  /** Of a large fleet there are millions: who can do with `ofTargets` asks for that. */
  readonly comparisons: readonly Comparison[];
  /** The same by target (target-comparisons.ts); a value that was put together by hand may lack it. */
  readonly ofTargets?: readonly TargetComparisons[];
}

/** What a comparison says, whichever target answered. */
export type ComparisonBody = Comparison extends infer Each
  ? Each extends Comparison
    ? Omit<Each, 'target'>
    : never
  : never;

/** What one target's answers to one suite were measured to be. */
export interface TargetComparisons {
  readonly suite: string;
  readonly target: TargetName;
  /** Case by case. Targets that gave the same answers hold the same list. */
  readonly measured: readonly ComparisonBody[];
}

export interface EquivalenceClass {
  readonly id: string;
  readonly digest: string;
  readonly targets: readonly TargetName[];
  /** The class holds the reference's own bytes. */
  readonly reference: boolean;
}

/** equivalence.json: per suite and tensor the classes of targets with bit-identical outputs over all cases. */
export interface Equivalence {
  readonly schemaVersion: 1;
  readonly kind: 'equivalence';
  readonly suites: readonly {
    readonly suite: string;
    readonly tensors: readonly { readonly tensor: string; readonly classes: readonly EquivalenceClass[] }[];
    readonly overall: readonly EquivalenceClass[];
  }[];
}

/** A comparison where suite, target and tensor are said already. */
export type CaseComparison = Comparison extends infer Each
  ? Each extends Comparison
    ? Omit<Each, 'suite' | 'target' | 'tensor'>
    : never
  : never;

/** Two classes of equivalence.json against each other, over all cases. */
export interface ClassPairComparison {
  readonly suite: string;
  readonly tensor: string;
  /** Takes the reference's place: the class with more targets. */
  readonly reference: Pick<EquivalenceClass, 'id' | 'digest'>;
  readonly candidate: Pick<EquivalenceClass, 'id' | 'digest'>;
  /** In the order of the suite's cases. */
  readonly comparisons: readonly CaseComparison[];
}

/**
 * class-pairs.json: how answers that differ from the reference's differ from each other. It informs; no verdict is made of it.
 * Against the reference every class is compared in comparisons.json.
 */
export interface ClassPairs {
  readonly schemaVersion: 1;
  readonly kind: 'class-pairs';
  readonly run: string;
  readonly pairs: readonly ClassPairComparison[];
  /** Pairs of classes that were not compared, per tensor that has any. */
  readonly leftOut: readonly { readonly suite: string; readonly tensor: string; readonly pairs: number }[];
}

/** determinism.json: per target, distinct outputs over what was varied. */
export interface Determinism {
  readonly schemaVersion: 1;
  readonly kind: 'determinism';
  readonly targets: readonly {
    readonly suite: string;
    readonly target: TargetName;
    readonly repeats: number;
    readonly tensors: readonly {
      readonly tensor: string;
      /** Largest number of different hashes over the repeats of one case; 1 is deterministic. */
      readonly distinct_outputs: number;
      readonly cases: readonly string[];
      /** Largest |difference| between two repeats, in the tensor's unit; 0 when deterministic. */
      readonly noise_max_abs: JsonNumber;
    }[];
    /** Where `localize --stability` probed the target: what was varied, and whether the answer changed. */
    readonly factors?: readonly VariedFactor[];
    /** The smallest factor that changes the answer; null: none does. */
    readonly attributed?: Factor | null;
  }[];
}

export const STATUSES = [
  'INCOMPLETE',
  'NOT_COMPARABLE',
  'FAIL',
  'WAIVED',
  'WARN',
  'SKIPPED',
  'PASS',
] as const;
/** Worst first. */
export type Status = (typeof STATUSES)[number];

/** The budget rule, waiver or built-in default that decided. `file` is `built-in` for the defaults. */
export interface DecidingRule {
  readonly file: string;
  readonly line?: number;
  readonly reason: string;
  readonly owner?: string;
  /** Waivers only: last day on which it holds, YYYY-MM-DD. */
  readonly expires?: string;
}

/** What one budget says about one comparison, or about the cases that share its rule. */
export interface Verdict {
  /** `v-` and hex; the same for the same suite, case, target, tensor and metric in every run. */
  readonly id: string;
  readonly suite: string;
  /** A case's name, or `*` for all cases of the suite. */
  readonly case: string;
  readonly target: TargetName;
  /** `*` when the verdict is about the target as a whole: placement, an absent capture. */
  readonly tensor: string;
  /** A metric's name; `capture` for an absent, failed or skipped one, `comparable` for a pair that cannot be compared. */
  readonly metric: string;
  readonly actual: JsonNumber | null;
  readonly limit: JsonNumber | null;
  readonly operator: '<=' | '>=' | '==';
  readonly status: Status;
  /** In words, for everything but a plain PASS. */
  readonly message?: string;
  readonly worst?: WorstElement & { readonly case: string };
  readonly rule: DecidingRule;
  /** Where the limit is not the rule's own: raised to `factor` × what the target's own repeats differ by, from `ruleLimit`. */
  readonly noise?: { readonly factor: number; readonly noise_max_abs: number; readonly ruleLimit: number };
  /** What it was held against, for verdicts against the baseline. */
  readonly baseline?: ApprovedRun;
  /** The waiver that turned FAIL into WAIVED, or that would have and has expired. */
  readonly waiver?: DecidingRule & { readonly expired: boolean };
}

/** Who made it a baseline, and why. */
export interface ApprovedRun {
  readonly run: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly reason: string;
}

export interface VerdictSummary {
  readonly pass: number;
  readonly warn: number;
  readonly waived: number;
  readonly fail: number;
  readonly incomplete: number;
  readonly notComparable: number;
  readonly skipped: number;
}

/** verdicts.json */
export interface Verdicts {
  readonly schemaVersion: 1;
  readonly kind: 'verdicts';
  readonly run: string;
  readonly judgedAt: string;
  readonly summary: VerdictSummary;
  readonly exitCode: 0 | 1 | 3;
  /** Worst first. Of a large fleet there are millions: who can do with `ofTargets` asks for that. */
  readonly verdicts: readonly Verdict[];
  /** The same by target (target-verdicts.ts); a value that was put together by hand may lack it. */
  readonly ofTargets?: readonly TargetVerdicts[];
}

/** What a verdict says, whichever target it is about. */
export type VerdictBody = Omit<Verdict, 'id' | 'target'>;

/** What is said of one suite on one target. */
export interface TargetVerdicts {
  readonly suite: string;
  readonly target: TargetName;
  /** Targets of which the same is said hold the same list. */
  readonly said: readonly VerdictBody[];
  /** Everything but PASS, in full. */
  readonly open: readonly Verdict[];
}

/** One tensor of `fleetdiff diff`, or of `compare --between`. */
export interface DiffTensor {
  readonly tensor: string;
  readonly status: Status;
  /** Of the reference; of the candidate where the reference lacks the tensor. */
  readonly dtype: DType | null;
  readonly shape: readonly number[] | null;
  /** Why it is not comparable; null when it is. */
  readonly reason: string | null;
  /** Empty when not comparable. */
  readonly metrics: Metrics;
  readonly worst: WorstElement | null;
  /** Further elements, worst first. */
  readonly worstElements?: readonly WorstElement[];
  readonly histograms?: Histograms;
  /** Between two targets, where the suite has a task. */
  readonly decisions?: Decisions;
}

/** `fleetdiff diff --json`, and `compare --between … --json` */
export interface Diff {
  readonly schemaVersion: 1;
  readonly kind: 'diff';
  readonly exitCode: 0 | 1 | 3;
  readonly tensors: readonly DiffTensor[];
  /** With `--budgets`. */
  readonly verdicts?: readonly Verdict[];
}

/** Spells what JSON cannot hold. */
export function toJsonNumber(value: number): JsonNumber {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? 'Infinity' : '-Infinity';
}

/** The inverse of `toJsonNumber`. */
export function fromJsonNumber(value: JsonNumber): number {
  return typeof value === 'number' ? value : Number(value);
}
