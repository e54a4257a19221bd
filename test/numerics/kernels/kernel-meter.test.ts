import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import type { DType, Quantization } from '../../../harness/domain/tensor.ts';
import { guessAssumptions } from '../../../harness/numerics/assumptions.ts';
import { kernelStaging, openKernelMeter } from '../../../harness/numerics/kernels/kernel-meter.ts';
import { largestFinite } from '../../../harness/numerics/largest-finite.ts';
import { openPlainMeter } from '../../../harness/numerics/measure-plain.ts';
import type {
  Assumptions,
  Measurement,
  MeasureRules,
  OpenMeter,
} from '../../../harness/numerics/measurement.ts';
import { STRETCH_LENGTH } from '../../../harness/numerics/measurement.ts';
import type { KernelDType, Pair } from './pairs.ts';
import { BYTES, KERNEL_DTYPES, PAIRS } from './pairs.ts';

/** Around a block, a vector and a stretch; the last is two stretches and a rest. */
const LENGTHS = [1, 2, 3, 15, 17, 33, 1023, 1024, 1025, 2047, 5000, 65535, 65537, 133_333];

const rulesOf = (dtype: DType, count: number, more: Partial<MeasureRules> = {}): MeasureRules => ({
  dtype,
  shape: [count],
  atol: 1e-5,
  rtol: 1.3e-6,
  worstCount: 5,
  histograms: true,
  ...more,
});

function measure(
  open: OpenMeter,
  pair: Pair,
  rules: MeasureRules,
  count: number,
  assumptions: Assumptions = guessAssumptions(largestFinite(rules.dtype, pair.reference, count)),
): Measurement {
  const meter = open(0, rules, assumptions);
  const size = BYTES[rules.dtype as KernelDType];
  for (let start = 0; start < count; start += STRETCH_LENGTH) {
    const length = Math.min(STRETCH_LENGTH, count - start);
    const from = start * size;
    const to = Math.ceil((start + length) * size);
    meter.add({
      start,
      count: length,
      reference: pair.reference.subarray(from, to),
      candidate: pair.candidate.subarray(from, to),
    });
  }
  return meter.finish();
}

function expectSame(pair: Pair, rules: MeasureRules, count: number, assumptions?: Assumptions): void {
  expectEqual(
    measure(openKernelMeter, pair, rules, count, assumptions),
    measure(openPlainMeter, pair, rules, count, assumptions),
  );
}

/** As toEqual, which is slow over long histograms and is asked for its words only. */
function expectEqual(found: Measurement, expected: Measurement): void {
  if (isDeepStrictEqual(found, expected)) return;
  expect(found).toEqual(expected);
  expect.unreachable('the measurements differ in a way that toEqual does not see');
}

const cases = KERNEL_DTYPES.flatMap((dtype) => PAIRS.map(({ name, make }) => ({ dtype, name, make })));

test.for(cases)('$dtype, $name: the same bits as plain TypeScript', ({ dtype, make }) => {
  for (const count of [1, 17, 1025, 5000]) {
    expectSame(make(dtype, Math.ceil(count * BYTES[dtype])), rulesOf(dtype, count), count);
  }
});

test.for(KERNEL_DTYPES)('%s of every awkward length', (dtype) => {
  for (const count of LENGTHS) {
    const pair = PAIRS[0]!.make(dtype, Math.ceil(count * BYTES[dtype]));
    expectSame(pair, rulesOf(dtype, count), count);
  }
});

test.for(KERNEL_DTYPES)('%s: one byte that differs is found wherever it lies', (dtype) => {
  const count = 2100;
  const size = BYTES[dtype];
  const places = [...Array(40).keys(), 1022, 1023, 1024, 1025, 2047, 2048, 2098, 2099];
  const rules = rulesOf(dtype, count, { histograms: false });
  for (const place of places) {
    const { reference } = PAIRS[0]!.make(dtype, Math.ceil(count * size));
    const candidate = reference.slice();
    candidate[Math.floor(place * size)]! ^= place % 2 === 1 && size < 1 ? 0x10 : 1;
    const found = measure(openKernelMeter, { reference, candidate }, rules, count);
    expect(found.identical).toBe(false);
    expectEqual(found, measure(openPlainMeter, { reference, candidate }, rules, count));
  }
});

const TOLERANCES: readonly (readonly [number, number])[] = [
  [0, 0],
  [1, 0],
  [2.5, 0],
  [Infinity, 0],
  [0, 1e-3],
  [1e-320, 0],
  [1e-3, 0.25],
  [1e-3, 0.9],
  [0.5, 1e300],
  [1, Infinity],
];

test.for(TOLERANCES)('atol %d, rtol %d in every dtype', ([atol, rtol]) => {
  for (const dtype of KERNEL_DTYPES) {
    for (const { make } of PAIRS) {
      const rules = rulesOf(dtype, 1100, { atol, rtol, histograms: false });
      expectSame(make(dtype, Math.ceil(1100 * BYTES[dtype])), rules, 1100);
    }
  }
});

