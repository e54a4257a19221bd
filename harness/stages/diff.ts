import { realpath } from 'node:fs/promises';
import { compareMany } from '../comparison/compare-many.ts';
import type { Budgets } from '../domain/budgets.ts';
import type { Diff } from '../domain/run-files.ts';
import type { DType } from '../domain/tensor.ts';
import { openTensorSet, type TensorSet } from '../formats/open-tensor-set.ts';
import { DEFAULT_TOLERANCES, type Tolerances } from '../numerics/default-tolerances.ts';
import type { ElementComparison } from '../numerics/element-comparison.ts';
import type { DiffResult, DiffRow, DiffSide } from '../report/diff/diff-result.ts';
import { comparedElements, diffExitCode } from './diff/exit-code.ts';
import type { FileBudgets } from './diff/file-budgets.ts';
import { type NameInBudgets, nameInBudgets } from './diff/file-names.ts';
import { allClose, type DiffRules, judgePair, refusal, worstOf } from './diff/judge-pair.ts';
import { type MatchedPair, type MatchedTensor, matchTensors, selectTensors } from './diff/match-tensors.ts';

export interface DiffOptions {
  /** Files or folders of tensors, as the user named them. */
  readonly reference: string;
  readonly candidate: string;
  /** Globs over names; none: all. */
  readonly tensors: readonly string[];
  /** Globs over the names of tensors whose rows are probabilities: adds kl and js. */
  readonly probabilities: readonly string[];
  /** Instead of the dtype's. */
  readonly atol?: number;
  readonly rtol?: number;
  readonly budgets?: Budgets;
  readonly worstCount: number;
  readonly now: Date;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DiffProgress) => void;
}

/** Pairs of tensors that have been compared. */
export interface DiffProgress {
  readonly done: number;
  readonly total: number;
}

