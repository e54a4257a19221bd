import type { PageHead, TargetHead } from '../page-data/page-data.ts';

/** What can be chosen from; values of one are OR-ed, different ones AND-ed. */
export const FACETS = [
  'status',
  'soc',
  'delegate',
  'device',
  'tag',
  'suite',
  'tensor',
  'cause',
  'capture',
  'moved',
] as const;
export type Facet = (typeof FACETS)[number];

/** What the overview shows, kept in the link. */
export interface Filters {
  /** Words that all must be found; phrases in quotes. */
  readonly text: string;
  /** Empty: anything. */
  readonly chosen: Readonly<Record<Facet, readonly string[]>>;
}

/** Values of the facet `moved`. */
export const MOVED = 'moved';
const STAYED = 'not moved';

const TEXT_KEY = 'q';

export const NO_FILTERS: Filters = parseFilters(new URLSearchParams());

export function parseFilters(query: URLSearchParams): Filters {
  const chosen = FACETS.map((facet) => [facet, [...new Set(query.getAll(facet))]] as const);
  return { text: query.get(TEXT_KEY) ?? '', chosen: Object.fromEntries(chosen) as Filters['chosen'] };
}

/** The link's query with these filters in it; what else stands there stays. */
export function formatFilters(query: URLSearchParams, { text, chosen }: Filters): URLSearchParams {
  const next = new URLSearchParams(query);
  next.delete(TEXT_KEY);
  if (text !== '') next.set(TEXT_KEY, text);
  for (const facet of FACETS) {
    next.delete(facet);
    for (const value of chosen[facet]) next.append(facet, value);
  }
  return next;
}

export function isFiltered({ text, chosen }: Filters): boolean {
  return text.trim() !== '' || FACETS.some((facet) => chosen[facet].length > 0);
}

export function withChosen(filters: Filters, facet: Facet, values: readonly string[]): Filters {
  return { ...filters, chosen: { ...filters.chosen, [facet]: values } };
}

/** Per target whether it moved since its run before; empty where none did, or nobody knows. */
export function movedValues({ moved, targets }: PageHead): readonly string[] {
  if (moved === undefined) return [];
  const indices = new Set(moved.targets);
  return targets.map((_, index) => (indices.has(index) ? MOVED : STAYED));
}

/** Whether the target is of the chosen SoC, delegate, device, tag, suite and state of capture. */
export function matchesTarget(head: PageHead, target: TargetHead, { chosen }: Filters): boolean {
  const has = (facet: Facet, values: readonly string[]) =>
    chosen[facet].length === 0 || values.some((value) => chosen[facet].includes(value));
  return (
    has('soc', [target.soc]) &&
    has('delegate', [target.delegate]) &&
    has('device', [target.device]) &&
    has('tag', target.tags) &&
    has('suite', [head.suites[target.suite]?.name ?? '']) &&
    has('capture', [target.capture])
  );
}
