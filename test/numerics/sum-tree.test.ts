import { describe, expect, test } from 'vitest';
import type { SumNode, Sums } from '../../harness/numerics/measurement.ts';
import { pushNode, totalSums } from '../../harness/numerics/sum-tree.ts';
import { measureWhole, rulesFor } from './measure.ts';
import { readVectors } from './read-vectors.ts';
import type { PairFamily } from './seeded-pairs.ts';
import { seededPair } from './seeded-pairs.ts';

interface SumVector {
  readonly family: PairFamily;
  readonly elements: number;
  readonly seed: number;
  readonly scales: readonly number[];
  /** Smallest and largest float64 within the stated bound of the exact sum. */
  readonly sums: Readonly<Record<Exclude<keyof Sums, 'steps'>, readonly [number, number]>>;
}

describe('every sum lies within its stated bound of the exact one', () => {
  test.for(readVectors<SumVector>('sums'))('$family, $elements elements', (vector) => {
    const { reference, candidate } = seededPair(vector.family, vector.elements, vector.seed);
    const { measurement, assumptions } = measureWhole(reference, candidate, rulesFor(reference));
    const { error, reference: r, candidate: c } = assumptions.scales;
    expect([error, r, c]).toEqual(vector.scales);
    const found = totalSums(measurement.sums);
    for (const [name, [low, high]] of Object.entries(vector.sums)) {
      const sum = found[name as keyof Sums];
      expect(sum, `${name}: ${sum} lies outside [${low}, ${high}]`).toSatisfy(
        () => low <= sum && sum <= high,
      );
    }
  });
});

/** Sums that tell which additions made them: float64 rounds away the 1 of (2^53 + 1) + 1, not of 2^53 + (1 + 1). */
function leaf(position: number, error: number): SumNode {
  const sums = {
    absError: 0,
    squaredError: 0,
    squaredReference: 0,
    squaredCandidate: 0,
    product: 0,
    steps: 0,
  };
  return { level: 0, position, sums: { ...sums, error } };
}

describe('the order of additions', () => {
  const big = 2 ** 53;
  const cases: readonly [what: string, first: number, leaves: readonly number[], total: number][] = [
    ['a pair of leaves is one node', 0, [big, 1, 1, 1], big + 2],
    ['only aligned neighbours are', 1, [big, 1, 1], big + 2],
    ['what is left over is folded from the right', 1, [big, 1, 0, 1, 0, 0, 0], big + 2],
    ['levels are completed as they fill', 0, [1, 1, big, 1, 1, 1, 1, 1], big + 6],
    ['of one leaf', 5, [3], 3],
    ['of no leaf', 0, [], 0],
  ];
  test.for(cases)('%s', ([, first, leaves, total]) => {
    const nodes: SumNode[] = [];
    for (const [i, value] of leaves.entries()) pushNode(nodes, leaf(first + i, value));
    expect(totalSums(nodes).error).toBe(total);
  });

  test('nodes are as few as the blocks have bits', () => {
    const nodes: SumNode[] = [];
    for (let i = 0; i < 0b10110; i++) pushNode(nodes, leaf(i, 1));
    expect(nodes.map(({ level, position }) => [level, position])).toEqual([
      [4, 0],
      [2, 4],
      [1, 10],
    ]);
  });
});
