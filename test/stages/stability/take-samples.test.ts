import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Tensor } from '../../../harness/domain/tensor.ts';
import { axisOf, joinSamples, takeSamples } from '../../../harness/stages/stability/take-samples.ts';
import { tellingSamples } from '../../../harness/stages/stability/telling-samples.ts';
import { openBlobStore, storeTensor } from '../../../harness/store/blob-store.ts';

/** Elements 0, 1, 2 … in C order. */
const counted = (shape: number[], dtype: Tensor['dtype'] = 'uint8'): Tensor => ({
  name: 't',
  dtype,
  shape,
  data: Uint8Array.from({ length: shape.reduce((product, length) => product * length, 1) }, (_, n) => n),
});

test.for<[shape: number[], axis: number, samples: number[], expected: number[], expectedShape: number[]]>([
  [[4], 0, [3, 0], [3, 0], [2]],
  [[3, 2], 0, [2, 1, 0], [4, 5, 2, 3, 0, 1], [3, 2]],
  [[2, 3], 1, [2], [2, 5], [2, 1]],
  [[2, 2, 2], 1, [1, 0], [2, 3, 0, 1, 6, 7, 4, 5], [2, 2, 2]],
])('samples of %j along axis %i: %j', ([shape, axis, samples, expected, expectedShape]) => {
  const taken = takeSamples(counted(shape), axis, samples)!;
  expect([[...taken.data], taken.shape]).toEqual([expected, expectedShape]);
});

test.for<[shape: number[], axis: number]>([
  [[3, 2], 0],
  [[2, 3, 2], 1],
])('samples of %j taken apart along axis %i and joined are what they were', ([shape, axis]) => {
  const whole = counted(shape);
  const parts = Array.from({ length: shape[axis]! }, (_, n) => takeSamples(whole, axis, [n])!);
  expect(joinSamples(parts, axis)).toEqual(whole);
  expect(joinSamples(parts.toReversed(), axis)).not.toEqual(whole);
});

test('what is no whole number of bytes is not cut, and what does not fit is not joined', () => {
  expect(takeSamples(counted([4], 'int4'), 0, [0])).toBeUndefined();
  expect(takeSamples(counted([4], 'string'), 0, [0])).toBeUndefined();
  expect(joinSamples([counted([1, 2]), counted([1, 3])], 0)).toBeUndefined();
  expect(joinSamples([counted([1, 2]), counted([1, 2], 'int8')], 0)).toBeUndefined();
  expect(joinSamples([], 0)).toBeUndefined();
});

test('an axis may be counted from the end', () => {
  expect([axisOf([2, 3], -2), axisOf([2, 3], 1), axisOf([2, 3], 2), axisOf([], 0)]).toEqual([
    0,
    1,
    undefined,
    undefined,
  ]);
});

test('samples that differ from the reference come before the others', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-samples-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const blobs = openBlobStore(folder);
  const own = counted([5, 2]);
  const reference = { ...own, data: own.data.with(9, 77).with(4, 77) };
  const both = {
    reference: [await storeTensor(blobs, reference)],
    candidate: [await storeTensor(blobs, own)],
  };
  const telling = (most: number) => tellingSamples(both, 0, 5, most, blobs);
  expect(await telling(2)).toEqual([2, 4]);
  expect(await telling(3)).toEqual([0, 2, 4]);
  expect(await tellingSamples({ reference: [], candidate: [] }, 0, 5, 3, blobs)).toEqual([0, 1, 2]);
});
