import { z } from 'zod';
import { expandTargets, type Shared, whyNoSets } from '../shared-targets.ts';
import { count, text, texts } from './parts.ts';

/** Which target an entry speaks of, or which targets. */
export const targetOrTargets = {
  target: text.exactOptional(),
  targets: count
    .meta({
      description: 'In the place of "target": the entry holds for every target of this set of targetSets.',
    })
    .exactOptional(),
} as const;

/** The JSON Schema of an object that has these keys. */
const having = (...names: readonly string[]) => ({
  properties: Object.fromEntries(names.map((name) => [name, true])),
  required: names,
});

/** What `expanded` checks, for the JSON Schema: the entry has `targets`, or these and no `targets`. */
export const targetsOr = (...names: readonly string[]) => ({
  oneOf: [
    { ...having(...names), not: having('targets') },
    { ...having('targets'), not: { anyOf: names.map((name) => having(name)) } },
  ],
});

export const targetSets = z
  .array(texts)
  .meta({
    description: 'Targets of which entries say the same, by their place; the first set names every target.',
  })
  .exactOptional();

/** Entries of one target each, in their order; those that were written for several targets come as one of each. */
export function expanded<Entry extends { readonly suite: string; readonly target: string }>(
  sets: readonly (readonly string[])[] | undefined,
  entries: readonly (Entry | Shared<Entry>)[],
  ofTargets: (entry: Shared<Entry>) => (target: string) => Entry,
  context: z.RefinementCtx,
): Entry[] {
  const why = whyNoSets(sets, entries);
  if (why !== undefined) {
    context.addIssue({ code: 'custom', message: why });
    return z.NEVER;
  }
  const isPlain = (entry: Entry | Shared<Entry>): entry is Entry => 'target' in entry;
  if (entries.every(isPlain)) return entries as Entry[];
  const shared = entries.filter((entry): entry is Shared<Entry> => !isPlain(entry));
  return [...entries.filter(isPlain), ...expandTargets(sets ?? [], shared, ofTargets)];
}