test('elements at the very limit agree, as in float64', () => {
  const count = 4096;
  const reference = Float32Array.from({ length: count }, (_, i) => i - 2048);
  const candidate = reference.map((r, i) => r + Math.fround(0.5 + 0.25 * Math.abs(r)) * (i % 2 ? 1 : -1));
  const pair = { reference: new Uint8Array(reference.buffer), candidate: new Uint8Array(candidate.buffer) };
  const rules = rulesOf('float32', count, { atol: 0.5, rtol: 0.25 });
  expect(measure(openKernelMeter, pair, rules, count).tally.mismatched).toBe(0);
  expectSame(pair, rules, count);
  expectSame(pair, rulesOf('float32', count, { atol: 0.5 - 2 ** -40, rtol: 0.25 }), count);
});

test('tolerances too small for float32 are kept to the bit', () => {
  const count = 64;
  const smallest = 2 ** -149;
  const reference = Float32Array.from({ length: count }, (_, i) => 1000 * i * smallest);
  const candidate = reference.map((r, i) => r + i * smallest);
  const pair = { reference: new Uint8Array(reference.buffer), candidate: new Uint8Array(candidate.buffer) };
  const found = (atol: number, rtol: number) => {
    const rules = rulesOf('float32', count, { atol, rtol });
    expectSame(pair, rules, count);
    return measure(openKernelMeter, pair, rules, count).tally.mismatched;
  };
  expect(found(7.6 * smallest, 0)).toBe(count - 8);
  expect(found(0, 0.001)).toBe(0);
  expect(found(0, 0.000_999)).toBe(count - 1);
});

const QUANTIZATIONS: readonly (readonly [string, Quantization])[] = [
  ['one scale', { scale: [2 ** -7], zeroPoint: [3], axis: null }],
  ['a scale that is no power of two', { scale: [0.0371], zeroPoint: [-128], axis: null }],
  ['a large scale', { scale: [1e30], zeroPoint: [], axis: null }],
  ['a scale that quotients overflow with', { scale: [5e-324], zeroPoint: [0], axis: null }],
  ['a scale per row', { scale: [0.1, 0.2, 0.5], zeroPoint: [0, 1, 2], axis: 0 }],
];

test.for(QUANTIZATIONS)('steps: %s', ([, quantization]) => {
  for (const dtype of ['float32', 'float16', 'bfloat16'] as const) {
    for (const { make } of PAIRS) {
      const rules = rulesOf(dtype, 3000, { quantization, shape: [3, 1000] });
      expectSame(make(dtype, 3000 * BYTES[dtype]), rules, 3000);
    }
  }
});

test('a guess of the largest |r| that does not hold changes no other number', () => {
  for (const dtype of KERNEL_DTYPES) {
    const pair = PAIRS[0]!.make(dtype, Math.ceil(3000 * BYTES[dtype]));
    for (const maxAbsReference of [0, 1e-30, 3, 1e4, 1e30]) {
      const assumptions = { ...guessAssumptions(maxAbsReference) };
      expectSame(pair, rulesOf(dtype, 3000), 3000, assumptions);
    }
    const scales = { error: 2, reference: 0.5, candidate: 4 };
    expectSame(pair, rulesOf(dtype, 3000), 3000, { maxAbsReference: 1, scales });
  }
});

test('stretches that lie at odd addresses, and in the kernels own memory', () => {
  const count = 3001;
  for (const dtype of KERNEL_DTYPES) {
    const bytes = Math.ceil(count * BYTES[dtype]);
    const pair = PAIRS[0]!.make(dtype, bytes);
    const rules = rulesOf(dtype, count);
    const expected = measure(openPlainMeter, pair, rules, count);
    const shifted = new Uint8Array(2 * bytes + 3);
    shifted.set(pair.reference, 1);
    shifted.set(pair.candidate, bytes + 3);
    const odd = { reference: shifted.subarray(1, bytes + 1), candidate: shifted.subarray(bytes + 3) };
    expectEqual(measure(openKernelMeter, odd, rules, count), expected);
    const staging = kernelStaging();
    staging.reference.set(pair.reference);
    staging.candidate.set(pair.candidate);
    const inPlace = {
      reference: staging.reference.subarray(0, bytes),
      candidate: staging.candidate.subarray(0, bytes),
    };
    expectEqual(measure(openKernelMeter, inPlace, rules, count), expected);
  }
});

test('two meters that take turns do not disturb each other', () => {
  const count = 2 * STRETCH_LENGTH;
  const stretches = (pair: Pair) =>
    [0, STRETCH_LENGTH].map((start) => ({
      start,
      count: STRETCH_LENGTH,
      reference: pair.reference.subarray(start, start + STRETCH_LENGTH),
      candidate: pair.candidate.subarray(start, start + STRETCH_LENGTH),
    }));
  const pairs = [0, 1].map((which) => PAIRS[which]!.make('uint8', count));
  const rules = [rulesOf('uint8', count), rulesOf('int8', count, { atol: 2, rtol: 0.1 })];
  const meters = rules.map((rule) => openKernelMeter(0, rule, guessAssumptions(255)));
  for (const turn of [0, 1]) {
    for (const which of [0, 1]) meters[which]!.add(stretches(pairs[which]!)[turn]!);
  }
  for (const which of [0, 1]) {
    const expected = measure(openPlainMeter, pairs[which]!, rules[which]!, count, guessAssumptions(255));
    expectEqual(meters[which]!.finish(), expected);
  }
});
