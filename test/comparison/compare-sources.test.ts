import { appendFile, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareSources } from '../../harness/comparison/compare-sources.ts';
import { type ComparisonLimits, LIMITS } from '../../harness/comparison/limits.ts';
import { closeThreads, startThreads } from '../../harness/comparison/threads.ts';
import { stampOf } from '../../harness/domain/file-stamp.ts';
import type { DType, TensorSource } from '../../harness/domain/tensor.ts';
import { type CompareOptions, compareTensors } from '../../harness/numerics/compare-tensors.ts';
import { PLACES, type Place, randomPair, scratchFolder, sourceAt } from './sources.ts';

/** Everything is large, and every range is one stretch. */
const EVERY_STRETCH: ComparisonLimits = {
  ...LIMITS,
  smallPairBytes: 0,
  worthThreadsBytes: 0,
  shortestRangeBytes: 1,
  longestRangeBytes: 1,
};
const OPTIONS: CompareOptions = { atol: 1e-5, rtol: 1e-3, histograms: true };

/** Two stretches and some: the last of odd length. */
const ELEMENTS = 2 * 65_536 + 12_345;

// Until threads are there this one does their work.
beforeAll(() => startThreads());
afterAll(() => closeThreads());

describe('the same bits as in one piece', () => {
  test.for<{ dtype: DType; place: Place }>([
    ...PLACES.map((place) => ({ dtype: 'float32' as const, place })),
    { dtype: 'float64', place: 'file' },
    { dtype: 'float16', place: 'sharedMemory' },
    { dtype: 'bfloat16', place: 'fileWithChecksum' },
    { dtype: 'int64', place: 'sharedMemory' },
    { dtype: 'uint8', place: 'file' },
    { dtype: 'bool', place: 'file' },
    { dtype: 'int4', place: 'fileWithChecksum' },
    { dtype: 'uint4', place: 'memory' },
  ])('$dtype, range by range, in $place', async ({ dtype, place }) => {
    const { reference, candidate } = randomPair(dtype, [ELEMENTS]);
    const folder = await scratchFolder();
    const sources = [
      await sourceAt(place, reference, reference.data, folder),
      await sourceAt(place, candidate, candidate.data, folder),
    ] as const;
    const found = await compareSources(...sources, OPTIONS, EVERY_STRETCH);
    expect(found).toEqual(compareTensors(reference, candidate, OPTIONS));
    expect(found).toMatchObject({ status: 'compared', identical: false });
  });

  test('one side in a file and the other in memory of this thread', async () => {
    const { reference, candidate } = randomPair('int32', [ELEMENTS]);
    const folder = await scratchFolder();
    const file = await sourceAt('fileWithChecksum', reference, reference.data, folder);
    const memory = await sourceAt('memory', candidate, candidate.data, folder);
    expect(await compareSources(file, memory, OPTIONS, EVERY_STRETCH)).toEqual(
      compareTensors(reference, candidate, OPTIONS),
    );
  });

  test.for([
    { what: 'squares that overflow float64', scale: 1e200, at: undefined },
    { what: 'squares that underflow float64', scale: 1e-200, at: undefined },
    { what: 'the largest reference stands where the candidate is NaN', scale: 1, at: 70_000 },
  ])('$what: measured again under what was found', async ({ scale, at }) => {
    const values = Float64Array.from({ length: ELEMENTS }, (_, i) => scale * Math.sin(i + 1));
    const others = values.map((value, i) => (i % 3 === 0 ? value * 1.01 : value));
    if (at !== undefined) {
      values[at] = 5000;
      others[at] = Number.NaN;
    }
    const header = { name: 't', dtype: 'float64' as const, shape: [ELEMENTS] };
    const [reference, candidate] = [values, others].map((each) => new Uint8Array(each.buffer));
    const folder = await scratchFolder();
    const found = await compareSources(
      await sourceAt('sharedMemory', header, reference!, folder),
      await sourceAt('sharedMemory', header, candidate!, folder),
      OPTIONS,
      EVERY_STRETCH,
    );
    const whole = compareTensors({ ...header, data: reference! }, { ...header, data: candidate! }, OPTIONS);
    expect(found).toEqual(whole);
  });

  test.for(PLACES)('small pairs are compared whole, in %s', async (place) => {
    const { reference, candidate } = randomPair('float32', [3, 5]);
    const folder = await scratchFolder();
    const sources = [
      await sourceAt(place, reference, reference.data, folder),
      await sourceAt(place, candidate, candidate.data, folder),
    ] as const;
    expect(await compareSources(...sources, OPTIONS)).toEqual(compareTensors(reference, candidate, OPTIONS));
  });

  test('probabilities are not cut, however large', async () => {
    const values = new Float32Array(3 * 50_000).fill(1 / 3);
    const header = { name: 't', dtype: 'float32' as const, shape: [50_000, 3] };
    const data = new Uint8Array(values.buffer);
    const options = { ...OPTIONS, probabilities: true };
    const source = await sourceAt('file', header, data, await scratchFolder());
    const found = await compareSources(source, source, options, EVERY_STRETCH);
    expect(found).toEqual(compareTensors({ ...header, data }, { ...header, data }, options));
    expect(found).toMatchObject({ metrics: { kl: 0 } });
  });
});

