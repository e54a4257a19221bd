import type { Budgets, Matcher } from '../../domain/budgets.ts';
import type { CapturedCase, VerdictBody } from '../../domain/run-files.ts';
import { bodyOf } from '../../domain/target-verdicts.ts';
import { judgeTarget, type TargetCase } from './judge-target.ts';

interface Judged {
  readonly target: TargetCase;
  readonly conditions: string;
  readonly said: readonly VerdictBody[];
}

/** As judgeTarget, for target after target: those that gave the same answers under the same rules are judged once, and get one list. */
export function judgeAlike(): (target: TargetCase) => readonly VerdictBody[] {
  const known = new Map<readonly CapturedCase[], Judged[]>();
  return (target) => {
    // Against a baseline each target is held to its own.
    if (target.approved.ofSuite.length > 0) return judgeTarget(target).map(bodyOf);
    const ofAnswers = known.get(target.capture.cases) ?? [];
    known.set(target.capture.cases, ofAnswers);
    const conditions = conditionsOf(target);
    const alike = ofAnswers.find(
      (each) => each.conditions === conditions && isMeasuredAlike(each.target, target),
    );
    if (alike) return alike.said;
    const said = judgeTarget(target).map(bodyOf);
    ofAnswers.push({ target, conditions, said });
    return said;
  };
}

/** Which rules speak of the target. */
function conditionsOf({ suite, subject, budgets, matches }: TargetCase): string {
  const anywhere = { ...subject, case: '', tensor: '' };
  const spoken = ofTargetAlone(budgets).map((match) => (matches(match, anywhere) ? '1' : '0'));
  return JSON.stringify([suite, spoken.join('')]);
}

/** What the matchers of rules and waivers ask of a target, whatever they ask of suites, cases and tensors. */
function ofTargetAlone(budgets: Budgets | undefined): readonly Matcher[] {
  if (budgets === undefined) return [];
  const known = targetMatchers.get(budgets);
  if (known) return known;
  const made = [...budgets.rules, ...budgets.waivers].map(({ match }) => {
    const { suite: _suite, case: _case, tensor: _tensor, ...rest } = match;
    return rest;
  });
  targetMatchers.set(budgets, made);
  return made;
}

const targetMatchers = new WeakMap<Budgets, readonly Matcher[]>();

function isMeasuredAlike(left: TargetCase, right: TargetCase): boolean {
  return (
    left.budgets === right.budgets &&
    left.capture.placement === right.capture.placement &&
    left.determinism?.repeats === right.determinism?.repeats &&
    left.determinism?.tensors === right.determinism?.tensors &&
    left.comparisons === right.comparisons
  );
}
