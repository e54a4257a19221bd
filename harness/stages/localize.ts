import path from 'node:path';
import type { AppiumServer } from '../config/appium-server.ts';
import type { TargetName } from '../domain/device.ts';
import type { Diagnosis, TargetDiagnosis } from '../domain/diagnosis.ts';
import type { ComparisonBody, Comparisons, Plan, Verdicts } from '../domain/run-files.ts';
import { fromJsonNumber } from '../domain/run-files.ts';
import type { TargetStability } from '../domain/stability.ts';
import type { PlannedSuite, StoredCase } from '../domain/suite.ts';
import { targetComparisons } from '../domain/target-comparisons.ts';
import { targetVerdicts } from '../domain/target-verdicts.ts';
import { UserError } from '../domain/user-error.ts';
import { openBlobStore } from '../store/blob-store.ts';
import { layerBlobs } from '../store/layered-blobs.ts';
import type { RunLog } from '../store/log.ts';
import {
  readComparisons,
  readDiagnosis,
  readPlan,
  writeDiagnosis,
  writeStability,
} from '../store/run-files.ts';
import { type RunFolder, runPaths } from '../store/run-folder.ts';
import { openRunners, type Runners } from './capture/open-runners.ts';
import { makeScratchFolder } from './capture/scratch-folder.ts';
import { referenceOutputs } from './compare/reference-outputs.ts';
import { refreshDeterminism } from './compare/with-stability.ts';
import { type CapturedCapture, readDeliveries } from './deliveries.ts';
import { allDiagnoses } from './localize/all-diagnoses.ts';
import { acceptExportFolder, exportRepro } from './localize/export-repro.ts';
import { type LocalizeInput, type LocalizeStep, localizeTarget } from './localize/localize-target.ts';
import { REFERENCE_TARGET } from './plan/reference-device.ts';
import { probeStability } from './stability.ts';

/** A suite on a target, to be localized. */
export interface LocalizeRequest {
  readonly suite: string;
  readonly target: TargetName;
}

/** What is told while devices work. */
export type LocalizeEvent = LocalizeRequest &
  (
    | { readonly phase: 'step'; readonly step: LocalizeStep | 'stability' }
    | { readonly phase: 'diagnosed' }
    | { readonly phase: 'failed'; readonly reason: string }
  );

export interface LocalizeOptions {
  readonly appium: AppiumServer;
  readonly workFolder: string;
  /** `.fleetdiff` of the working folder. */
  readonly scratchFolder: string;
  readonly signal: AbortSignal;
  readonly clock: () => Date;
  readonly onEvent: (event: LocalizeEvent) => void;
  /** What log.ndjson is told, too. */
  readonly onLog?: RunLog;
  /** Folder for the smallest model that still differs; of one request alone. */
  readonly exportFolder?: string;
  /** Also vary sessions, batch position, threads and optimization, and name what changes the answer. */
  readonly stability?: boolean;
}

export type Localized =
  | {
      readonly status: 'diagnosed';
      readonly diagnosis: TargetDiagnosis;
      readonly exported?: string;
      readonly stability?: Probed;
    }
  | {
      readonly status: 'failed';
      readonly suite: string;
      readonly target: TargetName;
      readonly reason: string;
    };

type Probed = TargetStability | { readonly failed: string };

/** Tensors on their way between two sides at once. */
const BUDGET_BYTES = 256 * 2 ** 20;

/** The traced case, and one more that tells a stuck answer from a wrong one. */
const CASES = 2;

/**
 * Which suites and targets to localize.
 * @param wanted a target, or a suite and a target; what is not said is everything that is over budget
 * @throws UserError E_TARGET_UNKNOWN, E_SUITE_UNKNOWN
 */
