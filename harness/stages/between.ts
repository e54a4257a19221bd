import { inLanes } from '../comparison/in-lanes.ts';
import { THREADS } from '../comparison/threads.ts';
import { didYouMean, quoteNames } from '../config/nearest-name.ts';
import type { TargetName } from '../domain/device.ts';
import type { CaseComparison, JsonNumber, Plan } from '../domain/run-files.ts';
import { UserError } from '../domain/user-error.ts';
import { DEFAULT_TOLERANCES } from '../numerics/default-tolerances.ts';
import type { DiffResult, DiffRow } from '../report/diff/diff-result.ts';
import { openBlobStore } from '../store/blob-store.ts';
import { readPlan } from '../store/run-files.ts';
import { type RunFolder, runPaths } from '../store/run-folder.ts';
import { type CapturedPair, compareTargets } from './compare/compare-targets.ts';
import { measureDeterminism } from './compare/measure-determinism.ts';
import { openPairLedger, type PairLedger } from './compare/pair-ledger.ts';
import { tensorNames } from './compare/questions.ts';
import { type Delivery, readDeliveries } from './deliveries.ts';
import { comparedElements, diffExitCode } from './diff/exit-code.ts';
import { allClose } from './diff/judge-pair.ts';
import { selectTensors } from './diff/match-tensors.ts';
import type { DiffProgress } from './diff.ts';

export interface BetweenOptions {
  /** Takes the reference's place with the first of its repeats; the candidate answers with the worst of its own. */
  readonly reference: TargetName;
  readonly candidate: TargetName;
  /** Globs over `case/tensor`, led by the suite where the run has several; none: all. */
  readonly tensors: readonly string[];
  /** Elements to show of each tensor, worst first. */
  readonly worstCount: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DiffProgress) => void;
}

/** A tensor of one case to be compared. */
interface Ask {
  /** As it is shown. */
  readonly name: string;
  readonly pair: CapturedPair;
  readonly case: string;
  readonly tensor: string;
  readonly repeatNoise: JsonNumber;
}

/**
 * Two targets of a run against each other, in every suite that the plan gives to either; an element agrees by the default
 * tolerance of its dtype, as in `fleetdiff diff`. Writes nothing.
 * @throws UserError E_TARGET_UNKNOWN, E_DIFF_TENSOR for a glob that names nothing
 */
export async function compareBetween(run: RunFolder, options: BetweenOptions): Promise<DiffResult> {
  const plan = await readPlan(run);
  const { reference, candidate, worstCount } = options;
  for (const target of [reference, candidate]) checkTarget(plan, target);
  const wanted = plan.captures.filter(({ target }) => target === reference || target === candidate);
  const deliveries = await readDeliveries(run, plan, wanted);
  const ledger = openPairLedger(openBlobStore(runPaths.blobs(run)));
  const named = (suite: string, tensor: string) => (plan.suites.length === 1 ? tensor : `${suite}/${tensor}`);
  const refused: DiffRow[] = [];
  const asks: Ask[] = [];
  for (const suite of plan.suites) {
    const ofSuite = deliveries.filter(({ planned }) => planned.suite === suite.name);
    if (ofSuite.length === 0) continue;
    const [left, right] = [captureOf(ofSuite, reference), captureOf(ofSuite, candidate)];
    if (typeof left === 'string' || typeof right === 'string') {
      const reasons = new Set([left, right].filter((each) => typeof each === 'string'));
      refused.push(refusedRow(named(suite.name, '*'), [...reasons].join('; ')));
    } else {
      const pair = { suite, reference: left, candidate: right };
      asks.push(...(await asksOf(pair, ledger, (tensor) => named(suite.name, tensor))));
    }
  }
  const selected = selectTensors(asks, options.tensors, '--tensor');
  let done = 0;
  const rows = await inLanes(selected, 2 * THREADS, async (ask) => {
    options.signal?.throwIfAborted();
    const compared = await compareTargets(ask.pair, ask.case, ask.tensor, ask.repeatNoise, ledger);
    done += 1;
    options.onProgress?.({ done, total: selected.length });
    return rowOf(ask.name, compared, worstCount);
  });
  const tensors = [...refused, ...rows].toSorted(byName);
  return {
    reference: { path: reference, files: 1, tensors: rows.length },
    candidate: { path: candidate, files: 1, tensors: rows.length },
    tensors,
    exitCode: diffExitCode(tensors),
    elements: comparedElements(tensors),
    judged: 'tolerance',
  };
}

function checkTarget(plan: Plan, target: TargetName): void {
  const targets = [...new Set(plan.captures.map((each) => each.target))];
  if (targets.includes(target)) return;
  throw new UserError('E_TARGET_UNKNOWN', `The run has no target "${target}".`, {
    remedies: [...didYouMean(target, targets), `it has: ${quoteNames(targets)}`],
  });
}

/** The capture; why there is none, in words. */
function captureOf(deliveries: readonly Delivery[], target: TargetName) {
  const delivery = deliveries.find(({ planned }) => planned.target === target);
  if (delivery === undefined) return `the plan does not give this suite to ${target}`;
  if (delivery.status === 'captured') return delivery.capture;
  return `${target} ${delivery.status === 'skipped' ? 'was skipped' : 'has no capture'}: ${delivery.reason}`;
}

async function asksOf(
  pair: CapturedPair,
  ledger: PairLedger,
  nameOf: (tensor: string) => string,
): Promise<Ask[]> {
  const { suite, reference, candidate } = pair;
  const { tensors } = await measureDeterminism(suite, candidate, ledger.noise);
  const noises = new Map(tensors.map((each) => [each.tensor, each.noise_max_abs]));
  const repeatsOf = new Map(candidate.cases.map((entry) => [entry.case, entry.repeats]));
  return reference.cases.flatMap((entry) =>
    [...tensorNames(suite, entry.repeats[0] ?? [], repeatsOf.get(entry.case) ?? [])].map((tensor) => ({
      name: nameOf(`${entry.case}/${tensor}`),
      pair,
      case: entry.case,
      tensor,
      repeatNoise: noises.get(tensor) ?? 0,
    })),
  );
}

function rowOf(tensor: string, compared: CaseComparison, worstCount: number): DiffRow {
  if (compared.status === 'notComparable') return refusedRow(tensor, compared.reason);
  const { dtype, shape, identical, metrics, worst, worstElements, histograms, decisions } = compared;
  return {
    tensor: {
      tensor,
      status: allClose(compared),
      dtype,
      shape,
      reason: null,
      metrics,
      worst: worst ?? null,
      ...(worstElements.length > 0 ? { worstElements: worstElements.slice(0, worstCount) } : {}),
      ...(histograms === undefined ? {} : { histograms }),
      ...(decisions === undefined ? {} : { decisions }),
    },
    identical,
    tolerance: DEFAULT_TOLERANCES[dtype],
    verdicts: [],
  };
}

function refusedRow(tensor: string, reason: string): DiffRow {
  return {
    tensor: { tensor, status: 'NOT_COMPARABLE', dtype: null, shape: null, reason, metrics: {}, worst: null },
    identical: false,
    verdicts: [],
  };
}

function byName(left: DiffRow, right: DiffRow): number {
  return Buffer.compare(Buffer.from(left.tensor.tensor), Buffer.from(right.tensor.tensor));
}
