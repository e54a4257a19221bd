import type { TargetDiagnosis } from '../../domain/diagnosis.ts';
import type { Fusion } from '../../domain/fusions.ts';
import type { PlacementSummary } from '../../domain/placement-summary.ts';
import type {
  Capture,
  Comparison,
  DecidingRule,
  Determinism,
  JsonNumber,
  PlacedNode,
  Status,
  Verdict,
  VerdictSummary,
} from '../../domain/run-files.ts';
import type { ModelOutput } from '../../domain/suite.ts';
import type { Coverage, Overview } from '../overview.ts';
import type { RunTimings } from '../report-input.ts';

/**
 * What report.html holds, as the page reads it. A run of many targets has few different answers, so what targets have in common
 * stands once: an **entry** is one tensor's comparisons and verdicts, a **sheet** the entries of one suite on one target. Numbers
 * that name something are its index in the head's arrays. The head is read when the page opens, every other **part** when a view
 * asks for it.
 */
export interface PageHead {
  readonly run: string;
  /** ISO 8601, UTC. */
  readonly plannedAt: string;
  readonly judgedAt: string;
  readonly harness: string;
  /** As commands take it. */
  readonly folder: string;
  /** The verdict in one sentence. */
  readonly sentence: string;
  readonly outcome: Overview['outcome'];
  /** Absent in a run that is no check, or whose check is no longer true. */
  readonly check?: CheckHead;
  /** What the baseline says, without a full stop. */
  readonly baseline: string;
  /** Absent: nothing moved since the runs before, or no history keeps the run. */
  readonly moved?: MovedHead;
  readonly exitCode: 0 | 1 | 3;
  readonly coverage: Coverage;
  /** Verdicts by status. */
  readonly summary: VerdictSummary;
  readonly timings?: RunTimings;
  readonly repeats: number;
  readonly suites: readonly SuiteHead[];
  readonly targets: readonly TargetHead[];
  readonly entries: readonly EntryHead[];
  /** Entries in the order of the suite's tensors, `*` (the target as a whole) first. */
  readonly sheets: readonly (readonly number[])[];
  /** Worst first. */
  readonly findings: readonly FindingHead[];
  readonly rules: readonly DecidingRule[];
  /** Entries, with what they hold left out of the page to keep it small; their numbers are in the run's files. */
  readonly leftOut: number;
}

/** What head breaks that base does not. */
export interface CheckHead {
  /** The verdict on head by itself, without a full stop. */
  readonly own: string;
  readonly lines: readonly CheckLine[];
  /** Lines that are left out. */
  readonly more: number;
}

export interface CheckLine {
  readonly suite: string;
  readonly target: string;
  /** Absent: it is about the target as a whole. */
  readonly tensor?: string;
  /** false: broken. */
  readonly isUnknown: boolean;
  readonly words: string;
}

/** What moved since the runs before, and what changed with it. */
export interface MovedHead {
  /** What the causes do not tell. */
  readonly sentences: readonly string[];
  /** Indices in `targets`. */
  readonly targets: readonly number[];
  /** Best first; without those that stayed as often as they moved. */
  readonly causes: readonly CauseHead[];
  /** Causes that are weaker than these. */
  readonly weaker: number;
}

export interface CauseHead {
  /** More than one: they changed on the same targets, so the fleet cannot tell them apart. */
  readonly changes: readonly ChangeHead[];
  /** Targets with the change, of those that moved and of those that did not. */
  readonly moved: { readonly changed: number; readonly of: number };
  readonly unmoved: { readonly changed: number; readonly of: number };
  /** 1: changed on all that moved and on no other; absent: it changed everywhere or everything moved. */
  readonly phi?: number;
}

export interface ChangeHead {
  /** "runtime", "the reference's model", "options: threads". */
  readonly what: string;
  /** Absent: each target changed in its own way. */
  readonly step?: { readonly from: string; readonly to: string };
}

