import { describe, expect, test } from 'vitest';
import type { JsonNumber } from '../../harness/domain/run-files.ts';
import { toJsonNumber } from '../../harness/domain/run-files.ts';
import type { DType, Tensor } from '../../harness/domain/tensor.ts';
import { DTYPES } from '../../harness/domain/tensor.ts';
import { decodeToBigInt, decodeToFloat64 } from '../../harness/numerics/decode.ts';
import { floatPrecision } from '../../harness/numerics/float-formats.ts';
import { namedHistograms } from '../../harness/numerics/histograms.ts';
import type { Assumptions, MeasureRules, Sums } from '../../harness/numerics/measurement.ts';
import { mergeMeasurements } from '../../harness/numerics/merge-measurements.ts';
import { totalSums } from '../../harness/numerics/sum-tree.ts';
import { measureInRanges, measureStretches, measureWhole, rulesFor } from './measure.ts';
import { seededBytes } from './seeded-bytes.ts';
import { tensorOf } from './tensors.ts';

const NUMERIC = DTYPES.filter((dtype) => dtype !== 'string');
/** Two stretches and an odd rest. */
const ELEMENTS = 2 * 65_536 + 3_337;
const GUESS: Assumptions = { maxAbsReference: 100, scales: { error: 1, reference: 1, candidate: 1 } };

function rulesOf(dtype: DType): Partial<MeasureRules> {
  if (floatPrecision(dtype) === undefined) return {};
  return { quantization: { scale: [0.5, 0.25, 3], zeroPoint: [0, 1, 2], axis: 1 } };
}

describe('in whatever way a tensor is cut, the whole has the same bits', () => {
  // A scale's axis whose slices straddle blocks and stretches.
  const shape = [1, 3, ELEMENTS / 3];
  test.for(NUMERIC)('%s', (dtype) => {
    const [reference, candidate] = seededBytes(dtype, shape, 17);
    const rules = rulesFor(reference, rulesOf(dtype));
    const range = (from: number, to: number) =>
      measureStretches(reference, candidate, rules, GUESS, from, to);
    const whole = range(0, 3);
    expect(whole).toMatchObject({ start: 0, count: ELEMENTS, identical: false });
    const [first, second, third] = [range(0, 1), range(1, 2), range(2, 3)];
    expect(mergeMeasurements(mergeMeasurements(first, second), third)).toEqual(whole);
    expect(mergeMeasurements(first, mergeMeasurements(second, third))).toEqual(whole);
    expect(mergeMeasurements(first, range(1, 3))).toEqual(whole);
  });

  test('ranges that are no neighbours do not merge', () => {
    const [reference, candidate] = seededBytes('int8', [ELEMENTS], 1);
    const [first, , third] = [0, 1, 2].map((i) =>
      measureStretches(reference, candidate, rulesFor(reference), GUESS, i, i + 1),
    );
    expect(() => mergeMeasurements(first!, third!)).toThrow(
      'a range that ends at 65536 has no neighbour at 131072',
    );
  });

  test('a difference at any place in the last bytes of any range is seen', () => {
    for (const flipped of [0, 65_535, 65_536, ELEMENTS - 1]) {
      const [reference] = seededBytes('uint8', [ELEMENTS], 3);
      const candidate = { ...reference, data: reference.data.slice() };
      candidate.data[flipped]! ^= 1;
      const found = measureInRanges(reference, candidate, rulesFor(reference), GUESS, [1]);
      expect(found).toMatchObject({ identical: false, tally: { mismatched: 1, maxAbsError: 1 } });
      expect(found.worst.map(({ index }) => index)).toEqual([flipped]);
    }
  });

  test('equal bytes are identical', () => {
    const [reference] = seededBytes('float32', [ELEMENTS], 3);
    const found = measureInRanges(reference, reference, rulesFor(reference), GUESS, [2]);
    expect(found).toMatchObject({ identical: true, worst: [] });
  });
});

