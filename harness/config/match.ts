import type { Matcher } from '../domain/budgets.ts';
import { parseIsa, satisfiesIsa } from './isa.ts';
import { compileGlob } from './name-glob.ts';

/** What a budget's matcher is held against: one tensor of one case on one target. */
export interface MatchSubject {
  readonly suite: string;
  readonly case: string;
  readonly tensor: string;
  readonly device: string;
  readonly delegate: string;
  readonly soc: string;
  readonly tags: readonly string[];
  /** Features that the target's probe reported; undefined when it has not answered. */
  readonly isa?: readonly string[] | undefined;
}

type Predicate = (subject: MatchSubject) => boolean;

const compiled = new WeakMap<Matcher, Predicate>();

/** True when every key of the matcher matches; an empty matcher matches everything. `tag` matches when any of the tags does. */
export function matches(matcher: Matcher, subject: MatchSubject): boolean {
  let predicate = compiled.get(matcher);
  if (!predicate) {
    predicate = compileMatcher(matcher);
    compiled.set(matcher, predicate);
  }
  return predicate(subject);
}

const NAME_KEYS = ['suite', 'case', 'tensor', 'device', 'delegate', 'soc'] as const;

function compileMatcher(matcher: Matcher): Predicate {
  const predicates: Predicate[] = [];
  for (const key of NAME_KEYS) {
    const glob = matcher[key];
    if (glob === undefined) continue;
    const matchesName = compileGlob(glob);
    predicates.push((subject) => matchesName(subject[key]));
  }
  if (matcher.tag !== undefined) {
    const matchesTag = compileGlob(matcher.tag);
    predicates.push((subject) => subject.tags.some(matchesTag));
  }
  if (matcher.isa !== undefined) {
    const condition = parseIsa(matcher.isa);
    predicates.push((subject) => satisfiesIsa(condition, subject.isa));
  }
  return (subject) => predicates.every((predicate) => predicate(subject));
}