export interface DiffReport {
  readonly result: DiffResult;
  /** What a person should know before trusting the answer, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Two files or folders of tensors, matched by name alone, compared and judged: by the budgets when there are some, else by NumPy's
 * allclose.
 * @throws UserError for what cannot be read, a glob that names nothing, a budget that names what is not there
 */
export async function diffFiles(options: DiffOptions): Promise<DiffReport> {
  const reference = await openTensorSet(options.reference);
  try {
    const candidate = await openTensorSet(options.candidate);
    try {
      return await diffSets(reference, candidate, options);
    } finally {
      await candidate.close();
    }
  } finally {
    await reference.close();
  }
}

async function diffSets(
  reference: TensorSet,
  candidate: TensorSet,
  options: DiffOptions,
): Promise<DiffReport> {
  const all = matchTensors(reference, candidate);
  const selected = selectTensors(all, options.tensors, '--tensor');
  const probabilities = new Set(
    options.probabilities.length === 0
      ? []
      : selectTensors(selected.filter(holdsNumbers), options.probabilities, '--probabilities').map(
          ({ name }) => name,
        ),
  );
  const nameOf = (matched: MatchedTensor) =>
    matched.in === 'candidate'
      ? nameInBudgets(matched.only, options.candidate)
      : nameInBudgets(matched.in === 'both' ? matched.reference : matched.only, options.reference);
  const forFiles = options.budgets && (await checkedBudgets(options.budgets, all, nameOf));
  const rules: DiffRules = {
    budgets: forFiles?.budgets,
    tolerances: tolerancesOf(options),
    now: options.now,
  };
  const pairs = selected.filter((matched) => matched.in === 'both');
  const measured = await compareMany(
    pairs.map(({ name, reference: left, candidate: right }) => ({
      reference: left,
      candidate: right,
      options: {
        ...rules.tolerances[left.dtype],
        worstCount: options.worstCount,
        histograms: true,
        ...(probabilities.has(name) ? { probabilities: true } : {}),
      },
    })),
    (done) => {
      options.signal?.throwIfAborted();
      options.onProgress?.({ done, total: pairs.length });
    },
  );
  const measuredOf = new Map(pairs.map(({ name }, index) => [name, measured[index]!]));
  const rows = selected.map((matched) =>
    matched.in === 'both'
      ? diffRow(matched, nameOf(matched), measuredOf.get(matched.name)!, rules)
      : refusedRow(matched, whereOnly(matched)),
  );
  const result: DiffResult = {
    reference: sideOf(options.reference, reference),
    candidate: sideOf(options.candidate, candidate),
    tensors: rows,
    exitCode: diffExitCode(rows),
    elements: comparedElements(rows),
    judged: options.budgets ? 'budgets' : 'tolerance',
  };
  const notes = [
    ...((await isSame(options.reference, options.candidate))
      ? ['both sides are the same file or folder']
      : []),
    ...ignoredNotes(reference, candidate),
    ...(forFiles?.notes ?? []),
  ];
  return { result, notes };
}

/** `fleetdiff diff --json` (contract.md). */
export function diffDocument({ tensors, exitCode, judged }: DiffResult): Diff {
  return {
    schemaVersion: 1,
    kind: 'diff',
    exitCode,
    tensors: tensors.map(({ tensor }) => tensor),
    ...(judged === 'budgets' ? { verdicts: tensors.flatMap(({ verdicts }) => verdicts) } : {}),
  };
}

/** What reads and checks budgets is loaded with them: it takes longer than a small diff. */
async function checkedBudgets(
  budgets: Budgets,
  all: readonly MatchedTensor[],
  nameOf: (matched: MatchedTensor) => NameInBudgets,
): Promise<FileBudgets> {
  const { budgetsForFiles } = await import('./diff/file-budgets.ts');
  return budgetsForFiles(
    budgets,
    all.map(nameOf),
    all.map(({ name }) => name),
  );
}

function diffRow(
  matched: MatchedPair,
  inBudgets: NameInBudgets,
  measured: ElementComparison,
  rules: DiffRules,
): DiffRow {
  if (measured.status === 'notComparable') return refusedRow(matched, measured.reason);
  const { name } = matched;
  const { dtype, shape } = matched.reference;
  const verdicts = rules.budgets ? judgePair(name, inBudgets, { dtype, shape }, measured, rules) : [];
  const { metrics, worst, worstElements, histograms } = measured;
  return {
    tensor: {
      tensor: name,
      status: rules.budgets ? worstOf(verdicts) : allClose(measured),
      dtype,
      shape,
      reason: verdicts.find(({ status }) => status === 'NOT_COMPARABLE')?.message ?? null,
      metrics,
      worst: worst ?? null,
      ...(worstElements.length > 0 ? { worstElements } : {}),
      ...(histograms && !measured.identical ? { histograms } : {}),
    },
    identical: measured.identical,
    tolerance: rules.tolerances[dtype],
    verdicts,
  };
}

function refusedRow(matched: MatchedTensor, reason: string): DiffRow {
  const { dtype, shape } = matched.in === 'both' ? matched.reference : matched.only;
  const { name } = matched;
  return {
    tensor: { tensor: name, status: 'NOT_COMPARABLE', dtype, shape, reason, metrics: {}, worst: null },
    identical: false,
    verdicts: [refusal(name, reason)],
  };
}

function holdsNumbers(matched: MatchedTensor): boolean {
  return matched.in === 'both' && matched.reference.dtype !== 'string';
}

function whereOnly({ in: side, nearest }: Exclude<MatchedTensor, MatchedPair>): string {
  const other = side === 'reference' ? 'candidate' : 'reference';
  const hint = nearest === undefined ? '' : `; the nearest name in the ${other} is "${nearest}"`;
  return `only in the ${side}${hint}`;
}

function tolerancesOf({ atol, rtol }: DiffOptions): Readonly<Record<DType, Tolerances>> {
  const given = { ...(atol === undefined ? {} : { atol }), ...(rtol === undefined ? {} : { rtol }) };
  const entries = Object.entries(DEFAULT_TOLERANCES).map(([dtype, own]) => [dtype, { ...own, ...given }]);
  return Object.fromEntries(entries) as Readonly<Record<DType, Tolerances>>;
}

function sideOf(path: string, { files, tensors }: TensorSet): DiffSide {
  return { path, files: files.length, tensors: tensors.size };
}

/** Links are followed: one file under two names agrees with itself whatever it holds. */
async function isSame(reference: string, candidate: string): Promise<boolean> {
  const [left, right] = await Promise.all([realpath(reference), realpath(candidate)]);
  return left === right;
}

function ignoredNotes(...sets: readonly TensorSet[]): string[] {
  const ignored = sets.flatMap((set) => set.ignored);
  const [first] = ignored;
  if (first === undefined) return [];
  const others = ignored.length === 1 ? '' : ` and ${ignored.length - 1} more`;
  return [`not read, for their endings are of no tensor file: ${first}${others}`];
}
