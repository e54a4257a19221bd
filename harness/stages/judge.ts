import { matches } from '../config/match.ts';
import type { BaselineBook } from '../domain/baseline.ts';
import type { Budgets } from '../domain/budgets.ts';
import type { Device, TargetName } from '../domain/device.ts';
import { targetName } from '../domain/device.ts';
import { fallbackNodes } from '../domain/placement.ts';
import type {
  ComparisonBody,
  Comparisons,
  Determinism,
  Plan,
  Status,
  Verdict,
  VerdictBody,
  Verdicts,
} from '../domain/run-files.ts';
import type { PlannedSuite } from '../domain/suite.ts';
import { targetComparisons } from '../domain/target-comparisons.ts';
import { bodyOf } from '../domain/target-verdicts.ts';
import type { DType } from '../domain/tensor.ts';
import { verdictsByTarget } from '../domain/verdicts-by-target.ts';
import { DEFAULT_TOLERANCES } from '../numerics/default-tolerances.ts';
import { readBaselines } from '../store/baselines.ts';
import { readComparisons, readDeterminism, readPlan, writeVerdicts } from '../store/run-files.ts';
import type { RunFolder } from '../store/run-folder.ts';
import { distinctOutputs } from './compare/answers.ts';
import { type CapturedCapture, type Delivery, readDeliveries } from './deliveries.ts';
import { writeRecord } from './history/write-record.ts';
import { approvedBySuite } from './judge/approved-by-suite.ts';
import { judgeAlike } from './judge/judge-alike.ts';
import { type Approved, judgeUncaptured } from './judge/judge-baseline.ts';
import type { TargetCase } from './judge/judge-target.ts';
import { readBudgets } from './judge/read-budgets.ts';
import { referenceSaturates } from './judge/reference-saturates.ts';
import type { Matches, Subject } from './judge/resolve-rule.ts';
import { stateVerdict } from './judge/verdict.ts';
import { exitCodeOf, listsByTarget, mergeLists, summarize } from './judge/verdict-lists.ts';

export interface JudgeInput {
  readonly plan: Plan;
  readonly deliveries: readonly Delivery[];
  readonly comparisons: Comparisons;
  readonly determinism: Determinism;
  /** By suite; undefined where the suite has no budgets. */
  readonly budgets: ReadonlyMap<string, Budgets | undefined>;
  readonly baselines: BaselineBook;
  readonly tolerances: Readonly<Record<DType, { readonly atol: number; readonly rtol: number }>>;
  readonly matches: Matches;
  readonly now: Date;
}

/** Where baselines lie unless told. */
export const BASELINES = 'baselines';

const NOTHING: readonly ComparisonBody[] = [];

const JUDGED: ReadonlySet<Status> = new Set(['PASS', 'WARN', 'WAIVED', 'FAIL']);

/** Comparisons and budgets -> verdicts. Pure: the same files and day give the same verdicts. */
export function judge(input: JudgeInput): Verdicts {
  const candidates = input.deliveries.filter(({ planned }) => planned.role === 'candidate');
  // Comparisons of another run are no comparisons of this one.
  const isOwn = input.comparisons.run === input.plan.run;
  const measuredOf = new Map(
    (isOwn ? targetComparisons(input.comparisons) : []).map((each) => [keyOf(each), each.measured]),
  );
  const determinismOf = new Map(input.determinism.targets.map((entry) => [keyOf(entry), entry]));
  const approvedOf = approvedBySuite(input.baselines, candidates);
  const judgeOne = judgeAlike();
  const lists = mergeLists([
    ...listsByTarget(judgeReferences(input.plan, input.deliveries)),
    ...candidates.map((delivery) => ({
      suite: delivery.planned.suite,
      target: delivery.planned.target,
      said: judgeDelivery(input, delivery, judgeOne, measuredOf, determinismOf, approvedOf),
    })),
    ...input.plan.suites.flatMap(({ name }) => listsByTarget(judgeApproved(input, name, candidates))),
  ]);
  const summary = summarize(lists);
  // The word on a reference is no judgement of a candidate.
  const isJudged = lists.some(({ said }) =>
    said.some(({ metric, status }) => metric !== 'reference' && JUDGED.has(status)),
  );
  return verdictsByTarget(
    {
      schemaVersion: 1,
      kind: 'verdicts',
      run: input.plan.run,
      judgedAt: input.now.toISOString(),
      summary,
      exitCode: exitCodeOf(summary, isJudged),
    },
    lists,
  );
}

/** The stage: reads plan, comparisons and budgets, writes verdicts, and what a history keeps of the run. Budgets that have changed since the plan count as they are now. */
export async function judgeRun(
  run: RunFolder,
  workFolder: string,
  now: Date,
  baselines: string = BASELINES,
): Promise<Verdicts> {
  const plan = await readPlan(run);
  const deliveries = await readDeliveries(run, plan);
  const comparisons = await readComparisons(run);
  const verdicts = judge({
    plan,
    deliveries,
    comparisons,
    determinism: await readDeterminism(run),
    budgets: await readBudgets(plan, workFolder),
    baselines: await readBaselines(
      baselines,
      workFolder,
      plan.suites.map(({ name }) => name),
    ),
    tolerances: DEFAULT_TOLERANCES,
    matches,
    now,
  });
  await writeVerdicts(run, verdicts);
  await writeRecord(run, plan, deliveries, comparisons, verdicts);
  return verdicts;
}

