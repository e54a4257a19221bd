import { groupBy } from '../domain/group-by.ts';
import { STATUSES, type TargetVerdicts, type Verdict, type VerdictBody } from '../domain/run-files.ts';
import { type Shared, type SharedEntries, shareTargets } from './shared-targets.ts';

type List = Pick<TargetVerdicts, 'suite' | 'target' | 'said'>;

/** As shareTargets, without a look at every target: those that hold one list are shared already. */
export function shareVerdicts(ofTargets: readonly List[]): SharedEntries<Verdict> {
  const targets = [...new Set(ofTargets.map(({ target }) => target))];
  const placeOf = new Map(targets.map((target, place) => [target, place]));
  const holders = [...groupBy(ofTargets, ({ said }) => said).values()];
  // One verdict for each different list, in the name of the list.
  const { targetSets, entries } = shareTargets(
    STATUSES.flatMap((status) =>
      holders.flatMap(([first], list) =>
        first!.said.flatMap((body) => (body.status === status ? [{ ...body, target: String(list) }] : [])),
      ),
    ),
    ['status', 'suite'],
    ['case', 'tensor', 'metric'],
  );
  const sets: (readonly string[])[] = [targets];
  const setOf = new Map([[targets.join('\0'), 0]]);
  const shared = targetSets.map((lists) => {
    const places = lists.flatMap((list) => holders[Number(list)]!.map(({ target }) => placeOf.get(target)!));
    // The first set names the lists of every suite.
    const names = [...new Set(places)].sort((left, right) => left - right).map((place) => targets[place]!);
    const key = names.join('\0');
    const set = setOf.get(key) ?? sets.push(names) - 1;
    setOf.set(key, set);
    return set;
  });
  return {
    targetSets: sets,
    entries: entries.map((entry) => ({ ...entry, targets: shared[entry.targets]! }) as Shared<Verdict>),
  };
}

/** What is said of each target: suite by suite, in it target by target. Targets that are in the same sets hold the same list. */
export function listsOfTargets(
  targetSets: readonly (readonly string[])[],
  entries: readonly (Verdict | Shared<Verdict>)[],
): List[] {
  return [...groupBy(entries, ({ suite }) => suite)].flatMap(([suite, ofSuite]) => {
    const setsOf = new Map<string, string>(targetSets[0]?.map((target) => [target, '']));
    for (const set of new Set(ofSuite.map(setNameOf)))
      for (const target of namesIn(set, targetSets))
        setsOf.set(target, `${setsOf.get(target) ?? ''}${set}\0`);
    const known = new Map<string, readonly VerdictBody[]>();
    return [...setsOf].flatMap(([target, sets]) => {
      if (sets === '') return [];
      const said = known.get(sets) ?? bodiesIn(ofSuite, new Set(sets.split('\0')));
      known.set(sets, said);
      return [{ suite, target, said }];
    });
  });
}

/** `=target` of an entry of one target, which is a set by itself. */
const setNameOf = (entry: Verdict | Shared<Verdict>): string =>
  'target' in entry ? `=${entry.target}` : String(entry.targets);

function namesIn(set: string, targetSets: readonly (readonly string[])[]): readonly string[] {
  return set.startsWith('=') ? [set.slice(1)] : targetSets[Number(set)]!;
}

function bodiesIn(
  entries: readonly (Verdict | Shared<Verdict>)[],
  sets: ReadonlySet<string>,
): readonly VerdictBody[] {
  return entries.flatMap((entry) => {
    if (!sets.has(setNameOf(entry))) return [];
    const { targets: _, target: _target, id: _id, ...body } = entry as Shared<Verdict> & Verdict;
    return [body];
  });
}
