import { type Difference, differenceOf, strideOf } from '../difference.ts';
import type { Sample } from '../evidence.ts';
import { type CauseRule, finding } from '../finding.ts';
import { excess, explains, rounding } from '../permutation.ts';

interface Layout {
  readonly name: string;
  /** Axes of the reference in the order in which the candidate's elements follow each other. */
  readonly order: readonly number[];
}

const LAYOUTS: Readonly<Record<number, readonly Layout[]>> = {
  2: [{ name: 'transposed', order: [1, 0] }],
  3: [
    { name: 'the last two axes swapped', order: [0, 2, 1] },
    { name: 'the first two axes swapped', order: [1, 0, 2] },
  ],
  4: [
    { name: 'NHWC where NCHW is meant', order: [0, 2, 3, 1] },
    { name: 'NCHW where NHWC is meant', order: [0, 3, 1, 2] },
    { name: 'height and width swapped', order: [0, 1, 3, 2] },
    { name: 'batch and channels swapped', order: [1, 0, 2, 3] },
  ],
};

/** The elements are the reference's in the order of another layout, up to rounding. 0.95: chance does not do that. */
export const wrongLayout: CauseRule = (evidence) => {
  const difference = differenceOf(evidence);
  const { shape } = evidence.samples[0]!.reference;
  if (difference.differing === 0 || !isWhole(evidence.samples[0]!, difference)) return undefined;
  const before = excessOf(difference, shape, [...shape.keys()]);
  const layout = (LAYOUTS[shape.length] ?? []).find(({ order }) =>
    explains(excessOf(difference, shape, order), before),
  );
  if (!layout) return undefined;
  return finding(evidence, {
    cause: 'wrong-layout',
    confidence: 0.95,
    title: `The elements are in another order: ${layout.name}`,
    because: [
      `Read in the order of axes ${layout.order.join(', ')} the two sides agree up to rounding: the values are right, their places are not.`,
    ],
    remedy:
      'Check the layout that the delegate expects and gives (NHWC or NCHW), and where the converter inserts or drops a Transpose.',
  });
};

/** A permutation of a part of a tensor is none. */
function isWhole({ reference, candidate }: Sample, { count }: Difference): boolean {
  return reference.values.length === count && candidate.values.length === count;
}

function excessOf(difference: Difference, shape: readonly number[], order: readonly number[]): number {
  const { reference, candidate } = difference;
  const tolerance = rounding(difference);
  const strides = order.map((axis) => strideOf(shape, axis));
  const lengths = order.map((axis) => shape[axis]!);
  const at = order.map(() => 0);
  let from = 0;
  let sum = 0;
  for (let to = 0; to < candidate.length; to++) {
    sum += excess(reference[from]!, candidate[to]!, tolerance);
    for (let axis = order.length - 1; axis >= 0; axis--) {
      at[axis]! += 1;
      from += strides[axis]!;
      if (at[axis]! < lengths[axis]!) break;
      from -= strides[axis]! * lengths[axis]!;
      at[axis] = 0;
    }
  }
  return sum;
}
