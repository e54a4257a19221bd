import type {
  ClassHead,
  ClassPair,
  EntryComparison,
  PageHead,
  TargetHead,
  TensorClasses,
} from '../../../page-data/page-data.ts';

/** One of the two targets. */
export interface Side {
  /** Index in `head.targets`. */
  readonly index: number;
  readonly target: TargetHead;
}

export type SideName = 'first' | 'second';

/** What is known of one tensor of two targets. */
export type TensorPair =
  | { readonly tensor: string; readonly status: 'same' }
  /** Their bytes differ, and the numbers are here: with the class of `reference` as the reference. */
  | {
      readonly tensor: string;
      readonly status: 'compared';
      readonly reference: SideName;
      readonly comparisons: readonly EntryComparison[];
    }
  /** Their bytes differ, and one has the reference's own: the other's entry holds the numbers. */
  | {
      readonly tensor: string;
      readonly status: 'againstReference';
      readonly reference: SideName;
      /** Of the side that is not the reference: index in `head.entries`. */
      readonly entry: number;
    }
  /** Their bytes differ, and nobody compared them. */
  | { readonly tensor: string; readonly status: 'notCompared' }
  /** These did not answer, or not what can be compared. */
  | { readonly tensor: string; readonly status: 'noAnswer'; readonly of: readonly SideName[] };

const SIDES: readonly SideName[] = ['first', 'second'];

/** Every tensor of the suite, those that differ first. */
export function tensorPairs(
  head: PageHead,
  sides: Readonly<Record<SideName, Side>>,
  tensors: readonly TensorClasses[],
  pairs: readonly ClassPair[],
): TensorPair[] {
  const names = new Set([
    ...tensors.map(({ tensor }) => tensor),
    ...SIDES.flatMap((side) => (head.sheets[sides[side].target.sheet] ?? []).map(tensorOf)),
  ]);
  names.delete('*');
  function tensorOf(entry: number): string {
    return head.entries[entry]!.tensor;
  }
  const classesOf = new Map(tensors.map(({ tensor, classes }) => [tensor, classes]));
  const found = [...names].map((tensor): TensorPair => {
    const classes = classesOf.get(tensor) ?? [];
    const classOf = (side: SideName) => classes.find(({ targets }) => targets.includes(sides[side].index));
    const [first, second] = [classOf('first'), classOf('second')];
    const entryOf = (side: SideName) =>
      (head.sheets[sides[side].target.sheet] ?? []).find((entry) => tensorOf(entry) === tensor);
    const reference = SIDES.find((side) => sides[side].target.role === 'reference');
    if (reference !== undefined) return withReference(tensor, reference, classOf, entryOf);
    if (first === undefined || second === undefined) {
      return { tensor, status: 'noAnswer', of: SIDES.filter((side) => classOf(side) === undefined) };
    }
    if (first === second) return { tensor, status: 'same' };
    return differing(tensor, first, second, pairs, entryOf);
  });
  const rank = ({ status }: TensorPair) => (status === 'same' ? 1 : 0);
  return found.sort((left, right) => rank(left) - rank(right));
}

/** Classes hold candidates alone: whether one has the reference's bytes stands in its own class. */
function withReference(
  tensor: string,
  reference: SideName,
  classOf: (side: SideName) => ClassHead | undefined,
  entryOf: (side: SideName) => number | undefined,
): TensorPair {
  const other = reference === 'first' ? 'second' : 'first';
  const own = classOf(other);
  if (own === undefined) return { tensor, status: 'noAnswer', of: [other] };
  if (own.reference) return { tensor, status: 'same' };
  const entry = entryOf(other);
  return entry === undefined
    ? { tensor, status: 'notCompared' }
    : { tensor, status: 'againstReference', reference, entry };
}

function differing(
  tensor: string,
  first: ClassHead,
  second: ClassHead,
  pairs: readonly ClassPair[],
  entryOf: (side: SideName) => number | undefined,
): TensorPair {
  for (const [reference, own, other] of [
    ['first', first, second],
    ['second', second, first],
  ] as const) {
    const entry = entryOf(reference === 'first' ? 'second' : 'first');
    if (own.reference && entry !== undefined) {
      return { tensor, status: 'againstReference', reference, entry };
    }
    const pair = pairs.find(
      (each) => each.tensor === tensor && each.reference === own.id && each.candidate === other.id,
    );
    if (pair !== undefined) return { tensor, status: 'compared', reference, comparisons: pair.comparisons };
  }
  return { tensor, status: 'notCompared' };
}

/** "Same bytes in 3 of 4 tensors." */
export function sameBytesWords(pairs: readonly TensorPair[]): string {
  const same = pairs.filter(({ status }) => status === 'same').length;
  const silent = pairs.filter(({ status }) => status === 'noAnswer').length;
  if (pairs.length === 0) return 'There is no tensor to compare.';
  if (silent === pairs.length) return 'There is nothing to compare: an answer is missing.';
  if (same === pairs.length)
    return pairs.length === 1 ? 'Same bytes.' : `Same bytes in all ${pairs.length} tensors.`;
  if (pairs.length === 1) return 'Different bytes.';
  return `Same bytes in ${same === 0 ? 'none' : same} of ${pairs.length} tensors${silent === 0 ? '' : `; ${silent} cannot be compared`}.`;
}
