import path from 'node:path';
import type { TargetDiagnosis } from '../domain/diagnosis.ts';
import type {
  CheckedCause,
  CheckedSide,
  CheckedTarget,
  CheckedViolation,
  ModelCheck,
} from '../domain/model-check.ts';
import type { ComparisonBody, Plan, Verdicts } from '../domain/run-files.ts';
import { targetComparisons } from '../domain/target-comparisons.ts';
import { referenceWords } from '../report/wording.ts';
import { openBlobStore } from '../store/blob-store.ts';
import { writeCheck } from '../store/check-file.ts';
import { layerBlobs } from '../store/layered-blobs.ts';
import { readComparisons, readDiagnosis, readPlan, readVerdicts } from '../store/run-files.ts';
import { type RunFolder, runPaths } from '../store/run-folder.ts';
import { compareAnswers } from './check/compare-answers.ts';
import { checkExitCode, compareVerdicts, type JudgedTarget } from './check/compare-verdicts.ts';
import { compareWeights } from './check/compare-weights.ts';
import { answersOf, decisionsOf } from './check/decision-values.ts';
import type { LoadedSide, LoadedSides } from './check/load-sides.ts';
import { openPairLedger } from './compare/pair-ledger.ts';
import { type CapturedCapture, type Delivery, readDeliveries } from './deliveries.ts';
import { allDiagnoses } from './localize/all-diagnoses.ts';

/** A run of one of the two models: captured, compared and judged. */
interface CheckedRun {
  readonly run: RunFolder;
  readonly plan: Plan;
  readonly verdicts: Verdicts;
  /** By target. */
  readonly measured: ReadonlyMap<string, readonly ComparisonBody[]>;
  readonly deliveries: readonly Delivery[];
}

/** Head's violations that base does not have, from the runs' verdicts alone. */
export async function judgeCheck(
  base: RunFolder,
  head: RunFolder,
  { newWaiverLines }: Pick<LoadedSides, 'newWaiverLines'>,
): Promise<readonly JudgedTarget[]> {
  const { captures } = await readPlan(head);
  return compareVerdicts({
    base: (await readVerdicts(base)).verdicts,
    head: (await readVerdicts(head)).verdicts,
    planned: captures.filter(({ role }) => role === 'candidate'),
    cameWithHead: ({ line }) => line !== undefined && newWaiverLines.has(line),
  });
}

export interface CheckInput {
  readonly sides: LoadedSides;
  readonly base: RunFolder;
  readonly head: RunFolder;
  readonly judged: readonly JudgedTarget[];
  readonly reused: CheckedSide['reused'];
  readonly now: Date;
}

/** The stage: two judged runs -> check.json in head's folder, of which base's is a part. */
export async function checkRuns(input: CheckInput): Promise<ModelCheck> {
  const { sides, judged, reused, now } = input;
  const [base, head] = [await readRun(input.base), await readRun(input.head)];
  const suite = head.plan.suites[0]!;
  const diagnoses = allDiagnoses(await readDiagnosis(input.head));
  const ledger = openPairLedger(
    layerBlobs(openBlobStore(runPaths.blobs(base.run)), openBlobStore(runPaths.blobs(head.run))),
  );
  const targets: CheckedTarget[] = [];
  for (const each of judged) {
    const reference = captureOf(base, each.target);
    const candidate = captureOf(head, each.target);
    const agreement =
      reference && candidate && (await compareAnswers({ suite, reference, candidate }, ledger));
    const cause = causeOf(each, diagnoses);
    targets.push({
      ...each,
      answers: answersOf(
        decisionsOf(base.measured.get(each.target) ?? []),
        decisionsOf(head.measured.get(each.target) ?? []),
      ),
      ...(agreement === undefined ? {} : { agreement }),
      ...(cause === undefined ? {} : { cause }),
    });
  }
  const check: ModelCheck = {
    schemaVersion: 1,
    kind: 'check',
    checkedAt: now.toISOString(),
    exitCode: checkExitCode(judged),
    suite: suite.name,
    base: sideOf(sides.base, base, head.run, reused),
    head: sideOf(sides.head, head, head.run, []),
    targets,
    ...compareWeights(modelOf(sides.base), modelOf(sides.head)),
    budgetsChanged: sides.budgetsChanged,
  };
  await writeCheck(head.run, check);
  return check;
}

async function readRun(run: RunFolder): Promise<CheckedRun> {
  const plan = await readPlan(run);
  return {
    run,
    plan,
    verdicts: await readVerdicts(run),
    measured: new Map(
      targetComparisons(await readComparisons(run)).map(({ target, measured }) => [target, measured]),
    ),
    deliveries: await readDeliveries(run, plan),
  };
}

function captureOf({ deliveries }: CheckedRun, target: string): CapturedCapture | undefined {
  const delivery = deliveries.find(({ planned }) => planned.target === target);
  return delivery?.status === 'captured' ? delivery.capture : undefined;
}

function sideOf(
  { given, revision, suite, whyReference }: LoadedSide,
  { run, plan, verdicts, deliveries }: CheckedRun,
  top: RunFolder,
  reused: CheckedSide['reused'],
): CheckedSide {
  const planned = plan.suites[0]!;
  return {
    given,
    ...(revision === undefined ? {} : { revision }),
    model: { path: suite.file.model.path, sha256: planned.model.sha256, bytes: planned.model.bytes },
    folder: path.relative(top.root, run.root) || '.',
    run: plan.run,
    reference: {
      kind: planned.reference.kind,
      words: referenceWords(planned),
      ...(whyReference === undefined ? {} : { why: whyReference }),
    },
    captures: {
      planned: deliveries.length,
      captured: deliveries.filter(({ status }) => status === 'captured').length,
    },
    reused,
    exitCode: verdicts.exitCode,
  };
}

function modelOf({ suite }: LoadedSide) {
  return { bytes: suite.model, path: suite.file.model.path };
}

/** Of what head breaks: base has no part in it. */
function causeOf(
  { suite, target, newViolations }: JudgedTarget,
  diagnoses: readonly TargetDiagnosis[],
): CheckedCause | undefined {
  const diagnosis = diagnoses.find((each) => each.suite === suite && each.target === target);
  const [best] = diagnosis?.findings ?? [];
  if (diagnosis === undefined || best === undefined || !isTraceable(newViolations)) return undefined;
  const { cause, confidence, title, remedy, background } = best;
  const { firstDivergence } = diagnosis;
  return {
    ...{ cause, confidence, title, remedy, background },
    firstDivergence: firstDivergence && {
      tensor: firstDivergence.tensor,
      node: firstDivergence.node,
      opType: firstDivergence.opType,
      index: firstDivergence.index,
      of: firstDivergence.of,
    },
  };
}

/** A violation of an output's values, which localize can look for along the graph. */
export function isTraceable(violations: readonly CheckedViolation[]): boolean {
  return violations.some(({ tensor }) => tensor !== '*');
}
