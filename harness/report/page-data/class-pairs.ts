import type { ClassPairComparison, Equivalence } from '../../domain/run-files.ts';
import type { ReportInput } from '../report-input.ts';
import type { ClassPair, EntryComparison } from './page-data.ts';
import { roundNumbers } from './round-numbers.ts';

/** Classes of a suite against each other, numbers to 7 digits. Pairs of classes that the run no longer has are left out. */
export function classPairsOf(
  { pairs, equivalence }: Pick<ReportInput, 'pairs' | 'equivalence'>,
  suite: string,
): readonly ClassPair[] {
  const isCurrent = currentClasses(equivalence, suite);
  return (pairs?.pairs ?? [])
    .filter((pair) => pair.suite === suite && isCurrent(pair, 'reference') && isCurrent(pair, 'candidate'))
    .map(({ tensor, reference, candidate, comparisons }) => ({
      tensor,
      reference: reference.id,
      candidate: candidate.id,
      comparisons: roundNumbers(comparisons, 7) as readonly EntryComparison[],
    }));
}

/** Ids are given anew by every comparison; a digest stays with its answers. */
function currentClasses({ suites }: Equivalence, name: string) {
  const digests = new Map(
    suites
      .filter(({ suite }) => suite === name)
      .flatMap(({ tensors }) =>
        tensors.map(
          ({ tensor, classes }) => [tensor, new Map(classes.map(({ id, digest }) => [id, digest]))] as const,
        ),
      ),
  );
  return (pair: ClassPairComparison, side: 'reference' | 'candidate') =>
    digests.get(pair.tensor)?.get(pair[side].id) === pair[side].digest;
}
