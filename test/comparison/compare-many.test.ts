import { afterAll, expect, test } from 'vitest';
import { compareMany } from '../../harness/comparison/compare-many.ts';
import type { SourcePair } from '../../harness/comparison/compare-sources.ts';
import { closeThreads } from '../../harness/comparison/threads.ts';
import { compareTensors } from '../../harness/numerics/compare-tensors.ts';
import { randomPair, scratchFolder, sourceAt } from './sources.ts';

const OPTIONS = { atol: 0, rtol: 0 };

afterAll(() => closeThreads());

/** Elements of float32; the last two pairs are large. */
const LENGTHS = [0, 1, 7, 1024, 70_000, 300_000, 350_000];

test('small and large pairs, each compared as alone, in their order', async () => {
  const folder = await scratchFolder();
  const tensors = LENGTHS.map((length, index) => randomPair('float32', [length], index + 1));
  const pairs = await Promise.all(
    tensors.map(
      async ({ reference, candidate }): Promise<SourcePair> => ({
        reference: await sourceAt('file', reference, reference.data, folder),
        candidate: await sourceAt('sharedMemory', candidate, candidate.data, folder),
        options: OPTIONS,
      }),
    ),
  );
  const done: number[] = [];
  const compared = await compareMany(pairs, (count) => done.push(count));
  expect(compared).toEqual(
    tensors.map(({ reference, candidate }) => compareTensors(reference, candidate, OPTIONS)),
  );
  expect(done).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('a pair that cannot be read fails the whole, and none is begun after it', async () => {
  const folder = await scratchFolder();
  const { reference } = randomPair('float32', [7]);
  const source = await sourceAt('file', reference, reference.data, folder);
  const pair = { reference: source, candidate: source, options: OPTIONS };
  const bytes = { in: 'file', file: `${folder}/gone`, offset: 0, byteLength: 28 } as const;
  const broken = { ...pair, candidate: { ...source, bytes } };
  const done: number[] = [];
  await expect(compareMany([pair, broken, pair, pair], (count) => done.push(count))).rejects.toMatchObject({
    code: 'E_FILE_UNREADABLE',
    place: { file: bytes.file },
  });
  expect(done).toEqual([1]);
});

test('who is told of each pair may end the whole', async () => {
  const { reference } = randomPair('float32', [7]);
  const source = { ...reference, bytes: { in: 'memory', data: reference.data } } as const;
  const pair = { reference: source, candidate: source, options: OPTIONS };
  const stop = (count: number) => {
    if (count === 2) throw new Error('stopped');
  };
  await expect(compareMany([pair, pair, pair], stop)).rejects.toThrow('stopped');
});

test('no pairs give no comparisons', async () => {
  expect(await compareMany([])).toEqual([]);
});
