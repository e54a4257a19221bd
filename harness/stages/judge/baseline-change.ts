import type { BaselineAnswer } from '../../domain/baseline.ts';

/** How an answer is not the approved one, by the names of its cases. */
export interface Change {
  /** Other bytes than approved, and other than the reference's. */
  readonly unapproved: readonly string[];
  /** Other bytes than approved, and the reference's, whose bytes moved too: nobody has looked at either. */
  readonly moved: readonly string[];
  /** The bytes of a reference that stayed as it was: an improvement. */
  readonly improved: readonly string[];
  /** Bit-identical with the reference when approved, and not now. */
  readonly diverged: readonly string[];
  readonly isReferenceMoved: boolean;
}

export function changeOf(then: BaselineAnswer, now: BaselineAnswer): Change {
  const before = new Map(then.cases.map((each) => [each.case, each]));
  const isMoved = ({ case: name, reference }: BaselineAnswer['cases'][number]) =>
    before.has(name) && before.get(name)?.reference !== reference;
  const changed = now.cases.filter(({ case: name, answers }) => {
    const approved = new Set(before.get(name)?.answers);
    return answers.some((answer) => !approved.has(answer));
  });
  const namesOf = (cases: BaselineAnswer['cases']) => cases.map((each) => each.case);
  const identical = changed.filter((each) => each.identical);
  return {
    unapproved: namesOf(changed.filter((each) => !each.identical)),
    moved: namesOf(identical.filter(isMoved)),
    improved: namesOf(identical.filter((each) => !isMoved(each))),
    diverged: namesOf(
      now.cases.filter((each) => !each.identical && before.get(each.case)?.identical === true),
    ),
    isReferenceMoved: now.cases.some(isMoved),
  };
}

/** Metrics beside the approved ones, such as "max_abs 3 → 1". */
export interface MetricMoves {
  readonly worse: readonly string[];
  readonly better: readonly string[];
}

export interface ChangeWords extends Omit<MetricMoves, 'better'> {
  /** undefined: nothing changed, or nothing that got better or worse by it. */
  readonly changed: string | undefined;
  readonly better: string | undefined;
  /** What the reference has to do with it, to be appended; '' where it stayed. */
  readonly reference: string;
}

export function changeWords(change: Change, { worse, better }: MetricMoves): ChangeWords {
  const { unapproved, moved, improved, isReferenceMoved } = change;
  const isOwnChanged = unapproved.length + moved.length + improved.length > 0;
  const reference = isOwnChanged
    ? "; the reference's own bytes moved too"
    : "; the reference's bytes moved, its own are the approved ones";
  const betterWords = better.length === 0 ? undefined : `better than approved: ${better.join(', ')}`;
  const parts = [
    unapproved.length > 0 ? `not the approved bytes: ${listed(unapproved)}` : undefined,
    moved.length > 0 ? `moved together with the reference: ${listed(moved)}` : undefined,
    improved.length > 0 && unapproved.length + moved.length === 0
      ? 'bit-identical with the reference where it was not; approve it to keep it so'
      : undefined,
    betterWords,
  ].filter((part) => part !== undefined);
  const isTold = unapproved.length > 0 && isReferenceMoved;
  return {
    worse,
    better: betterWords,
    changed: parts.length === 0 ? undefined : `${parts.join('; ')}${isTold ? reference : ''}`,
    reference: isReferenceMoved ? reference : '',
  };
}

const MOST_LISTED = 3;

export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_LISTED).join(', ');
  return names.length > MOST_LISTED ? `${shown} and ${names.length - MOST_LISTED} more` : shown;
}