describe('what cannot be compared', () => {
  test('headers that differ are no error, and no file is read', async () => {
    const bytes = { in: 'file', file: 'nowhere', offset: 0, byteLength: 8 } as const;
    const source: TensorSource = { name: 't', dtype: 'float32', shape: [2], bytes };
    const other: TensorSource = { ...source, shape: [1, 2] };
    expect(await compareSources(source, other, OPTIONS)).toEqual({
      status: 'notComparable',
      reason: 'the reference has shape [2], the candidate [1, 2]',
    });
  });

  const BOTH_SIZES = [
    { size: 'whole', limits: LIMITS },
    { size: 'in ranges', limits: EVERY_STRETCH },
  ];

  test.for(
    BOTH_SIZES.flatMap((each) => [
      { ...each, side: 'reference' as const },
      { ...each, side: 'candidate' as const },
    ]),
  )('$size: one changed byte of the $side under a checksum', async ({ limits, side }) => {
    const { reference, candidate } = randomPair('uint8', [ELEMENTS]);
    const folder = await scratchFolder();
    const sources = {
      reference: await sourceAt('fileWithChecksum', reference, reference.data, folder),
      candidate: await sourceAt('fileWithChecksum', candidate, candidate.data, folder),
    };
    const { bytes } = sources[side];
    if (bytes.in !== 'file') throw new Error('expected a file');
    const damaged = { reference, candidate }[side].data.slice();
    damaged[100_000]! ^= 1;
    await writeFile(bytes.file, Buffer.concat([Buffer.from('lead'), damaged]));
    await expect(compareSources(sources.reference, sources.candidate, OPTIONS, limits)).rejects.toMatchObject(
      {
        name: 'UserError',
        code: 'E_TENSOR_FILE',
        place: { file: bytes.file },
        message: expect.stringMatching(/from byte 4 on.*expected CRC-32 [0-9a-f]{8}, found [0-9a-f]{8}/),
      },
    );
  });

  test.for(BOTH_SIZES)('$size: a file that ends too early', async ({ limits }) => {
    const { reference, candidate } = randomPair('uint8', [ELEMENTS]);
    const folder = await scratchFolder();
    const left = await sourceAt('file', reference, reference.data, folder);
    const right = await sourceAt('file', candidate, candidate.data, folder);
    if (right.bytes.in !== 'file') throw new Error('expected a file');
    await truncate(right.bytes.file, 100_000);
    await expect(compareSources(left, right, OPTIONS, limits)).rejects.toMatchObject({
      code: 'E_TENSOR_FILE',
      place: { file: right.bytes.file },
      message: expect.stringContaining('ends at byte 100000'),
    });
  });

  test.for(BOTH_SIZES)('$size: a file that is not there', async ({ limits }) => {
    const { reference } = randomPair('uint8', [ELEMENTS]);
    const folder = await scratchFolder();
    const left = await sourceAt('file', reference, reference.data, folder);
    const file = path.join(folder, 'gone');
    const gone = { ...left, bytes: { in: 'file', file, offset: 0, byteLength: ELEMENTS } } as const;
    await expect(compareSources(left, gone, OPTIONS, limits)).rejects.toMatchObject({
      code: 'E_FILE_UNREADABLE',
      place: { file },
    });
  });

  test.for(BOTH_SIZES)('$size: a file that was written to after it was opened', async ({ limits }) => {
    const { reference } = randomPair('uint8', [ELEMENTS]);
    const folder = await scratchFolder();
    const left = await sourceAt('file', reference, reference.data, folder);
    if (left.bytes.in !== 'file') throw new Error('no file');
    const stamp = stampOf(await stat(left.bytes.file));
    const opened = { ...left, bytes: { ...left.bytes, stamp } };
    expect(await compareSources(opened, opened, OPTIONS, limits)).toMatchObject({ identical: true });
    await appendFile(left.bytes.file, 'x');
    await expect(compareSources(opened, opened, OPTIONS, limits)).rejects.toMatchObject({
      code: 'E_TENSOR_FILE',
      message: expect.stringContaining('written to'),
    });
  });

  test('strings in a file beyond what is held', async () => {
    const folder = await scratchFolder();
    const file = path.join(folder, 'strings');
    await appendFile(file, new Uint8Array(12));
    const bytes = { in: 'file', file, offset: 0, byteLength: 12 } as const;
    const source: TensorSource = { name: 't', dtype: 'string', shape: [3], bytes };
    const limits = { ...LIMITS, smallPairBytes: 0 };
    expect(await compareSources(source, source, OPTIONS, { ...limits, stringBytes: 12 })).toMatchObject({
      status: 'compared',
      identical: true,
    });
    await expect(
      compareSources(source, source, OPTIONS, { ...limits, stringBytes: 11 }),
    ).rejects.toMatchObject({ code: 'E_TENSOR_TOO_LARGE', place: { file } });
  });
});
