import { compareText } from '../../../findings.ts';
import type { PageHead } from '../../../page-data/page-data.ts';
import { FACETS, type Facet, movedValues } from '../../filters.ts';
import { MARK_WORDS, type Mark, markRank, targetMark } from '../../parts/status-mark.tsx';

/** What a person reads where a facet is chosen. */
export const FACET_WORDS: Readonly<Record<Facet, string>> = {
  status: 'Verdict',
  soc: 'SoC',
  delegate: 'Delegate',
  device: 'Device',
  tag: 'Tag',
  suite: 'Suite',
  tensor: 'Tensor',
  cause: 'Cause',
  capture: 'Capture',
  moved: 'Movement',
};

/** Per facet the values of this run, in an order that a person would look them up in; facets with one value choose nothing. */
export function facetValues(head: PageHead): ReadonlyMap<Facet, readonly string[]> {
  const values: Readonly<Record<Facet, Iterable<string>>> = {
    status: statuses(head),
    soc: names(head.targets.map(({ soc }) => soc)),
    delegate: names(head.targets.map(({ delegate }) => delegate)),
    device: names(head.targets.map(({ device }) => device)),
    tag: names(head.targets.flatMap(({ tags }) => tags)),
    suite: head.suites.map(({ name }) => name),
    tensor: [...new Set(head.entries.map(({ tensor }) => tensor))],
    cause: names([
      ...head.targets.flatMap(({ cause }) => (cause === undefined ? [] : [cause.name])),
      ...head.findings.flatMap(({ cause }) => (cause === undefined ? [] : [cause.name])),
    ]),
    capture: names(head.targets.map(({ capture }) => capture)),
    moved: names(movedValues(head)),
  };
  return new Map(
    FACETS.map((facet) => [facet, [...new Set(values[facet])]] as const).filter(
      ([, each]) => each.length > 1,
    ),
  );
}

/** A value as the page names it elsewhere. */
export function valueWords(facet: Facet, value: string): string {
  if (facet === 'status') return MARK_WORDS[value as Mark] ?? value;
  return facet === 'tensor' && value === '*' ? 'whole target' : value;
}

function statuses({ targets, findings }: PageHead): readonly string[] {
  const found = new Set<Mark>([...targets.map(targetMark), ...findings.map(({ status }) => status)]);
  return [...found].sort((left, right) => markRank(left) - markRank(right));
}

function names(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort(compareText);
}