/** Metrics of what moved over the last runs. */
export interface TrendLines {
  /** Oldest first; the last is this run. */
  readonly runs: readonly { readonly run: string; readonly judgedAt: string }[];
  readonly lines: readonly TrendLine[];
  /** Lines beyond the most that are kept. */
  readonly leftOut: number;
}

export interface TrendLine {
  /** Index in `targets`. */
  readonly target: number;
  readonly tensor: string;
  readonly metric: string;
  /** One for each run; null: no number. */
  readonly values: readonly (JsonNumber | null)[];
  /** Places in `runs` where the answer is not the one of the run before. */
  readonly changes: readonly number[];
}

export interface SuiteHead {
  readonly name: string;
  /** As the user named it; what `fleetdiff run` takes. */
  readonly folder: string;
  readonly model: { readonly path: string; readonly sha256: string; readonly bytes: number };
  /** "computed by workstation/cpu-noopt", "golden outputs (…)". */
  readonly reference: string;
  readonly budgets?: string;
  readonly cases: number;
  readonly outputs: readonly ModelOutput[];
  /** Of a classification: class names, ranks that were compared, and the axis of samples. */
  readonly task?: {
    readonly output: string;
    readonly labels?: readonly string[];
    readonly topK: readonly number[];
    readonly batchAxis?: number;
  };
  /** Classes of targets whose outputs are all the same bytes, the largest first. */
  readonly classes: readonly ClassHead[];
  /** Operators that the runtime fused on some targets only; `fusionsUnknown` says why they could not be told. */
  readonly fusions: readonly Fusion[];
  readonly fusionsUnknown?: string;
}

export interface ClassHead {
  /** `A`, `B` …; as in equivalence.json. */
  readonly id: string;
  /** The reference's own bytes are in it. */
  readonly reference: boolean;
  readonly targets: readonly number[];
}

/** One suite on one target: a line of the ledger. */
export interface TargetHead {
  readonly suite: number;
  readonly target: string;
  readonly device: string;
  readonly delegate: string;
  /** What answered, else what devices.yml says. */
  readonly soc: string;
  readonly tags: readonly string[];
  /** An emulator, a browser, an operating system. */
  readonly os?: string;
  readonly runtime?: string;
  readonly provider?: string;
  readonly emulator?: string;
  readonly role: 'candidate' | 'reference';
  readonly capture: 'captured' | 'failed' | 'skipped' | 'missing';
  /** Absent: nobody judged it. */
  readonly status?: Status;
  /** The worst of its findings in words. */
  readonly headline?: string;
  readonly sheet: number;
  /** The class of all outputs together: index in the suite's `classes`. */
  readonly class?: number;
  /** Of the best finding once localized: name of the rule and its title. */
  readonly cause?: { readonly name: string; readonly title: string };
  /** Nodes that ran elsewhere than asked; `NaN` where nobody attested it. */
  readonly fallbacks?: JsonNumber;
}

/** One tensor of one suite as some targets answered it, and what the budgets say. */
export interface EntryHead {
  readonly suite: number;
  /** `*`: the target as a whole. */
  readonly tensor: string;
  /** Absent: nobody judged it. */
  readonly status?: Status;
  /** Every case of the suite was compared and has the reference's bytes. */
  readonly identical: boolean;
  /** Cases that were compared; absent: all of the suite's. */
  readonly compared?: number;
  /** The verdict nearest to its limit or furthest beyond it; the overrun is relative to the limit, at most 0 when within. */
  readonly worst?: { readonly metric: string; readonly overrun: JsonNumber };
  /** Id of the tensor's equivalence class, as in equivalence.json. */
  readonly class?: string;
  /** The part that holds it; absent when it was left out. */
  readonly part?: number;
}

