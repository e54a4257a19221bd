import { describe, expect, test } from 'vitest';
import type { Preview } from '../../../harness/report/page-data/page-data.ts';
import { previewsOf } from '../../../harness/report/page-data/previews.ts';
import { reducePicture } from '../../../harness/report/page-data/reduce-picture.ts';
import type { InputSample } from '../../../harness/report/report-input.ts';

async function previewOf(input: InputSample): Promise<Preview> {
  const previews = await previewsOf(async () => input, 'digits', ['one']);
  return previews.one!;
}

const gray = (rows: number, cols: number): InputSample => ({
  kind: 'image',
  rows,
  cols,
  channels: 1,
  pixels: new Uint8Array(rows * cols).fill(200),
});

describe('pictures', () => {
  test('up to 256 a side stay as they are', async () => {
    expect(await previewOf(gray(256, 28))).toEqual({
      kind: 'image',
      rows: 256,
      cols: 28,
      uri: expect.stringMatching(/^data:image\/png;base64,iVBORw0KGgo/),
    });
  });

  test('larger ones are made smaller, and say so', async () => {
    expect(await previewOf(gray(300, 600))).toMatchObject({
      rows: 128,
      cols: 256,
      reducedFrom: { rows: 300, cols: 600 },
    });
    expect(await previewOf(gray(1, 100_000))).toMatchObject({ rows: 1, cols: 256 });
  });

  test('one that is not whole is none', async () => {
    const broken: InputSample = { kind: 'image', rows: 2, cols: 2, channels: 3, pixels: new Uint8Array(11) };
    expect(await previewOf(broken)).toEqual({ kind: 'none', reason: 'not an image' });
    expect(await previewOf(gray(0, 4))).toEqual({ kind: 'none', reason: 'not an image' });
  });
});

// Three pixels become two: each covers one and a half.
test.for<[string, rows: number, cols: number, pixels: number[], most: number, expected: number[]]>([
  ['across', 1, 3, [0, 30, 90], 2, [(0 + 15) / 1.5, (15 + 90) / 1.5]],
  ['down', 3, 1, [0, 30, 90], 2, [10, 70]],
  ['both ways', 2, 2, [0, 100, 200, 60], 1, [90]],
  ['to what fits', 1, 2, [0, 255], 2, [0, 255]],
])('the average of the area, %s', ([, rows, cols, pixels, most, expected]) => {
  const small = reducePicture({ rows, cols, channels: 1, pixels: Uint8Array.from(pixels) }, most);
  expect([...small.pixels]).toEqual(expected);
});

test('channels do not mix', () => {
  const pixels = Uint8Array.of(10, 20, 30, 50, 60, 70);
  const small = reducePicture({ rows: 1, cols: 2, channels: 3, pixels }, 1);
  expect(small).toEqual({ rows: 1, cols: 1, channels: 3, pixels: Uint8Array.of(30, 40, 50) });
});

describe('signals', () => {
  test('a short one is drawn value by value', async () => {
    const values = Float64Array.of(0.123456, -2, Number.NaN);
    expect(await previewOf({ kind: 'waveform', values })).toEqual({
      kind: 'waveform',
      low: [0.1235, -2, 0],
      high: [0.1235, -2, 0],
      of: 3,
    });
  });

  test('a long one by the lowest and the highest value of 600 stretches', async () => {
    const values = Float64Array.from({ length: 60_001 }, (_, at) => (at % 100 === 50 ? -1 : 0));
    values[60_000] = 7;
    values[1] = Number.POSITIVE_INFINITY;
    const preview = await previewOf({ kind: 'waveform', values });
    if (preview.kind !== 'waveform') throw new Error(preview.kind);
    expect([preview.low.length, preview.high.length, preview.of]).toEqual([600, 600, 60_001]);
    expect([preview.low[0], preview.high[0], preview.high[599]]).toEqual([-1, 0, 7]);
    expect(new Set(preview.low)).toEqual(new Set([-1]));
  });
});

test('a text is cut at 2,000 characters, with a count of the rest', async () => {
  const whole = '😀'.repeat(2000);
  expect(await previewOf({ kind: 'text', text: whole })).toEqual({ kind: 'text', text: whole });
  expect(await previewOf({ kind: 'text', text: `${whole}xyz` })).toEqual({
    kind: 'text',
    text: `${whole} … and 3 characters more`,
  });
});

test('each sample once, and what would make the report heavy is left out', async () => {
  let asked = 0;
  const noise = Uint8Array.from(
    { length: 256 * 256 * 3 },
    (_, at) => 256 * Math.abs(Math.sin(at * 12.9898) * 43758.5453),
  );
  const loadInput = async (): Promise<InputSample> => {
    asked += 1;
    return { kind: 'image', rows: 256, cols: 256, channels: 3, pixels: noise };
  };
  const samples = Array.from({ length: 100 }, (_, at) => `s${at % 50}`);
  const previews = await previewsOf(loadInput, 'photos', samples);
  expect(Object.keys(previews)).toHaveLength(50);
  expect(JSON.stringify(previews).length).toBeLessThan(1_900_000);
  expect(previews.s0).toMatchObject({ kind: 'image' });
  expect(previews.s49).toEqual({ kind: 'none', reason: 'left out to keep the report small' });
  expect(asked).toBeLessThan(50);
});

test('none where the suite names no preview, and none of a name that is a trap', async () => {
  expect(await previewsOf(async () => undefined, 'digits', ['one'])).toEqual({});
  expect(await previewsOf(undefined, 'digits', ['one'])).toEqual({});
  const trap = await previewsOf(async () => ({ kind: 'text', text: 'x' }), 'digits', ['__proto__']);
  expect(Object.keys(trap)).toEqual(['__proto__']);
});