export function localizeRequests(
  plan: Plan,
  verdicts: Verdicts | undefined,
  wanted: { readonly suite?: string; readonly target?: TargetName },
): readonly LocalizeRequest[] {
  const candidates = plan.captures.filter(({ role }) => role === 'candidate');
  const known = (kind: 'suite' | 'target') => [...new Set(candidates.map((each) => each[kind]))];
  for (const kind of ['suite', 'target'] as const) {
    const name = wanted[kind];
    if (name === undefined || known(kind).includes(name)) continue;
    throw new UserError(`E_${kind.toUpperCase()}_UNKNOWN`, `The run has no ${kind} "${name}".`, {
      remedies: [`it has: ${known(kind).join(', ')}`],
    });
  }
  const over = new Set(
    (verdicts === undefined ? [] : targetVerdicts(verdicts))
      .flatMap(({ open }) => open)
      .filter(({ status }) => status === 'FAIL' || status === 'WAIVED')
      .map(({ suite, target }) => JSON.stringify([suite, target])),
  );
  return candidates
    .filter(({ suite }) => wanted.suite === undefined || wanted.suite === suite)
    .filter(({ suite, target }) =>
      wanted.target === undefined ? over.has(JSON.stringify([suite, target])) : wanted.target === target,
    )
    .map(({ suite, target }) => ({ suite, target }));
}

/** Localizes one after another and writes diagnosis.json after each: what is found is kept. */
export async function localizeRun(
  run: RunFolder,
  requests: readonly LocalizeRequest[],
  options: LocalizeOptions,
): Promise<readonly Localized[]> {
  // Before any device works for it.
  if (options.exportFolder !== undefined) await acceptExportFolder(options.exportFolder);
  const plan = await readPlan(run);
  const comparisons = await readComparisons(run);
  const deliveries = await readDeliveries(run, plan);
  const captures = new Map(
    deliveries.flatMap((delivery) =>
      delivery.status === 'captured' ? [[keyOf(delivery.planned), delivery.capture] as const] : [],
    ),
  );
  const scratch = await makeScratchFolder(options.scratchFolder, 'localize');
  const blobs = layerBlobs(
    openBlobStore(runPaths.blobs(run)),
    openBlobStore(path.join(scratch.path, 'blobs')),
  );
  try {
    const runners = await openRunners(run, plan, { ...options, blobs });
    try {
      const localized: Localized[] = [];
      for (const request of requests) {
        if (options.signal.aborted) break;
        const context = { plan, comparisons, captures, runners, blobs, options };
        const result = await localizeOne(request, context);
        if (result.status === 'diagnosed') await keep(run, plan, result.diagnosis);
        const { status: phase } = result;
        options.onEvent(
          phase === 'failed' ? { ...request, phase, reason: result.reason } : { ...request, phase },
        );
        if (result.status === 'failed' || !options.stability || options.signal.aborted)
          localized.push(result);
        else localized.push({ ...result, stability: await probeOne(run, request, context) });
      }
      if (localized.some((each) => 'stability' in each)) await refreshDeterminism(run, plan, deliveries);
      return localized;
    } finally {
      await runners.close();
    }
  } finally {
    await scratch.remove();
  }
}

interface Context {
  readonly plan: Plan;
  readonly comparisons: Comparisons;
  readonly captures: ReadonlyMap<string, CapturedCapture>;
  readonly runners: Runners;
  readonly blobs: ReturnType<typeof openBlobStore>;
  readonly options: LocalizeOptions;
}

async function localizeOne(request: LocalizeRequest, context: Context): Promise<Localized> {
  const { plan, captures, runners, blobs, options } = context;
  const failed = (reason: string): Localized => ({ status: 'failed', ...request, reason });
  const suite = plan.suites.find(({ name }) => name === request.suite)!;
  const capture = captures.get(keyOf(request));
  if (!capture) return failed('the run holds no whole capture of it: nothing is known to differ');
  const cases = worstCases(suite, request, context.comparisons);
  const referenceTarget = suite.reference.kind === 'golden' ? REFERENCE_TARGET : suite.reference.target;
  try {
    const input = {
      suite,
      cases,
      reference: await runners.runnerOf(referenceTarget),
      candidate: await runners.runnerOf(request.target),
      captured: capturedOf(suite, cases[0]!, request, captures),
      blobs,
      budgetBytes: BUDGET_BYTES,
      onStep: (step: LocalizeStep) => options.onEvent({ ...request, phase: 'step', step }),
    };
    const diagnosis = await localizeTarget(input);
    if ('failed' in diagnosis) return failed(diagnosis.failed);
    if (options.exportFolder === undefined) return { status: 'diagnosed', diagnosis };
    await exportRepro(options.exportFolder, diagnosis, input);
    return { status: 'diagnosed', diagnosis, exported: options.exportFolder };
  } catch (error) {
    // One device's trouble costs no other its diagnosis.
    if (!(error instanceof UserError) || options.signal.aborted) throw error;
    return failed(error.message);
  }
}

