import { inLanes } from '../../comparison/in-lanes.ts';
import type {
  ClassPairComparison,
  ClassPairs,
  Determinism,
  Equivalence,
  EquivalenceClass,
} from '../../domain/run-files.ts';
import type { PlannedSuite } from '../../domain/suite.ts';
import type { CapturedCapture } from '../deliveries.ts';
import { distinctAnswers, distinctOutputs, repeatsOf } from './answers.ts';
import { type CapturedPair, compareTargets } from './compare-targets.ts';
import type { PairLedger } from './pair-ledger.ts';

/** A suite of which answers were classified already. */
export interface ClassifiedSuite {
  readonly suite: PlannedSuite;
  readonly captures: readonly CapturedCapture[];
  readonly determinism: Determinism['targets'];
  readonly tensors: Equivalence['suites'][number]['tensors'];
}

/** What a run spends on pairs that decide nothing. */
const MOST_CLASSES = 8;
const MOST_COMPARISONS = 200;
const MOST_BYTES = 1 << 30;

interface Pair extends CapturedPair {
  readonly tensor: string;
  readonly classes: readonly [EquivalenceClass, EquivalenceClass];
  readonly repeatNoise: Determinism['targets'][number]['tensors'][number]['noise_max_abs'];
}

/**
 * Classes of a tensor against each other. The class of the reference is left to comparisons.json, where every other class is
 * compared with it. A pair is compared over all cases or not at all; those that stand for most pairs of targets come first.
 */
export async function compareClasses(
  suites: readonly ClassifiedSuite[],
  ledger: PairLedger,
  lanes: number,
): Promise<Pick<ClassPairs, 'pairs' | 'leftOut'>> {
  const all = suites.flatMap(pairsOf);
  const chosen = affordable(all);
  const pairs = all.filter((pair) => chosen.has(pair));
  const asked = pairs.flatMap((pair) => pair.suite.cases.map(({ name }) => ({ pair, name })));
  const answers = await inLanes(asked, lanes, ({ pair, name }) =>
    compareTargets(pair, name, pair.tensor, pair.repeatNoise, ledger),
  );
  return {
    pairs: pairs.map((pair): ClassPairComparison => {
      const [reference, candidate] = pair.classes;
      return {
        suite: pair.suite.name,
        tensor: pair.tensor,
        reference: { id: reference.id, digest: reference.digest },
        candidate: { id: candidate.id, digest: candidate.digest },
        comparisons: answers.filter((_, index) => asked[index]!.pair === pair),
      };
    }),
    leftOut: suites.flatMap(({ suite, tensors }) =>
      tensors.flatMap(({ tensor, classes }) => {
        const open = classes.filter(({ reference }) => !reference).length;
        const compared = pairs.filter((pair) => pair.suite === suite && pair.tensor === tensor).length;
        const missing = (open * (open - 1)) / 2 - compared;
        return missing > 0 ? [{ suite: suite.name, tensor, pairs: missing }] : [];
      }),
    ),
  };
}

/** Classes stand in the order of their size. */
function pairsOf({ suite, captures, determinism, tensors }: ClassifiedSuite): readonly Pair[] {
  const captureOf = new Map(captures.map((capture) => [capture.target, capture]));
  const noiseOf = new Map(
    determinism.map((each) => [
      each.target,
      new Map(each.tensors.map((entry) => [entry.tensor, entry.noise_max_abs])),
    ]),
  );
  return tensors.flatMap(({ tensor, classes }) => {
    const open = classes.filter(({ reference }) => !reference).slice(0, MOST_CLASSES);
    // All targets of a class gave the same answers.
    const captureOfClass = ({ targets: [first] }: EquivalenceClass) => captureOf.get(first!)!;
    const isSteady = (own: EquivalenceClass) => distinctOutputs(captureOfClass(own).cases, tensor) === 1;
    return open.flatMap((left, index) =>
      open.slice(index + 1).flatMap((right): Pair[] => {
        // One answer alone can take the reference's place: of two that give several, none speaks for its class.
        const [reference, candidate] = isSteady(left) ? [left, right] : [right, left];
        if (!isSteady(reference)) return [];
        return [
          {
            suite,
            tensor,
            classes: [reference, candidate],
            reference: captureOfClass(reference),
            candidate: captureOfClass(candidate),
            repeatNoise: noiseOf.get(candidate.targets[0]!)?.get(tensor) ?? 0,
          },
        ];
      }),
    );
  });
}

function affordable(pairs: readonly Pair[]): ReadonlySet<Pair> {
  const chosen = new Set<Pair>();
  let [comparisons, bytes] = [0, 0];
  for (const pair of pairs.toSorted((left, right) => targetPairs(right) - targetPairs(left))) {
    const needed = bytesOf(pair);
    if (comparisons + pair.suite.cases.length > MOST_COMPARISONS || bytes + needed > MOST_BYTES) continue;
    chosen.add(pair);
    comparisons += pair.suite.cases.length;
    bytes += needed;
  }
  return chosen;
}

function targetPairs({ classes: [left, right] }: Pair): number {
  return left.targets.length * right.targets.length;
}

function bytesOf({ reference, candidate, tensor }: Pair): number {
  const cases = [...reference.cases, ...candidate.cases];
  const answers = cases.flatMap((entry) => distinctAnswers(repeatsOf(entry, tensor)));
  return answers.reduce((sum, { bytes }) => sum + bytes, 0);
}
