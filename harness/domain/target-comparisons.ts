import { groupByTarget } from './group-by.ts';
import type { Comparison, ComparisonBody, Comparisons, TargetComparisons } from './run-files.ts';

/** What was measured of each suite on each target, in the run's order. */
export function targetComparisons(value: Comparisons): readonly TargetComparisons[] {
  if (value.ofTargets !== undefined) return value.ofTargets;
  const groups = groupByTarget(value.comparisons, ({ suite, target }) => JSON.stringify([suite, target]));
  return [...groups.values()].map((measured) => {
    const { suite, target } = measured[0]!;
    return { suite, target, measured };
  });
}

/** How many there are, of all targets, that `holds` is true of. A list that targets share is looked at once. */
export function countComparisons(
  value: Comparisons,
  holds: (body: ComparisonBody) => boolean = () => true,
): number {
  const counts = new Map<readonly ComparisonBody[], number>();
  return targetComparisons(value).reduce((sum, { measured }) => {
    const own = counts.get(measured) ?? measured.filter(holds).length;
    counts.set(measured, own);
    return sum + own;
  }, 0);
}

/** Comparisons as they are made and read: a list that targets share is held once, and one of each target is made when somebody asks for it. */
export function comparisonsByTarget(
  head: Omit<Comparisons, 'comparisons' | 'ofTargets'>,
  ofTargets: readonly TargetComparisons[],
): Comparisons {
  let all: readonly Comparison[] | undefined;
  const made = {
    ...head,
    get comparisons() {
      all ??= ofTargets.flatMap(({ target, measured }) => measured.map((body) => comparisonOf(body, target)));
      return all;
    },
  };
  // Said once is enough: as JSON it is comparisons.json.
  return Object.defineProperty(made, 'ofTargets', { value: ofTargets });
}

/** Spreading one object after named fields takes V8 a thirtieth of the time of spreading two. */
export function comparisonOf(
  { suite, case: name, tensor, ...rest }: ComparisonBody,
  target: string,
): Comparison {
  return { suite, case: name, target, tensor, ...rest } as Comparison;
}