test.for(NUMERIC)('the worst elements bear their own values: %s', (dtype) => {
  const [reference, candidate] = seededBytes(dtype, [1_025], 23);
  // Of random bytes hardly any is a false bool.
  candidate.data[7] = 0;
  const { measurement } = measureWhole(reference, candidate, rulesFor(reference));
  expect(measurement.worst.length).toBeGreaterThan(0);
  const valuesOf = (tensor: Tensor): ((index: number) => JsonNumber | string) => {
    if (!dtype.endsWith('int64')) return (index) => toJsonNumber(decodeToFloat64(tensor)[index]!);
    return (index) => decodeToBigInt(tensor)[index]!.toString();
  };
  for (const { index, reference: r, candidate: c } of measurement.worst) {
    expect([r, c]).toEqual([valuesOf(reference)(index), valuesOf(candidate)(index)]);
  }
});

test.for(NUMERIC)('bytes that no view can stand on measure the same: %s', (dtype) => {
  const [reference, candidate] = seededBytes(dtype, [3_001], 29);
  const shifted = (tensor: Tensor): Tensor => {
    const bytes = new Uint8Array(tensor.data.length + 1);
    bytes.set(tensor.data, 1);
    return { ...tensor, data: bytes.subarray(1) };
  };
  const rules = rulesFor(reference);
  const found = measureWhole(shifted(reference), candidate, rules);
  expect(found).toEqual(measureWhole(reference, candidate, rules));
  expect(measureWhole(reference, shifted(candidate), rules)).toEqual(found);
});

describe('the worst of two ranges', () => {
  const far = 65_536;
  const zeros = () => new Float64Array(far + 4);
  const pairOf = (values: Float64Array) => [
    tensorOf('float64', [...zeros()]),
    tensorOf('float64', [...values]),
  ];
  const cases: readonly [what: string, errors: readonly [index: number, value: number][], worst: number[]][] =
    [
      [
        'the larger first, wherever it lies',
        [
          [3, 1],
          [far, 2],
          [far + 1, 1],
        ],
        [far, 3, far + 1],
      ],
      [
        'of equals the first in C order',
        [
          [far, 1],
          [1, 1],
          [2, -1],
          [far + 3, 1],
        ],
        [1, 2, far],
      ],
      [
        'not finite before all',
        [
          [0, 9],
          [far, Number.NaN],
          [far + 1, 1e308],
        ],
        [far, far + 1, 0],
      ],
      [
        'in C order where not finite',
        [
          [5, -Infinity],
          [far, Number.NaN],
          [1, 1],
        ],
        [5, far, 1],
      ],
    ]; // prettier-ignore
  test.for(cases)('%s', ([, errors, worst]) => {
    const values = zeros();
    for (const [index, value] of errors) values[index] = value;
    const [reference, candidate] = pairOf(values);
    const rules = rulesFor(reference!, { worstCount: 3 });
    const found = measureInRanges(reference!, candidate!, rules, GUESS, [1]);
    expect(found.worst.map(({ index }) => index)).toEqual(worst);
  });

  test('an |e| that overflows ranks below what is not finite', () => {
    const [r, c] = [zeros(), zeros()];
    r[0] = Number.MAX_VALUE;
    c[0] = -Number.MAX_VALUE;
    c[1] = c[far] = Infinity;
    const [reference, candidate] = [tensorOf('float64', r), tensorOf('float64', c)];
    const found = measureInRanges(reference, candidate, rulesFor(reference), GUESS, [1]);
    expect(found.worst).toEqual([
      { index: 1, magnitude: Infinity, reference: 0, candidate: 'Infinity' },
      { index: far, magnitude: Infinity, reference: 0, candidate: 'Infinity' },
      { index: 0, magnitude: Infinity, reference: Number.MAX_VALUE, candidate: -Number.MAX_VALUE },
    ]);
  });

  test('a list of none holds none', () => {
    const reference = tensorOf('float32', [1, 2]);
    const candidate = tensorOf('float32', [3, Number.NaN]);
    const { measurement } = measureWhole(reference, candidate, rulesFor(reference, { worstCount: 0 }));
    expect(measurement.worst).toEqual([]);
  });
});

