import type { Baseline, BaselineAnswer, BaselineBook } from '../domain/baseline.ts';
import { groupBy } from '../domain/group-by.ts';
import type { Equivalence, Status, Verdict } from '../domain/run-files.ts';
import { targetComparisons } from '../domain/target-comparisons.ts';
import { UserError } from '../domain/user-error.ts';
import { answerId, baselineName, readBaselines, writeBaselines } from '../store/baselines.ts';
import { readComparisons, readEquivalence, readPlan, readVerdicts } from '../store/run-files.ts';
import type { RunFolder } from '../store/run-folder.ts';
import { baselineAnswerOf, baselinePlacementOf } from './baseline/approved-answers.ts';
import { environmentClassOf } from './baseline/environment-class.ts';
import { type Delivery, readDeliveries } from './deliveries.ts';
import type { Compared } from './judge/measured.ts';

export interface ApproveRequest {
  /** As the user named it, relative to the working folder. */
  readonly folder: string;
  readonly reason: string;
  readonly now: Date;
  readonly isWanted: (target: string) => boolean;
  /** Id of a class of equivalence.json, over all tensors of a suite. */
  readonly equivalenceClass?: string;
}

export interface Approval {
  readonly approved: readonly ApprovedTarget[];
  /** Targets of which nothing can be approved. */
  readonly refused: readonly { readonly suite: string; readonly target: string; readonly reason: string }[];
}

export interface ApprovedTarget {
  readonly suite: string;
  readonly target: string;
  readonly environment: string;
  /** Relative to the working folder. */
  readonly file: string;
  /** `same`: it was approved already, and its file stays as it is. */
  readonly change: 'new' | 'changed' | 'same';
  /** Tensors whose answer is not the one approved before. */
  readonly tensors: readonly string[];
  /** Worst of its verdicts: what is over budget stays over budget. */
  readonly status: Status;
}

/** Nobody knows what such a target answers. */
const UNKNOWN: ReadonlySet<Status> = new Set(['INCOMPLETE', 'NOT_COMPARABLE']);

/**
 * Makes the answers of a judged run the ones that later runs are held against: digests and metrics, no tensors.
 * @throws UserError E_APPROVE_NOTHING when no target of the run can be approved, E_APPROVE_CLASS for a class that the run does not have
 */
export async function approveRun(
  run: RunFolder,
  workFolder: string,
  request: ApproveRequest,
): Promise<Approval> {
  const plan = await readPlan(run);
  const [comparisons, { verdicts }, equivalence] = await Promise.all([
    readComparisons(run),
    readVerdicts(run),
    readEquivalence(run),
  ]);
  const members = membersOf(equivalence, request.equivalenceClass);
  const wanted = (await readDeliveries(run, plan)).filter(
    ({ planned: { role, suite, target } }) =>
      role === 'candidate' && request.isWanted(target) && (members?.has(pairKey({ suite, target })) ?? true),
  );
  const suites = plan.suites.map(({ name }) => name);
  // What cannot be trusted is approved anew.
  const book = await readBaselines(request.folder, workFolder, suites, () => {});
  const comparedOf = new Map(
    targetComparisons(comparisons).map((each) => [
      pairKey(each),
      each.measured.filter((body): body is Compared => body.status === 'compared'),
    ]),
  );
  const verdictsOf = groupBy(verdicts, pairKey);
  const referenceGaps = new Map(
    verdicts
      .filter(({ metric, status }) => metric === 'reference' && UNKNOWN.has(status))
      .map(({ suite, message }) => [suite, message ?? 'no reference']),
  );
  const approved = { run: plan.run, at: request.now.toISOString(), reason: request.reason };
  const baselines: Baseline[] = [];
  const answers = new Map<string, BaselineAnswer>();
  const told: ApprovedTarget[] = [];
  const refused: Approval['refused'][number][] = [];
  for (const delivery of wanted) {
    const { suite, target } = delivery.planned;
    const key = pairKey({ suite, target });
    const own = verdictsOf.get(key) ?? [];
    const made = referenceGaps.get(suite) ?? answersOf(delivery, comparedOf.get(key) ?? [], own);
    if (typeof made === 'string') {
      refused.push({ suite, target, reason: made });
      continue;
    }
    for (const answer of made.answers) answers.set(answerId(answer), answer);
    const baseline = { ...made.baseline, approved };
    const { file, change, tensors } = changeOf(book, baseline);
    if (change !== 'same') baselines.push(baseline);
    told.push({
      suite,
      target,
      environment: baseline.environment.id,
      file,
      change,
      tensors,
      status: worstOf(own),
    });
  }
  if (told.length === 0) throw nothingToApprove(refused, run.root);
  await writeBaselines(request.folder, workFolder, baselines, answers);
  return { approved: told, refused };
}

