import { groupBy } from '../../domain/group-by.ts';
import type { Status, TargetVerdicts, Verdict, VerdictSummary } from '../../domain/run-files.ts';
import { bodyOf } from '../../domain/target-verdicts.ts';

/** What is said of a suite on a target. Targets of which the same is said hold the same list. */
export type VerdictList = Pick<TargetVerdicts, 'suite' | 'target' | 'said'>;

const keyOf = ({ suite, target }: { readonly suite: string; readonly target: string }) =>
  `${suite}\0${target}`;

export function listsByTarget(verdicts: readonly Verdict[]): VerdictList[] {
  return [...groupBy(verdicts, keyOf).values()].map((own) => {
    const { suite, target } = own[0]!;
    return { suite, target, said: own.map(bodyOf) };
  });
}

/** One list for a target that several have a word on. */
export function mergeLists(lists: readonly VerdictList[]): VerdictList[] {
  return [...groupBy(lists, keyOf).values()].map((own) => {
    const [first, ...others] = own as [VerdictList, ...VerdictList[]];
    return others.length === 0 ? first : { ...first, said: own.flatMap(({ said }) => said) };
  });
}

export function summarize(lists: readonly VerdictList[]): VerdictSummary {
  const holders = groupBy(lists, ({ said }) => said);
  const count = (status: Status) =>
    [...holders].reduce(
      (sum, [said, targets]) => sum + targets.length * said.filter((each) => each.status === status).length,
      0,
    );
  return {
    pass: count('PASS'),
    warn: count('WARN'),
    waived: count('WAIVED'),
    fail: count('FAIL'),
    incomplete: count('INCOMPLETE'),
    notComparable: count('NOT_COMPARABLE'),
    skipped: count('SKIPPED'),
  };
}

/** 3 outranks 1: an incomplete run proves nothing. A run in which nothing was judged is incomplete. */
export function exitCodeOf(summary: VerdictSummary, isJudged: boolean): 0 | 1 | 3 {
  if (summary.incomplete > 0 || summary.notComparable > 0 || !isJudged) return 3;
  return summary.fail > 0 ? 1 : 0;
}
