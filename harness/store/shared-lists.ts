import { groupBy } from '../domain/group-by.ts';
import { type Shared, type SharedEntries, shareTargets } from './shared-targets.ts';

/** What is said of one suite on one target; targets of which the same is said hold the same list. */
export interface TargetList<Body> {
  readonly suite: string;
  readonly target: string;
  readonly list: readonly Body[];
}

interface Entry {
  readonly suite: string;
  readonly target: string;
}

/** What an entry says, whichever target it is about. */
export type BodyOf<Of> = Of extends Entry ? Omit<Of, 'target' | 'id'> : never;

/**
 * As shareTargets, without a look at every target: those that hold one list are shared already.
 * @param lists suite by suite
 * @param part @param place as of shareTargets
 */
export function shareLists<Of extends Entry>(
  lists: readonly TargetList<BodyOf<Of>>[],
  part: readonly (string & keyof Of)[],
  place: readonly (string & keyof Of)[],
): SharedEntries<Of> {
  const targets = [...new Set(lists.map(({ target }) => target))];
  const placeOf = new Map(targets.map((target, at) => [target, at]));
  const holders = [...groupBy(lists, ({ list }) => list).values()];
  // One entry for each different list, in the name of the list.
  const { targetSets, entries } = shareTargets(
    holders.flatMap(([first], at) =>
      first!.list.map((body) => ({ ...body, target: String(at) }) as unknown as Of),
    ),
    part,
    place,
  );
  const sets: (readonly string[])[] = [targets];
  const setOf = new Map([[targets.join('\0'), 0]]);
  const shared = targetSets.map((names) => {
    const places = names.flatMap((at) => holders[Number(at)]!.map(({ target }) => placeOf.get(target)!));
    // The first set names the lists of every suite.
    const own = [...new Set(places)].sort((left, right) => left - right).map((at) => targets[at]!);
    const key = own.join('\0');
    const set = setOf.get(key) ?? sets.push(own) - 1;
    setOf.set(key, set);
    return set;
  });
  return {
    targetSets: sets,
    entries: entries.map((entry) => ({ ...entry, targets: shared[entry.targets]! }) as Shared<Of>),
  };
}

/** The inverse: suite by suite, in it target by target. Targets that are in the same sets hold the same list. */
export function listsOfTargets<Of extends Entry>(
  targetSets: readonly (readonly string[])[],
  entries: readonly (Of | Shared<Of>)[],
): TargetList<BodyOf<Of>>[] {
  return [...groupBy(entries, suiteOf)].flatMap(([suite, ofSuite]) => {
    const bySet = groupBy(ofSuite, setNameOf);
    const setsOf = new Map<string, string[]>(targetSets[0]?.map((target) => [target, []]));
    for (const set of bySet.keys()) {
      for (const target of namesIn(set, targetSets)) {
        const own = setsOf.get(target);
        if (own) own.push(set);
        else setsOf.set(target, [set]);
      }
    }
    const listOf = new Map<string, BodyOf<Of>[]>();
    const listsIn = new Map<string, BodyOf<Of>[][]>([...bySet.keys()].map((set) => [set, []]));
    const held = [...setsOf].flatMap(([target, sets]) => {
      if (sets.length === 0) return [];
      const key = sets.join('\0');
      const list = listOf.get(key) ?? [];
      if (!listOf.has(key)) for (const set of sets) listsIn.get(set)!.push(list);
      listOf.set(key, list);
      return [{ suite, target, list }];
    });
    for (const entry of ofSuite) {
      const body = bodyOf(entry);
      for (const list of listsIn.get(setNameOf(entry))!) list.push(body);
    }
    return held;
  });
}

const suiteOf = (entry: object): string => (entry as Entry).suite;

/** `=target` of an entry of one target, which is a set by itself. */
function setNameOf(entry: object): string {
  const { target, targets } = entry as { readonly target?: string; readonly targets?: number };
  return target === undefined ? String(targets) : `=${target}`;
}

function namesIn(set: string, targetSets: readonly (readonly string[])[]): readonly string[] {
  return set.startsWith('=') ? [set.slice(1)] : targetSets[Number(set)]!;
}

function bodyOf<Of extends Entry>(entry: Of | Shared<Of>): BodyOf<Of> {
  const { targets: _, target: _target, id: _id, ...body } = entry as Of & { targets?: number; id?: string };
  return body as unknown as BodyOf<Of>;
}
