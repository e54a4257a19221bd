import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InputPreview, PlannedSuite } from '../../../harness/domain/suite.ts';
import type { DType } from '../../../harness/domain/tensor.ts';
import type { InputSample } from '../../../harness/report/report-input.ts';
import { inputLoader } from '../../../harness/stages/render/load-input.ts';
import { type BlobStore, openBlobStore } from '../../../harness/store/blob-store.ts';
import { samplePlan } from '../sample-run.ts';

let root: string;
let blobs: BlobStore;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'fleetdiff-input-'));
  blobs = openBlobStore(root);
});
afterAll(() => rm(root, { recursive: true, force: true }));

interface Input {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
  readonly batchAxis?: number;
  readonly sample?: string;
  readonly vocabulary?: string;
}

async function load(
  preview: Omit<InputPreview, 'input' | 'vocabulary'>,
  { dtype, shape, data, batchAxis, sample = 'one', vocabulary }: Input,
): Promise<InputSample | undefined> {
  const stored = { name: 'input', dtype, shape, ...(await blobs.put(data)) };
  const words = vocabulary === undefined ? undefined : await blobs.put(Buffer.from(vocabulary));
  const suite: PlannedSuite = {
    ...samplePlan.suites[0]!,
    cases: [{ name: 'one', inputs: [stored] }],
    preview: { input: 'input', ...preview, ...(words === undefined ? {} : { vocabulary: words }) },
    ...(batchAxis === undefined
      ? {}
      : { task: { kind: 'classification', output: 'logits', topK: [1], batchAxis } }),
  };
  return inputLoader([suite], blobs)('digits', sample);
}

const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const ids = (...values: bigint[]) => new Uint8Array(BigInt64Array.from(values).buffer);
const strings = (...values: string[]) =>
  Buffer.concat(
    values.map((value) => {
      const bytes = Buffer.from(value);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return Buffer.concat([length, bytes]);
    }),
  );

const pixelsOf = (input: InputSample | undefined) => {
  if (input?.kind !== 'image') throw new Error(JSON.stringify(input));
  return [input.rows, input.cols, input.channels, ...input.pixels];
};

describe('grayscale', () => {
  test.for<[string, shape: number[], values: number[], expected: number[]]>([
    ['0..1 as it is', [2, 2], [0, 0.2, 0.6, 1], [2, 2, 1, 0, 51, 153, 255]],
    ['0..255 as it is', [1, 1, 1, 3], [0, 7, 250], [1, 3, 1, 0, 7, 250]],
    ['others from smallest to largest', [1, 3], [-1, 0, 1], [1, 3, 1, 0, 128, 255]],
    ['a channel at the end', [1, 2, 2, 1], [0, 0, 1, 1], [2, 2, 1, 0, 0, 255, 255]],
    [
      'no number is black, an infinity white',
      [1, 3],
      [Number.NaN, 1, Number.POSITIVE_INFINITY],
      [1, 3, 1, 0, 255, 255],
    ],
  ])('%s', async ([, shape, values, expected]) => {
    const input = await load({ as: 'grayscale' }, { dtype: 'float32', shape, data: floats(...values) });
    expect(pixelsOf(input)).toEqual(expected);
  });

  test('a case of one sample is that sample, with its row or without', async () => {
    const only = { dtype: 'uint8' as const, shape: [1, 1, 2], data: Uint8Array.of(8, 9), batchAxis: 0 };
    for (const sample of ['one', 'one#0']) {
      expect(pixelsOf(await load({ as: 'grayscale' }, { ...only, sample }))).toEqual([1, 2, 1, 8, 9]);
    }
  });

  test('the row of the sample, on the axis of the samples', async () => {
    const data = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const first = { dtype: 'uint8' as const, shape: [2, 1, 4], data, batchAxis: 0 };
    expect(pixelsOf(await load({ as: 'grayscale' }, { ...first, sample: 'one#1' }))).toEqual([
      1, 4, 1, 5, 6, 7, 8,
    ]);
    const inner = { ...first, shape: [2, 2, 2], batchAxis: 1 };
    expect(pixelsOf(await load({ as: 'grayscale' }, { ...inner, sample: 'one#1' }))).toEqual([
      2, 2, 1, 3, 4, 7, 8,
    ]);
  });
});

