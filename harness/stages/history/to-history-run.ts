import { groupBy } from '../../domain/group-by.ts';
import type { HistoryAnswer, HistoryRun, HistoryTarget } from '../../domain/history.ts';
import { fallbackNodes } from '../../domain/placement.ts';
import type {
  Capture,
  ComparisonBody,
  Comparisons,
  Plan,
  PlannedCapture,
  Status,
  TargetVerdicts,
  Verdict,
  Verdicts,
} from '../../domain/run-files.ts';
import { STATUSES, toJsonNumber } from '../../domain/run-files.ts';
import { targetComparisons } from '../../domain/target-comparisons.ts';
import { targetVerdicts } from '../../domain/target-verdicts.ts';
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
  const measuredOf = new Map(targetComparisons(comparisons).map((each) => [pairKey(each), each.measured]));
  const judgedOf = new Map(targetVerdicts(verdicts).map((each) => [pairKey(each), each]));
  const environments = new Map(
    captures.flatMap((capture) =>
      capture.status === 'captured' ? [[pairKey(capture), environmentOf(capture.provenance)] as const] : [],
    ),
  );
  const answers = new Map<string, HistoryAnswer>();
  const sheetOf = sheetsOfAnswers((answer) => answers.set(answer.id, answer));
  const targets = plan.captures.map((planned) => {
    const key = pairKey(planned);
    const tensors = sheetOf(measuredOf.get(key) ?? []);
    const environment = environments.get(key)?.id ?? null;
    return {
      ...targetOf(planned, captureOf.get(key), judgedOf.get(key)),
      environment,
      tensors,
    };
  });
  return {
    run: plan.run,
    plannedAt: plan.createdAt,
    judgedAt: verdicts.judgedAt,
    planHash: plan.planHash,
    harness: plan.harness.version,
    exitCode: verdicts.exitCode,
    targets,
    environments: [...new Map([...environments.values()].map((each) => [each.id, each])).values()],
    answers: [...answers.values()],
    verdicts: targetVerdicts(verdicts).flatMap(({ open }) => open.map(withRule)),
  };
}

/**
 * What a target answered to each tensor. Targets that gave the same answers share the list.
 * @param onAnswer told of every answer that was not met before, and of some that were
 */
function sheetsOfAnswers(
  onAnswer: (answer: HistoryAnswer) => void,
): (measured: readonly ComparisonBody[]) => HistoryTarget['tensors'] {
  const known = new Map<readonly ComparisonBody[], HistoryTarget['tensors']>();
  return (measured) => {
    const found = known.get(measured);
    if (found) return found;
    const sheet = [...groupBy(measured, ({ tensor }) => tensor)].flatMap(([tensor, own]) => {
      const answer = answerOf(own);
      if (answer !== undefined) onAnswer(answer);
      return answer === undefined ? [] : [{ tensor, answer: answer.id }];
    });
    known.set(measured, sheet);
    return sheet;
  };
}

function targetOf(
  { suite, target, role }: PlannedCapture,
  capture: Capture | undefined,
  judged: TargetVerdicts | undefined,
): Omit<HistoryTarget, 'tensors' | 'environment'> {
  const captured = capture?.status === 'captured' ? capture : undefined;
  return {
    suite,
    target,
    role,
    capture: capture?.status ?? 'missing',
    status: worstOf(judged),
    passed: judged === undefined ? 0 : judged.said.length - judged.open.length,
    fallbackNodes: captured === undefined ? null : toJsonNumber(fallbackNodes(captured.placement)),
    jobMs: captured?.timings.jobMs ?? null,
    inferenceMs: captured?.timings.inferenceMs ?? null,
  };
}

function worstOf(judged: TargetVerdicts | undefined): Status | null {
  if (judged === undefined || judged.said.length === 0) return null;
  return STATUSES.find((status) => judged.open.some((verdict) => verdict.status === status)) ?? 'PASS';
}

function withRule({ rule, worst: _, message: _message, waiver: _waiver, ...verdict }: Verdict) {
  return { ...verdict, rule: rule.line === undefined ? rule.file : `${rule.file}:${rule.line}` };
}

function pairKey({ suite, target }: { readonly suite: string; readonly target: string }): string {
  return JSON.stringify([suite, target]);
}
