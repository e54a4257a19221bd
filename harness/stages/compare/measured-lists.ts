import type { ComparisonBody } from '../../domain/run-files.ts';
import type { Body, Question } from './answer-question.ts';
import type { Asked } from './questions.ts';

interface Measured {
  readonly list: readonly ComparisonBody[];
  /** How many pairs of answers were held against each other for it. */
  readonly pairs: number;
}

/** What was asked of a target with its answers; made once for all that were asked the same. */
export function measuredLists(answers: ReadonlyMap<Question, Body>): (asked: readonly Asked[]) => Measured {
  const known = new Map<readonly Asked[], Measured>();
  return (asked) => {
    const found = known.get(asked);
    if (found) return found;
    const list = asked.map((each) => ({
      ...each.place,
      ...('question' in each ? answers.get(each.question)! : each.refusal),
    }));
    const pairs = asked.map((each) => ('question' in each ? each.question.candidates.length : 0));
    const made = { list, pairs: pairs.reduce((sum, next) => sum + next, 0) };
    known.set(asked, made);
    return made;
  };
}
