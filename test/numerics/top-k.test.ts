import { expect, test } from 'vitest';
import type { JsonNumber } from '../../harness/domain/run-files.ts';
import { fromJsonNumber } from '../../harness/domain/run-files.ts';
import { sameTopK, topK, topKOverlap } from '../../harness/numerics/top-k.ts';
import { readVectors } from './read-vectors.ts';

interface TopKVector {
  readonly reference: readonly JsonNumber[];
  readonly candidate: readonly JsonNumber[];
  readonly k: number;
  readonly top: readonly [reference: readonly number[], candidate: readonly number[]];
  readonly overlap: number;
  readonly ordered: boolean;
}

test.for(readVectors<TopKVector>('top-k'))('k $k of $reference against $candidate', (vector) => {
  const reference = vector.reference.map(fromJsonNumber);
  const candidate = vector.candidate.map(fromJsonNumber);
  expect([topK(reference, vector.k), topK(candidate, vector.k)]).toEqual(vector.top);
  expect(topKOverlap(reference, candidate, vector.k)).toBe(vector.overlap);
  expect(sameTopK(reference, candidate, vector.k)).toBe(vector.ordered);
});

test('-0 and +0 tie', () => {
  expect(topK([-1, -0, 0], 2)).toEqual([1, 2]);
});

test('64-bit scores that float64 cannot tell apart are told apart', () => {
  expect(topK(BigInt64Array.of(2n ** 60n, 2n ** 60n + 1n), 1)).toEqual([1]);
});

test('nothing to rank has no overlap', () => {
  expect(topKOverlap([], [], 1)).toBeNaN();
});