async function probeOne(run: RunFolder, request: LocalizeRequest, context: Context): Promise<Probed> {
  const { plan, comparisons, captures, runners, blobs, options } = context;
  options.onEvent({ ...request, phase: 'step', step: 'stability' });
  const suite = plan.suites.find(({ name }) => name === request.suite)!;
  try {
    const sample = worstCases(suite, request, comparisons)[0]!;
    const captured = capturedOf(suite, sample, request, captures);
    const runner = await runners.runnerOf(request.target);
    const probed = await probeStability(suite, runner, blobs, { sample, captured });
    if ('failed' in probed) return probed;
    await writeStability(run, { schemaVersion: 1, kind: 'stability', planHash: plan.planHash, ...probed });
    return probed;
  } catch (error) {
    if (!(error instanceof UserError) || options.signal.aborted) throw error;
    return { failed: error.message };
  }
}

/** What the run holds of a case: the reference's outputs, and the target's own. */
function capturedOf(
  suite: PlannedSuite,
  { name }: StoredCase,
  request: LocalizeRequest,
  captures: Context['captures'],
): LocalizeInput['captured'] {
  const ofSuite = [...captures.values()].filter((each) => each.suite === suite.name);
  const expected = referenceOutputs(suite, ofSuite)(name);
  const own = captures.get(keyOf(request))?.cases.find((each) => each.case === name);
  return {
    reference: typeof expected === 'string' ? [] : expected,
    candidate: own?.repeats[0] ?? [],
  };
}

/** Those that differ most first; each case stands for its worst tensor. */
function worstCases(
  suite: PlannedSuite,
  { target }: LocalizeRequest,
  comparisons: Comparisons,
): readonly StoredCase[] {
  const ranks = new Map<string, number>();
  const own = targetComparisons(comparisons).find(
    (each) => each.suite === suite.name && each.target === target,
  );
  for (const comparison of own?.measured ?? [])
    ranks.set(comparison.case, Math.max(ranks.get(comparison.case) ?? 0, rankOf(comparison)));
  return [...suite.cases]
    .sort((left, right) => (ranks.get(right.name) ?? 0) - (ranks.get(left.name) ?? 0) || 0)
    .slice(0, CASES);
}

/** 0: bit-identical; larger is worse; what has no number is the worst. */
function rankOf(comparison: ComparisonBody): number {
  if (comparison.status === 'notComparable') return Number.MAX_VALUE;
  if (comparison.identical) return 0;
  const error = fromJsonNumber(comparison.metrics.max_abs ?? 'NaN');
  return Number.isFinite(error) ? error + Number.MIN_VALUE : Number.MAX_VALUE;
}

/** The newest first; an older diagnosis of the same suite on the same target makes way. */
async function keep(run: RunFolder, plan: Plan, newest: TargetDiagnosis): Promise<void> {
  const others = allDiagnoses(await readDiagnosis(run));
  const diagnosis: Diagnosis = {
    schemaVersion: 1,
    kind: 'diagnosis',
    run: plan.run,
    ...newest,
    others: others.filter((each) => keyOf(each) !== keyOf(newest)),
  };
  await writeDiagnosis(run, diagnosis);
}

function keyOf({ suite, target }: LocalizeRequest): string {
  return JSON.stringify([suite, target]);
}