/** A reference that was not captured, or was computed where the model saturates, is said once, by its own name. */
function judgeReferences(plan: Plan, deliveries: readonly Delivery[]): readonly Verdict[] {
  return plan.suites.flatMap((suite) => {
    const { reference } = suite;
    if (reference.kind === 'golden') return [];
    const delivery = deliveries.find(
      ({ planned }) => planned.suite === suite.name && planned.target === reference.target,
    );
    return delivery ? judgeReference(suite, delivery) : [];
  });
}

function judgeReference(suite: PlannedSuite, delivery: Delivery): readonly Verdict[] {
  const about = { ...subjectOf(delivery), metric: 'reference' };
  if (delivery.status !== 'captured') {
    const message = `no reference: ${delivery.reason}`;
    return [stateVerdict(about, 'INCOMPLETE', message, 'every candidate is compared with the reference')];
  }
  const broken = whyNoReference(delivery.capture, suite);
  if (broken) {
    return [
      stateVerdict(about, 'INCOMPLETE', broken, 'a reference that is not what was asked for proves nothing'),
    ];
  }
  const warning = referenceSaturates(suite.model.facts, delivery.capture.provenance);
  return warning
    ? [stateVerdict(about, 'WARN', warning, 'a reference must not depend on who computed it')]
    : [];
}

const keyOf = (entry: { readonly suite: string; readonly target: TargetName }) =>
  `${entry.suite}\0${entry.target}`;

/** A reference must have run where it was asked to, and give one answer. */
function whyNoReference({ placement, cases }: CapturedCapture, suite: PlannedSuite): string | undefined {
  const fallback = fallbackNodes(placement);
  if (fallback !== 0)
    return `no reference: ${fallback} of its nodes ran on another provider than ${placement.requested}`;
  const shaky = suite.model.facts.outputs.find(({ name }) => distinctOutputs(cases, name) !== 1);
  return shaky && `no reference: its repeats disagree in "${shaky.name}"`;
}

function judgeDelivery(
  input: JudgeInput,
  delivery: Delivery,
  judgeOne: (target: TargetCase) => readonly VerdictBody[],
  measuredOf: ReadonlyMap<string, readonly ComparisonBody[]>,
  determinismOf: ReadonlyMap<string, Determinism['targets'][number]>,
  approvedOf: (suite: string, target: TargetName) => Approved,
): readonly VerdictBody[] {
  const { planned } = delivery;
  const state = (status: Status, message: string, reason: string) => [
    bodyOf(stateVerdict({ ...subjectOf(delivery), metric: 'capture' }, status, message, reason)),
  ];
  if (delivery.status === 'absent')
    return state('INCOMPLETE', delivery.reason, 'every planned capture must exist');
  if (delivery.status === 'skipped') {
    const message = `${delivery.reason}; provide it:  ${delivery.remedy}`;
    return planned.optional
      ? state('SKIPPED', message, 'the target is optional')
      : state('INCOMPLETE', message, 'every planned capture must exist');
  }
  const suite = input.plan.suites.find(({ name }) => name === planned.suite);
  const device = input.plan.devices.find(({ name }) => planned.target.startsWith(`${name}/`));
  if (!suite || !device) return state('INCOMPLETE', 'the plan does not know it', 'the plan rules');
  return judgeOne({
    suite: planned.suite,
    target: planned.target,
    capture: delivery.capture,
    comparisons: measuredOf.get(keyOf(planned)) ?? NOTHING,
    determinism: determinismOf.get(keyOf(planned)),
    budgets: input.budgets.get(planned.suite),
    cases: suite.cases.map(({ name }) => name),
    tensors: suite.model.facts.outputs.map(({ name }) => name),
    subject: targetSubject(planned.suite, device, delivery.capture),
    tolerances: input.tolerances,
    now: input.now,
    matches: input.matches,
    approved: approvedOf(planned.suite, planned.target),
  });
}

/** Approved targets that are not in the fleet any more, or were skipped. */
function judgeApproved(
  { plan, baselines }: JudgeInput,
  suite: string,
  candidates: readonly Delivery[],
): readonly Verdict[] {
  const skipped = candidates.filter(({ status, planned }) => status === 'skipped' && planned.suite === suite);
  const { devices, targets } = plan.fleet;
  const known = new Set(targets ?? devices);
  return judgeUncaptured(
    suite,
    baselines.baselines.filter((each) => each.suite === suite),
    (target) => known.has(targets === undefined ? (target.split('/')[0] ?? '') : target),
    new Set(skipped.map(({ planned }) => planned.target)),
  );
}

/** What a matcher sees of a target: names as devices.yml gives them, and the features that the probe reported. */
export function targetSubject(
  suite: string,
  device: Device,
  capture: CapturedCapture,
): Omit<Subject, 'case' | 'tensor'> {
  const delegate = device.delegates.find(({ name }) => targetName(device.name, name) === capture.target);
  return {
    suite,
    device: device.name,
    delegate: delegate?.name ?? '',
    soc: device.soc,
    tags: device.tags,
    isa: capture.provenance.device.isa,
  };
}

function subjectOf({ planned }: Delivery) {
  return { suite: planned.suite, case: '*', target: planned.target, tensor: '*' };
}
