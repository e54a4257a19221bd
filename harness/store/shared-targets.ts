import { groupBy } from '../domain/group-by.ts';
import { type MergedOrder, mergedOrder } from './merged-order.ts';

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
 * entries, and by a name for each further target. Targets keep their order, and so do the entries of each.
 * @param part names of the texts that tell parts of the file apart, each with entries of all targets
 * @param place names of the texts that tell the entries of one target in a part apart
 */
export function shareTargets<Entry extends OfTarget>(
  entries: readonly Entry[],
  part: readonly (string & keyof Entry)[],
  place: readonly (string & keyof Entry)[],
): SharedEntries<Entry> {
  const names = mergedOrder<string>();
  const parts = nested<Entry, Part<Entry>>(part, () => ({
    places: nested(place, () => ({ groups: [], byContent: new Map() })),
    order: mergedOrder(),
  }));
  const contentOf = contentKeys();
  let last: { readonly part: Part<Entry>; readonly target: string; readonly group: Group<Entry> } | undefined;
  for (const entry of entries) {
    const { target } = entry;
    const own = parts.of(entry);
    const before = last?.part === own ? last : undefined;
    const expected = last?.group.next;
    const group =
      expected && holdsTheSame(expected.entry, entry)
        ? expected
        : groupOf(own.places.of(entry), entry, contentOf);
    group.targets.push(target);
    if (target !== last?.target) names.see(target, before?.target);
    own.order.see(group.place, target === before?.target ? before.group.place : undefined);
    if (last) last.group.next = group;
    last = { part: own, target, group };
  }
  const targetSets: (readonly string[])[] = [names.all()];
  const setOf = new Map([[JSON.stringify(targetSets[0]), 0]]);
  const shared: Shared<Entry>[] = [];
  for (const { groups } of parts.all.flatMap(({ order }) => order.all())) {
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
  readonly place: Place<Entry>;
  readonly targets: string[];
  /** What came after it the last time: of targets that answer alike it comes again. */
  next: Group<Entry> | undefined;
}

interface Place<Entry> {
  readonly groups: Group<Entry>[];
  readonly byContent: Map<string, Group<Entry>>;
}

interface Part<Entry> {
  readonly places: Nested<Entry, Place<Entry>>;
  readonly order: MergedOrder<Place<Entry>>;
}

/** Entries that were made of one comparison hold the same objects: seen at once. Others are told apart by what they hold. */
function groupOf<Entry extends OfTarget>(
  place: Place<Entry>,
  entry: Entry,
  contentOf: (entry: OfTarget) => string,
): Group<Entry> {
  const { groups, byContent } = place;
  for (let tried = 0; tried < groups.length && tried < MOST_TRIED; tried++)
    if (holdsTheSame(groups[tried]!.entry, entry)) return groups[tried]!;
  const content = contentOf(entry);
  const known = byContent.get(content);
  if (known) return known;
  const group: Group<Entry> = { entry, place, targets: [], next: undefined };
  groups.push(group);
  byContent.set(content, group);
  return group;
}

const MOST_TRIED = 16;

interface Nested<Entry, Item> {
  of(entry: Entry): Item;
  /** In first-seen order. */
  readonly all: readonly Item[];
}

type Level<Item> = Map<unknown, Level<Item> | Item>;

/** A map a name: their texts are held once and hashed already, which a text of all of them together would not be. */
function nested<Entry, Item extends object>(
  names: readonly (string & keyof Entry)[],
  make: () => Item,
): Nested<Entry, Item> {
  const all: Item[] = [];
  const root: Level<Item> = new Map();
  const lastName = names.at(-1);
  const of = (entry: Entry): Item => {
    let level = root;
    for (const name of names.slice(0, -1)) {
      const next = (level.get(entry[name]) as Level<Item> | undefined) ?? new Map();
      level.set(entry[name], next);
      level = next;
    }
    const text = lastName === undefined ? '' : entry[lastName];
    const found = level.get(text) as Item | undefined;
    if (found) return found;
    const item = make();
    level.set(text, item);
    all.push(item);
    return item;
  };
  return { of, all };
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

/**
 * One entry a target again: suite by suite, in it target by target. What the entries hold is shared, not copied.
 * @param ofTargets what all of an entry's targets have in common is looked at once
 */
export function expandTargets<Entry extends OfTarget>(
  targetSets: readonly (readonly string[])[],
  entries: readonly Shared<Entry>[],
  ofTargets: (entry: Shared<Entry>) => (target: string) => Entry,
): Entry[] {
  const bySuite = groupBy(entries, (entry) => (entry as unknown as OfTarget).suite);
  const expanded: Entry[] = [];
  for (const ofSuite of bySuite.values()) {
    const byTarget = new Map<string, ((target: string) => Entry)[]>(
      targetSets[0]?.map((target) => [target, []]),
    );
    for (const entry of ofSuite) {
      const make = ofTargets(entry);
      for (const target of targetSets[entry.targets]!) byTarget.get(target)!.push(make);
    }
    for (const [target, own] of byTarget) for (const make of own) expanded.push(make(target));
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