const pairKey = ({ suite, target }: { readonly suite: string; readonly target: string }) =>
  `${suite}\0${target}`;

/** Undefined: no class was asked for. */
function membersOf(equivalence: Equivalence, id: string | undefined): ReadonlySet<string> | undefined {
  if (id === undefined) return undefined;
  const members = equivalence.suites.flatMap(({ suite, overall }) =>
    overall
      .filter((each) => each.id === id)
      .flatMap(({ targets }) => targets.map((target) => ({ suite, target }))),
  );
  if (members.length > 0) return new Set(members.map(pairKey));
  const known = [...new Set(equivalence.suites.flatMap(({ overall }) => overall.map((each) => each.id)))];
  throw new UserError('E_APPROVE_CLASS', `The run has no equivalence class "${id}".`, {
    remedies: [
      `its classes over all tensors are ${known.join(', ')}; the report's view "Classes" shows them`,
    ],
  });
}

interface Made {
  readonly baseline: Omit<Baseline, 'approved'>;
  readonly answers: readonly BaselineAnswer[];
}

/** What there is to approve of a target; text: why there is nothing. */
function answersOf(
  delivery: Delivery,
  compared: readonly Compared[],
  verdicts: readonly Verdict[],
): Made | string {
  if (delivery.status !== 'captured') return delivery.reason;
  const unknown = verdicts.find(({ status }) => UNKNOWN.has(status));
  if (unknown !== undefined) return unknown.message ?? 'it is incomplete';
  if (verdicts.length === 0) return 'nobody has judged it';
  const { capture } = delivery;
  const tensors = [...new Set(compared.map(({ tensor }) => tensor))];
  const answers = tensors.map((tensor) =>
    baselineAnswerOf(
      capture,
      tensor,
      compared.filter((each) => each.tensor === tensor),
    ),
  );
  const whole = answers.filter((answer) => answer !== undefined);
  if (whole.length === 0 || whole.length < answers.length) return 'not all of its answers were compared';
  return {
    answers: whole,
    baseline: {
      schemaVersion: 1,
      kind: 'baseline',
      suite: capture.suite,
      target: capture.target,
      environment: environmentClassOf(capture.provenance.device),
      modelSha256: capture.provenance.modelSha256,
      inputsSha256: capture.provenance.inputsSha256,
      placement: baselinePlacementOf(capture.placement),
      answers: whole.map((answer) => ({ tensor: answer.tensor, answer: answerId(answer) })),
    },
  };
}

function changeOf(
  { folder, baselines }: BaselineBook,
  baseline: Baseline,
): Pick<ApprovedTarget, 'file' | 'change' | 'tensors'> {
  const file = `${folder.replace(/\/+$/, '')}/${baselineName(baseline)}`;
  const before = baselines.find(
    (each) =>
      each.suite === baseline.suite &&
      each.target === baseline.target &&
      each.environment.id === baseline.environment.id,
  );
  const answers = new Map(before?.answers.map(({ tensor, answer }) => [tensor, answer]));
  const tensors = baseline.answers
    .filter(({ tensor, answer }) => answers.get(tensor) !== answer)
    .map(({ tensor }) => tensor);
  if (before === undefined) return { file, change: 'new', tensors };
  const isSame =
    tensors.length === 0 &&
    before.answers.length === baseline.answers.length &&
    before.modelSha256 === baseline.modelSha256 &&
    before.inputsSha256 === baseline.inputsSha256 &&
    JSON.stringify(before.placement) === JSON.stringify(baseline.placement);
  return { file, change: isSame ? 'same' : 'changed', tensors };
}

/** Statuses are listed worst first. */
function worstOf(verdicts: readonly Verdict[]): Status {
  const order: readonly Status[] = ['FAIL', 'WAIVED', 'WARN', 'SKIPPED'];
  return order.find((status) => verdicts.some((verdict) => verdict.status === status)) ?? 'PASS';
}

function nothingToApprove(refused: Approval['refused'], root: string): UserError {
  const [first] = refused;
  const why = first === undefined ? 'no target was chosen' : `${first.target}: ${first.reason}`;
  return new UserError('E_APPROVE_NOTHING', `Nothing of the run can be approved; ${why}.`, {
    place: { file: root },
    remedies: ['approve a run whose targets were captured and judged', 'look at --only and --class'],
  });
}