/** A finding, and every target that has it: those that share the entry. */
export interface FindingHead {
  readonly entry: number;
  readonly targets: readonly number[];
  readonly status: Status;
  /** "3 of 200 answers change; max_steps 19, allowed ≤ 2". */
  readonly headline: string;
  /** Answers that changed, of how many. */
  readonly changed?: { readonly answers: number; readonly of: number };
  readonly rule?: number;
  readonly waiver?: DecidingRule & { readonly lead: string };
  /** First divergence and likely cause of a localized target among them. */
  readonly firstDivergence?: string;
  readonly cause?: { readonly name: string; readonly title: string; readonly remedy: string };
  /** What would provide the part that a skipped target lacks. */
  readonly remedy?: string;
}

/** What an entry holds; the suite and the target are those of the sheet that it is read for. */
export interface EntryDetail {
  readonly comparisons: readonly EntryComparison[];
  readonly verdicts: readonly EntryVerdict[];
}

type Unbound<Item> = Item extends unknown ? Omit<Item, 'suite' | 'target' | 'tensor'> : never;
export type EntryComparison = Unbound<Comparison> & { readonly elements?: ElementSample };
export type EntryVerdict = Omit<Verdict, 'id' | 'suite' | 'target' | 'tensor' | 'rule'> & {
  readonly rule: number;
};

/** Elements of a tensor on both sides, for a picture: spread evenly over the tensor, the worst among them. */
export interface ElementSample {
  readonly reference: readonly JsonNumber[];
  readonly candidate: readonly JsonNumber[];
  /** Elements of the tensor. */
  readonly of: number;
}

/** What only the target's own view shows. */
export interface TargetDetail {
  readonly capture?: Capture extends infer Each
    ? Each extends { status: 'captured' }
      ? Omit<Each, 'cases' | 'placement'>
      : Each
    : never;
  readonly placement?: PlacementSummary;
  /** The first 200 nodes that ran elsewhere than asked. */
  readonly elsewhere?: readonly PlacedNode[];
  readonly determinism?: Determinism['targets'][number];
  readonly diagnosis?: TargetDiagnosis;
  /** Per entry of the sheet the ids of its verdicts that do not pass, in their order. */
  readonly openVerdicts: readonly (readonly string[])[];
}

/** Per tensor of a suite the classes of bit-identical targets. */
export interface TensorClasses {
  readonly tensor: string;
  readonly classes: readonly ClassHead[];
}

/** The input of a sample, for a person. */
export type Preview =
  | {
      readonly kind: 'image';
      readonly rows: number;
      readonly cols: number;
      readonly uri: string;
      /** The size of the input where it is shown smaller. */
      readonly reducedFrom?: { readonly rows: number; readonly cols: number };
    }
  /** Lowest and highest value in each of equal stretches of the signal. */
  | {
      readonly kind: 'waveform';
      readonly low: readonly number[];
      readonly high: readonly number[];
      readonly of: number;
    }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'none'; readonly reason: string };

/** Two classes of one tensor against each other, over all cases. */
export interface ClassPair {
  readonly tensor: string;
  /** Ids as in equivalence.json; the first one takes the reference's place. */
  readonly reference: string;
  readonly candidate: string;
  readonly comparisons: readonly EntryComparison[];
}

/** The parts that are read on demand, by name. */
export interface PageParts {
  readonly [entries: `entries-${number}`]: {
    readonly ids: readonly number[];
    readonly details: readonly EntryDetail[];
  };
  /** Of 64 targets each: target 70 is the seventh of `targets-1`. */
  readonly [targets: `targets-${number}`]: readonly TargetDetail[];
  readonly [classes: `classes-${number}`]: readonly TensorClasses[];
  /** By sample (`case` or `case#row`), of the suite. */
  readonly [previews: `previews-${number}`]: Readonly<Record<string, Preview>>;
  readonly [pairs: `pairs-${number}`]: readonly ClassPair[];
  /** Absent: no history keeps the run. */
  readonly trends: TrendLines;
}

export const TARGETS_PER_PART = 64;