test('every slice of an axis has its own scale, wherever it lies in its block', () => {
  const [outer, inner] = [40, 1_500];
  const scale = [0.5, 0.25, 3];
  const sliceOf = (flat: number) => Math.floor(flat / inner) % 3;
  const flat = Array.from({ length: outer * 3 * inner }, (_, index) => index);
  const reference = tensorOf('float32', new Float32Array(flat.length), [outer, 3, inner]);
  const candidate = tensorOf(
    'float32',
    flat.map((index) => (sliceOf(index) + 1) * scale[sliceOf(index)]!),
    reference.shape,
  );
  const rules = rulesFor(reference, { quantization: { scale, zeroPoint: [0], axis: 1 } });
  const { measurement } = measureWhole(reference, candidate, rules);
  expect(namedHistograms(measurement.histograms!).steps).toEqual([
    [1, outer * inner],
    [2, outer * inner],
    [3, outer * inner],
  ]);
  expect(measurement.tally).toMatchObject({ maxSteps: 3, offByOne: outer * inner, offGrid: 0 });
});

test.for([
  ['int64', -(2n ** 63n), 2n ** 63n - 1n],
  ['uint64', 0n, 2n ** 64n - 1n],
  ['int8', -128n, 127n],
] as const)('saturated %s are counted once, in whatever block', ([dtype, lowest, highest]) => {
  const values: bigint[] = Array.from({ length: 3_000 }, () => 1n);
  values[0] = values[2_999] = lowest;
  values[1_500] = highest;
  values[1_501] = highest - 1n;
  const reference = tensorOf(dtype, values);
  const candidate = tensorOf(dtype, values.toReversed().fill(1n, 0, 1_400));
  const { measurement } = measureWhole(reference, candidate, rulesFor(reference));
  expect(measurement.tally).toMatchObject({ saturatedReference: 3, saturatedCandidate: 2 });
});

test('a distance in steps that no number tells stays untold, whatever comes after it', () => {
  const reference = tensorOf('float64', [1e300, 0, 0.5]);
  const candidate = tensorOf('float64', [2e300, 0, 0.25]);
  const quantization = { scale: [1e-9], zeroPoint: [0], axis: null };
  const { measurement } = measureWhole(reference, candidate, rulesFor(reference, { quantization }));
  expect(measurement.tally.maxSteps).toBe(Number.NaN);
  expect(measurement.histograms?.steps[128]).toBe(1);
});

describe('within a block even and odd elements are added apart', () => {
  const zeros = [0, 0, 0, 0, 0, 0];
  // One after the other, or in one lane, float64 rounds every 1 away.
  const values = [2 ** 53, 1, 1, 1, 1, 1];
  const roots = [2 ** 27, 1, 1, 1, 1, 1];
  const cases: readonly [sum: keyof Sums, reference: number[], candidate: number[], total: number][] = [
    ['error', zeros, values, 2 ** 53 + 4],
    ['absError', values, zeros, 2 ** 53 + 4],
    ['squaredError', zeros, roots, 2 ** 54 + 4],
    ['squaredReference', roots, zeros, 2 ** 54 + 4],
    ['squaredCandidate', zeros, roots, 2 ** 54 + 4],
    ['product', roots, roots, 2 ** 54 + 4],
    ['steps', zeros, values, 2 ** 53 + 4],
  ];
  test.for(cases)('%s', ([sum, r, c, total]) => {
    const reference = tensorOf('float64', r);
    const quantization = { scale: [1], zeroPoint: [0], axis: null };
    const rules = rulesFor(reference, { quantization });
    const { measurement } = measureWhole(reference, tensorOf('float64', c), rules);
    expect(totalSums(measurement.sums)[sum]).toBe(total);
  });
});

describe('assumptions', () => {
  const cases: readonly [what: string, reference: number[], candidate: number[], passes: 1 | 2][] = [
    ['hold for ordinary values', [1, -3], [1.5, -3], 1],
    ['hold where the candidate is not finite beside the largest', [1, -3], [Number.NaN, 2], 1],
    ['fail where the candidate is not finite at the largest', [1, -3], [1, Number.NaN], 2],
    ['hold where the reference is not finite', [Infinity, 2], [1, 1], 1],
    ['fail where squares overflow', [1e200, 1], [1e200, 1], 2],
    ['fail where squares of errors underflow', [1, 0], [1, 1e-200], 2],
  ];
  test.for(cases)('%s', ([, r, c, passes]) => {
    const reference = tensorOf('float64', r);
    expect(measureWhole(reference, tensorOf('float64', c), rulesFor(reference)).passes).toBe(passes);
  });
});
