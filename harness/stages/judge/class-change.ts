import type { Baseline, BaselineAnswer } from '../../domain/baseline.ts';
import { listed } from './baseline-change.ts';
import type { Approved } from './judge-baseline.ts';

interface ClassChange {
  /** Targets that it left or joined. */
  readonly count: number;
  readonly words: string;
}

/**
 * Whom a target agreed with when approved, and whom it agrees with now, among the targets that answered in this run in the environment
 * that they were approved in; undefined where these are the same.
 */
export function classChange(
  tensor: string,
  { book, ofSuite, peers, environments }: Approved,
  baseline: Baseline,
): ClassChange | undefined {
  const bytesOf = (entry: Baseline) => {
    const id = entry.answers.find((each) => each.tensor === tensor)?.answer;
    const answer = id === undefined ? undefined : book.answers.get(id);
    return answer && approvedBytes(answer);
  };
  const own = bytesOf(baseline);
  const others = ofSuite.filter(
    (each) => each.target !== baseline.target && environments.get(each.target) === each.environment.id,
  );
  const known = new Set(others.map((each) => each.target));
  const before = new Set(others.filter((each) => bytesOf(each) === own).map((each) => each.target));
  const now = new Set(peers(tensor).filter((name) => known.has(name)));
  const left = [...before].filter((name) => !now.has(name));
  const joined = [...now].filter((name) => !before.has(name));
  if (left.length + joined.length === 0) return undefined;
  const words = [
    left.length > 0 ? `no longer agrees with ${listed(left)}` : undefined,
    joined.length > 0 ? `now agrees with ${listed(joined)}` : undefined,
  ];
  return {
    count: left.length + joined.length,
    words: words.filter((part) => part !== undefined).join('; '),
  };
}

/** Without the metrics: those of equal bytes differ where another fleetdiff or another reference gave them. */
function approvedBytes(answer: BaselineAnswer): string {
  const known = bytesOfAnswers.get(answer);
  if (known !== undefined) return known;
  const made = JSON.stringify(answer.cases.map(({ case: name, answers }) => [name, answers]));
  bytesOfAnswers.set(answer, made);
  return made;
}

/** Each target that moved is held against all others: an answer that many gave is written down once. */
const bytesOfAnswers = new WeakMap<BaselineAnswer, string>();
