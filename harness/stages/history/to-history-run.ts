import { groupBy } from '../../domain/group-by.ts';
import type { HistoryAnswer, HistoryRun, HistoryTarget } from '../../domain/history.ts';
import { fallbackNodes } from '../../domain/placement.ts';
import type {
  Capture,
  Comparison,
  Comparisons,
  Plan,
  PlannedCapture,
  Verdict,
  Verdicts,
} from '../../domain/run-files.ts';
import { STATUSES, toJsonNumber } from '../../domain/run-files.ts';
import { answerOf } from './answers.ts';
import { environmentOf } from './environment.ts';

export interface JudgedRun {
  readonly plan: Plan;
  readonly captures: readonly Capture[];
  readonly comparisons: Comparisons;
  readonly verdicts: Verdicts;
}

/** What of a judged run the history keeps. Pure. */
export function toHistoryRun({ plan, captures, comparisons, verdicts }: JudgedRun): HistoryRun {
  const captureOf = new Map(captures.map((capture) => [pairKey(capture), capture]));
  const comparisonsOf = groupBy(comparisons.comparisons, pairKey);
  const verdictsOf = groupBy(verdicts.verdicts, pairKey);
  const answers = new Map<string, HistoryAnswer>();
  const environments = captures.flatMap((capture) =>
    capture.status === 'captured' ? [environmentOf(capture.provenance)] : [],
  );
  const targets = plan.captures.map((planned) => {
    const key = pairKey(planned);
    const given = answersOf(comparisonsOf.get(key) ?? []);
    for (const { answer } of given) answers.set(answer.id, answer);
    const tensors = given.map(({ tensor, answer }) => ({ tensor, answer: answer.id }));
    return { ...targetOf(planned, captureOf.get(key), verdictsOf.get(key) ?? []), tensors };
  });
  return {
    run: plan.run,
    plannedAt: plan.createdAt,
    judgedAt: verdicts.judgedAt,
    planHash: plan.planHash,
    harness: plan.harness.version,
    exitCode: verdicts.exitCode,
    targets,
    environments: [...new Map(environments.map((each) => [each.id, each])).values()],
    answers: [...answers.values()],
    verdicts: verdicts.verdicts.filter(({ status }) => status !== 'PASS').map(withRule),
  };
}

function answersOf(
  comparisons: readonly Comparison[],
): readonly { readonly tensor: string; readonly answer: HistoryAnswer }[] {
  return [...groupBy(comparisons, ({ tensor }) => tensor)].flatMap(([tensor, own]) => {
    const answer = answerOf(own);
    return answer === undefined ? [] : [{ tensor, answer }];
  });
}

function targetOf(
  { suite, target, role }: PlannedCapture,
  capture: Capture | undefined,
  verdicts: readonly Verdict[],
): Omit<HistoryTarget, 'tensors'> {
  const captured = capture?.status === 'captured' ? capture : undefined;
  return {
    suite,
    target,
    role,
    capture: capture?.status ?? 'missing',
    status: STATUSES.find((status) => verdicts.some((verdict) => verdict.status === status)) ?? null,
    passed: verdicts.filter(({ status }) => status === 'PASS').length,
    environment: captured === undefined ? null : environmentOf(captured.provenance).id,
    fallbackNodes: captured === undefined ? null : toJsonNumber(fallbackNodes(captured.placement)),
    jobMs: captured?.timings.jobMs ?? null,
    inferenceMs: captured?.timings.inferenceMs ?? null,
  };
}

function withRule({ rule, worst: _, message: _message, waiver: _waiver, ...verdict }: Verdict) {
  return { ...verdict, rule: rule.line === undefined ? rule.file : `${rule.file}:${rule.line}` };
}

function pairKey({ suite, target }: { readonly suite: string; readonly target: string }): string {
  return JSON.stringify([suite, target]);
}