describe('rgb', () => {
  const data = Uint8Array.of(...Array.from({ length: 12 }, (_, at) => at * 10));
  test.for<[string, shape: number[], layout: 'NCHW' | 'NHWC' | undefined, expected: number[]]>([
    [
      'planes, told by the shape',
      [1, 3, 2, 2],
      undefined,
      [2, 2, 3, 0, 40, 80, 10, 50, 90, 20, 60, 100, 30, 70, 110],
    ],
    ['interleaved, told by the shape', [1, 2, 2, 3], undefined, [2, 2, 3, ...data]],
    ['interleaved without a batch', [4, 1, 3], undefined, [4, 1, 3, ...data]],
  ])('%s', async ([, shape, layout, expected]) => {
    const preview = { as: 'rgb' as const, ...(layout === undefined ? {} : { layout }) };
    expect(pixelsOf(await load(preview, { dtype: 'uint8', shape, data }))).toEqual(expected);
  });

  test('three rows or three channels: the layout says', async () => {
    const square = {
      dtype: 'uint8' as const,
      shape: [3, 1, 3],
      data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9),
    };
    expect(await load({ as: 'rgb' }, square)).toMatchObject({
      kind: 'none',
      reason: expect.stringContaining('NCHW or NHWC'),
    });
    expect(pixelsOf(await load({ as: 'rgb', layout: 'NHWC' }, square))).toEqual([
      3, 1, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
    expect(pixelsOf(await load({ as: 'rgb', layout: 'NCHW' }, square))).toEqual([
      1, 3, 3, 1, 4, 7, 2, 5, 8, 3, 6, 9,
    ]);
  });
});

test('a signal, of whatever axes one is long', async () => {
  const input = await load(
    { as: 'waveform' },
    { dtype: 'float32', shape: [1, 3, 1], data: floats(1, -2, 0.5) },
  );
  expect(input).toEqual({ kind: 'waveform', values: Float64Array.of(1, -2, 0.5) });
});

describe('text', () => {
  const word = Buffer.from('Grüße\0\0\0');
  test.for<[string, Omit<Input, 'sample'>, string]>([
    ['uint8 bytes without their padding', { dtype: 'uint8', shape: [1, 10], data: word }, 'Grüße'],
    ['int8 bytes', { dtype: 'int8', shape: [10], data: word }, 'Grüße'],
    ['a broken sequence', { dtype: 'uint8', shape: [2], data: Uint8Array.of(0x61, 0xc3) }, 'a\ufffd'],
    ['strings', { dtype: 'string', shape: [2], data: strings('Grüße', '<b>') }, 'Grüße <b>'],
    ['ids as numbers', { dtype: 'int64', shape: [1, 3], data: ids(101n, 7n, -1n) }, '101 7 -1'],
    [
      'ids by the vocabulary, lines as they are',
      { dtype: 'int64', shape: [4], data: ids(2n, 0n, 1n, 9n), vocabulary: '[PAD]\r\n\nhello\n' },
      'hello [PAD]  <id 9>',
    ],
    [
      'bytes that are ids',
      { dtype: 'uint8', shape: [2], data: Uint8Array.of(1, 0), vocabulary: 'a\nb' },
      'b a',
    ],
  ])('%s', async ([, input, text]) => {
    expect(await load({ as: 'text' }, input)).toEqual({ kind: 'text', text });
  });

  test('strings of one sample', async () => {
    const data = strings('zero', 'one', 'two', 'three');
    const input = { dtype: 'string' as const, shape: [2, 2], data, batchAxis: 0, sample: 'one#1' };
    expect(await load({ as: 'text' }, input)).toEqual({ kind: 'text', text: 'two three' });
  });
});

describe('what cannot be shown says why', () => {
  const one = { dtype: 'float32' as const, shape: [2, 2, 2], data: floats(1, 2, 3, 4, 5, 6, 7, 8) };
  test.for<[string, Omit<InputPreview, 'input' | 'vocabulary'>, Input, string]>([
    ['several pictures', { as: 'grayscale' }, one, 'expected rows and columns, found [2, 2, 2]'],
    ['no channels', { as: 'rgb' }, one, 'three channels, found [2, 2, 2]'],
    ['several signals', { as: 'waveform' }, one, 'expected one signal a sample, found [2, 2, 2]'],
    [
      'a row that is not there',
      { as: 'grayscale' },
      { ...one, batchAxis: 0, sample: 'one#2' },
      'no sample 2',
    ],
    [
      'a row that is no number',
      { as: 'grayscale' },
      { ...one, batchAxis: 0, sample: 'one#x' },
      'no sample NaN',
    ],
    ['a case of several samples', { as: 'grayscale' }, { ...one, batchAxis: 0 }, 'the case holds 2 samples'],
    ['a row of what is one sample', { as: 'grayscale' }, { ...one, sample: 'one#1' }, 'no sample 1'],
    [
      'an axis that is not there',
      { as: 'grayscale' },
      { ...one, batchAxis: 5, sample: 'one#0' },
      'no axis 5',
    ],
    ['a case that is not there', { as: 'grayscale' }, { ...one, sample: 'two' }, 'no such input'],
    ['fewer bytes than elements', { as: 'grayscale' }, { ...one, shape: [3, 3] }, 'damaged'],
    ['strings cut short', { as: 'text' }, { dtype: 'string', shape: [2], data: strings('a') }, 'damaged'],
    ['no elements', { as: 'grayscale' }, { ...one, shape: [0, 4], data: new Uint8Array(0) }, 'no elements'],
  ])('%s', async ([, preview, input, reason]) => {
    expect(await load(preview, input)).toEqual({ kind: 'none', reason: expect.stringContaining(reason) });
  });

  test('bytes that do not hash to their name', async () => {
    const data = floats(11, 12);
    const { sha256 } = await blobs.put(data);
    await writeFile(path.join(root, sha256.slice(0, 2), sha256), 'other');
    const input = await load({ as: 'waveform' }, { dtype: 'float32', shape: [2], data });
    expect(input).toEqual({ kind: 'none', reason: 'its bytes are gone or damaged' });
  });
});

test('a suite without a preview has none; one of an older plan has that of its task', async () => {
  const stored = {
    name: 'input',
    dtype: 'uint8' as const,
    shape: [1, 2],
    ...(await blobs.put(Uint8Array.of(3, 4))),
  };
  const plain: PlannedSuite = { ...samplePlan.suites[0]!, cases: [{ name: 'one', inputs: [stored] }] };
  expect(await inputLoader([plain], blobs)('digits', 'one')).toBeUndefined();
  expect(await inputLoader([plain], blobs)('letters', 'one')).toBeUndefined();
  const older: PlannedSuite = {
    ...plain,
    task: {
      kind: 'classification',
      output: 'logits',
      topK: [1],
      preview: { input: 'input', as: 'grayscale' },
    },
  };
  expect(pixelsOf(await inputLoader([older], blobs)('digits', 'one'))).toEqual([1, 2, 1, 3, 4]);
});

test('a case whose own name ends as a row does is that case', async () => {
  const input = async (value: number) => ({
    ...{ name: 'input', dtype: 'uint8' as const, shape: [1, 1] },
    ...(await blobs.put(Uint8Array.of(value))),
  });
  const suite: PlannedSuite = {
    ...samplePlan.suites[0]!,
    cases: [
      { name: 'a', inputs: [await input(1)] },
      { name: 'a#0', inputs: [await input(2)] },
    ],
    preview: { input: 'input', as: 'grayscale' },
  };
  expect(pixelsOf(await inputLoader([suite], blobs)('digits', 'a#0'))).toEqual([1, 1, 1, 2]);
});
