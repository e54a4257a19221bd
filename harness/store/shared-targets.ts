/** What a file says of one target, or of several at once. */
interface OfTarget {
  readonly suite: string;
  readonly target: string;
}

/** An entry that several targets share: `targets` is the place of their names in `targetSets`. */
export type Shared<Entry> = Entry extends OfTarget
  ? Omit<Entry, 'target' | 'id'> & { readonly targets: number }
  : never;

export interface SharedEntries<Entry> {
  /** The first names every target, in the order of the entries. */
  readonly targetSets: readonly (readonly string[])[];
  readonly entries: readonly Shared<Entry>[];
}

/** Fewer entries stay one a target: people and programs read that form more easily. */
export const SHARED_FROM = 10_000;

/**
 * Entries that differ in nothing but their target, and the `id` that follows from it, become one. Its size grows with the different
 * entries, and by a name for each further target.
 * @param place names of the texts that tell the entries of one target apart; the entries of a place stand together
 */
export function shareTargets<Entry extends OfTarget>(
  entries: readonly Entry[],
  place: readonly (string & keyof Entry)[],
): SharedEntries<Entry> {
  const names = new Set<string>();
  const placeOf = placesBy<Entry>(place);
  const contentOf = contentKeys();
  let last: Group<Entry> | undefined;
  for (const entry of entries) {
    if (entry.target !== last?.targets.at(-1)) names.add(entry.target);
    const group = groupOf(last, entry, placeOf, contentOf);
    group.targets.push(entry.target);
    if (last) last.next = group;
    last = group;
  }
  const targetSets: (readonly string[])[] = [[...names]];
  const setOf = new Map([[JSON.stringify([...names]), 0]]);
  const shared: Shared<Entry>[] = [];
  for (const { groups } of placeOf.all) {
    for (const { entry, targets } of groups) {
      const key = JSON.stringify(targets);
      const set = setOf.get(key) ?? targetSets.push(targets) - 1;
      setOf.set(key, set);
      const { target: _, id: _id, ...rest } = entry as Entry & { readonly id?: string };
      shared.push({ ...rest, targets: set } as unknown as Shared<Entry>);
    }
  }
  return { targetSets, entries: shared };
}

interface Group<Entry> {
  readonly entry: Entry;
  readonly targets: string[];
  /** What came after it the last time: of targets that answer alike it comes again. */
  next: Group<Entry> | undefined;
}

interface Place<Entry> {
  readonly groups: Group<Entry>[];
  readonly byContent: Map<string, Group<Entry>>;
}

/** Entries that were made of one comparison hold the same objects: seen at once. Others are told apart by what they hold. */
function groupOf<Entry extends OfTarget>(
  last: Group<Entry> | undefined,
  entry: Entry,
  placeOf: (entry: Entry) => Place<Entry>,
  contentOf: (entry: OfTarget) => string,
): Group<Entry> {
  if (last?.next && holdsTheSame(last.next.entry, entry)) return last.next;
  const { groups, byContent } = placeOf(entry);
  for (let tried = 0; tried < groups.length && tried < MOST_TRIED; tried++)
    if (holdsTheSame(groups[tried]!.entry, entry)) return groups[tried]!;
  const content = contentOf(entry);
  const known = byContent.get(content);
  if (known) return known;
  const group: Group<Entry> = { entry, targets: [], next: undefined };
  groups.push(group);
  byContent.set(content, group);
  return group;
}

const MOST_TRIED = 16;

type Level<Entry> = Map<unknown, Level<Entry> | Place<Entry>>;

/** A map a name: their texts are held once and hashed already, which a text of all of them together would not be. */
function placesBy<Entry>(
  names: readonly (string & keyof Entry)[],
): ((entry: Entry) => Place<Entry>) & { readonly all: readonly Place<Entry>[] } {
  const all: Place<Entry>[] = [];
  const root: Level<Entry> = new Map();
  const placeOf = (entry: Entry): Place<Entry> => {
    let level: Level<Entry> = root;
    for (const name of names.slice(0, -1)) {
      let next = level.get(entry[name]) as Level<Entry> | undefined;
      if (!next) {
        next = new Map();
        level.set(entry[name], next);
      }
      level = next;
    }
    const text = entry[names.at(-1)!];
    let place = level.get(text) as Place<Entry> | undefined;
    if (!place) {
      place = { groups: [], byContent: new Map() };
      level.set(text, place);
      all.push(place);
    }
    return place;
  };
  return Object.assign(placeOf, { all });
}

function holdsTheSame(left: OfTarget, right: OfTarget): boolean {
  let names = 0;
  for (const name in left) {
    names += 1;
    if (name === 'target' || name === 'id') continue;
    if (left[name as keyof OfTarget] !== right[name as keyof OfTarget]) return false;
  }
  for (const _ in right) names -= 1;
  return names === 0;
}

/** One entry a target again: suite by suite, in it target by target. What the entries hold is shared, not copied. */
export function expandTargets<Entry extends OfTarget>(
  targetSets: readonly (readonly string[])[],
  entries: readonly Shared<Entry>[],
  ofTarget: (entry: Shared<Entry>, target: string) => Entry,
): Entry[] {
  const bySuite = new Map<string, Shared<Entry>[]>();
  for (const entry of entries) {
    const own = bySuite.get((entry as unknown as OfTarget).suite);
    if (own) own.push(entry);
    else bySuite.set((entry as unknown as OfTarget).suite, [entry]);
  }
  const expanded: Entry[] = [];
  for (const ofSuite of bySuite.values()) {
    const byTarget = new Map<string, Shared<Entry>[]>(targetSets[0]?.map((target) => [target, []]));
    for (const entry of ofSuite)
      for (const target of targetSets[entry.targets]!) byTarget.get(target)!.push(entry);
    for (const [target, own] of byTarget) for (const entry of own) expanded.push(ofTarget(entry, target));
  }
  return expanded;
}

/** What is wrong with the sets, in words; undefined: nothing. */
export function whyNoSets(
  targetSets: readonly (readonly string[])[] = [],
  entries: readonly { readonly target?: string; readonly targets?: number }[],
): string | undefined {
  const all = new Set(targetSets[0]);
  if (targetSets.some((set) => new Set(set).size < set.length || set.some((target) => !all.has(target))))
    return 'every set of targets names some of the first set, each once';
  const lost = entries.find(({ target, targets }) =>
    targets === undefined ? target === undefined : target !== undefined || targetSets[targets] === undefined,
  );
  return lost && 'an entry has either "target" or "targets", the place of a set in "targetSets"';
}

/** Tells entries apart by all but their target. Objects that entries share are looked at once. */
function contentKeys(): (entry: OfTarget) => string {
  const byReference = new WeakMap<object, string>();
  const textOf = (value: object): string => {
    const known = byReference.get(value);
    const text = known ?? JSON.stringify(value);
    if (known === undefined) byReference.set(value, text);
    return text;
  };
  return (entry) => {
    let key = '';
    for (const name in entry) {
      if (name === 'target' || name === 'id') continue;
      const value: unknown = entry[name as keyof OfTarget];
      if (value === undefined) continue;
      key += `${name}${typeof value === 'object' && value !== null ? textOf(value) : JSON.stringify(value)}`;
    }
    return key;
  };
}
