import { describe, expect, test } from 'vitest';
import { metricDefinition } from '../../harness/domain/metrics.ts';
import type { Histograms, JsonNumber } from '../../harness/domain/run-files.ts';
import { fromJsonNumber } from '../../harness/domain/run-files.ts';
import type { DType, Tensor } from '../../harness/domain/tensor.ts';
import type { CompareOptions, ElementComparison } from '../../harness/numerics/compare-tensors.ts';
import { compareTensors } from '../../harness/numerics/compare-tensors.ts';
import { readVectors } from './read-vectors.ts';
import { seededBytes } from './seeded-bytes.ts';
import { stringTensor, tensorOf, tensorOfBytes } from './tensors.ts';

interface MetricVector {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Base64; or the seed of bytes that are too many to store. */
  readonly reference?: string;
  readonly candidate?: string;
  readonly seed?: number;
  readonly options: CompareOptions;
  readonly identical: boolean;
  readonly metrics: Readonly<Record<string, JsonNumber | null>>;
  /** Indices of the worst elements, worst first. */
  readonly worst: readonly (readonly number[])[];
  readonly histograms: Histograms;
}

const VECTORS = readVectors<MetricVector>('metrics');

/** Metrics that are sums of rounded terms; all others are equal bit for bit. */
const SUMMED = new Set(['mean_abs', 'rmse', 'bias', 'step_bias', 'max_rel', 'cosine', 'norm_ratio']);
const DECIBELS = new Set(['sqnr_db', 'psnr_db']);

describe('metrics of every vector', () => {
  test.for(VECTORS)('$name', (vector) => {
    const [reference, candidate] = sidesOf(vector);
    const found = comparedOf(compareTensors(reference, candidate, { ...vector.options, histograms: true }));

    expect(Object.keys(found.metrics).sort()).toEqual(Object.keys(vector.metrics).sort());
    for (const [name, expected] of Object.entries(vector.metrics)) {
      const actual = found.metrics[name];
      expect(actual, `${name}: ${actual}, expected ${expected}`).toSatisfy(() =>
        agrees(name, actual, expected, vector.metrics),
      );
    }
    expect(found.identical).toBe(vector.identical);
    expect(found.worstElements.map(({ index }) => index)).toEqual(vector.worst);
    expect(found.worst).toEqual(found.worstElements[0]);
    expect(found.histograms).toEqual(vector.histograms);
  });
});

function sidesOf({ dtype, shape, reference = '', candidate = '', seed }: MetricVector): [Tensor, Tensor] {
  if (seed !== undefined) return seededBytes(dtype, shape, seed);
  const side = (base64: string) => tensorOfBytes(dtype, shape, new Uint8Array(Buffer.from(base64, 'base64')));
  return [side(reference), side(candidate)];
}

/** 1e-13 relative, 1e-11 dB; a bias that cancels is measured by the errors that it sums. */
function agrees(
  name: string,
  actual: JsonNumber | null | undefined,
  expected: JsonNumber | null,
  all: MetricVector['metrics'],
): boolean {
  if (typeof actual !== 'number' || typeof expected !== 'number') return actual === expected;
  if (DECIBELS.has(name)) return Math.abs(actual - expected) <= 1e-11;
  if (!SUMMED.has(name)) return actual === expected;
  const size = name === 'bias' || name === 'step_bias' ? all.mean_abs : expected;
  return Math.abs(actual - expected) <= 1e-13 * Math.abs(fromJsonNumber(size ?? 0));
}

function comparedOf(comparison: ElementComparison) {
  if (comparison.status !== 'compared') throw new Error(comparison.reason);
  return comparison;
}

function compare(reference: Tensor, candidate: Tensor, options: Partial<CompareOptions> = {}) {
  return comparedOf(compareTensors(reference, candidate, { atol: 0, rtol: 0, ...options }));
}

test('every metric is one that the table of metrics defines, or a count beside them', () => {
  const counts = [
    'elements',
    'rel_excluded',
    'nan_reference',
    'nan_candidate',
    'inf_reference',
    'inf_candidate',
  ];
  const names = new Set(VECTORS.flatMap(({ metrics }) => Object.keys(metrics)));
  const undefinedNames = [...names].filter((name) => metricDefinition(name)?.scope !== 'element');
  expect(undefinedNames.sort()).toEqual(counts.sort());
});

describe('pairs that cannot be compared', () => {
  const y = tensorOf('float32', [1, 2, 3, 4], [2, 2]);
  const cases: readonly [
    what: string,
    candidate: Tensor,
    reason: string,
    options?: Partial<CompareOptions>,
  ][] = [
    ['name', { ...y, name: 'z' }, 'the reference is named "y", the candidate "z"'],
    ['dtype', { ...y, dtype: 'int32' }, 'the reference is float32, the candidate int32'],
    [
      'unknown dtype',
      { ...y, dtype: 'complex64' as DType },
      'dtype complex64 is not one that fleetdiff compares',
    ],
    ['shape', { ...y, shape: [4] }, 'the reference has shape [2, 2], the candidate [4]'],
    [
      'too few bytes',
      { ...y, data: y.data.subarray(0, 12) },
      'the candidate has 12 bytes; float32 [2, 2] takes 16',
    ],
    [
      'too many bytes',
      { ...y, data: new Uint8Array(20) },
      'the candidate has 20 bytes; float32 [2, 2] takes 16',
    ],
    [
      'scales of another axis',
      y,
      'the quantization has 3 scales, axis 1 has length 2',
      { quantization: { scale: [1, 2, 3], zeroPoint: [0, 0, 0], axis: 1 } },
    ],
    [
      'an axis that is not there',
      y,
      "the quantization's axis 2 is not one of shape [2, 2]",
      { quantization: { scale: [1, 2], zeroPoint: [0, 0], axis: 2 } },
    ],
    [
      'a scale of zero',
      y,
      'the quantization has a scale of 0; expected a positive number',
      { quantization: { scale: [0], zeroPoint: [0], axis: null } },
    ],
    [
      'a scale that is NaN',
      y,
      'the quantization has a scale of NaN; expected a positive number',
      { quantization: { scale: [Number.NaN], zeroPoint: [0], axis: null } },
    ],
  ];
  test.for(cases)('%s', ([, candidate, reason, options]) => {
    const found = compareTensors(y, candidate, { atol: 0, rtol: 0, ...options });
    expect(found).toMatchObject({ status: 'notComparable', reason: expect.stringContaining(reason) });
  });

  test('a shape that is none', () => {
    const odd = { ...y, shape: [-2, -2] };
    expect(compareTensors(odd, odd, { atol: 0, rtol: 0 }).status).toBe('notComparable');
  });

  test('a reference of the wrong size', () => {
    const short = { ...y, data: y.data.subarray(0, 4) };
    expect(compareTensors(short, y, { atol: 0, rtol: 0 })).toMatchObject({
      reason: 'the reference has 4 bytes; float32 [2, 2] takes 16',
    });
  });
});

describe('the worst element', () => {
  test('has both values and a row-major index; equals stand in C order', () => {
    const reference = tensorOf('float32', [0, 0, 0, 0, 0, 0], [2, 3]);
    const candidate = tensorOf('float32', [0, 1, -4, 4, 0, 0.5], [2, 3]);
    const found = compare(reference, candidate, { worstCount: 3 });
    expect(found.worstElements).toEqual([
      { index: [0, 2], reference: 0, candidate: -4 },
      { index: [1, 0], reference: 0, candidate: 4 },
      { index: [0, 1], reference: 0, candidate: 1 },
    ]);
    expect(found.worst).toEqual(found.worstElements[0]);
  });

  test('a non-finite mismatch ranks above every finite error', () => {
    const found = compare(tensorOf('float32', [0, 0, 1]), tensorOf('float32', [1e30, 0, Number.NaN]));
    expect(found.worstElements).toEqual([
      { index: [2], reference: 1, candidate: 'NaN' },
      { index: [0], reference: 0, candidate: Math.fround(1e30) },
    ]);
  });

  test('is absent when no value differs, -0 and NaN payloads included', () => {
    const found = compare(tensorOf('float64', [0, 1]), tensorOf('float64', [-0, 1]));
    expect(found).toMatchObject({ identical: false, worstElements: [] });
    expect(found).not.toHaveProperty('worst');
  });

  test('64-bit integers that a JSON number would round are written in decimal', () => {
    const found = compare(tensorOf('int64', [2n ** 63n - 1n, 5n]), tensorOf('int64', [-(2n ** 63n), 6n]));
    expect(found.worstElements).toEqual([
      { index: [0], reference: '9223372036854775807', candidate: '-9223372036854775808' },
      { index: [1], reference: 5, candidate: 6 },
    ]);
  });
});

test('an error that overflows float64 is infinite, and its signal to noise ratio the worst there is', () => {
  const max = Number.MAX_VALUE;
  const found = compare(tensorOf('float64', [max, 1]), tensorOf('float64', [-max, 1]));
  expect(found.metrics).toMatchObject({ max_abs: 'Infinity', rmse: 'Infinity', sqnr_db: '-Infinity' });
  expect(found.metrics).toMatchObject({ mismatch_fraction: 0.5, nonfinite_mismatch: 0 });
});

test('the ratio of two lengths below every normal number is their ratio', () => {
  const found = compare(tensorOf('float64', [5e-324]), tensorOf('float64', [1e-310]));
  // Python: float(Fraction(1e-310) / Fraction(5e-324))
  expect(found.metrics.norm_ratio).toBeCloseTo(20240225330731, -2);
});

test('long sums keep their digits', () => {
  // 0.1 as float32, 2^20 times: the mean error is that number itself.
  const tenth = Math.fround(0.1);
  const zeros = { name: 'y', dtype: 'float32', shape: [2 ** 20], data: new Uint8Array(2 ** 22) } as const;
  const tenths = { ...zeros, data: new Uint8Array(new Float32Array(2 ** 20).fill(0.1).buffer) };
  const mean = fromJsonNumber(compare(zeros, tenths).metrics.mean_abs ?? 'NaN');
  expect(Math.abs(mean / tenth - 1)).toBeLessThan(1e-14);
});

test('a tolerance that is no tolerance is a defect of the caller', () => {
  const y = tensorOf('float32', [1]);
  expect(() => compareTensors(y, y, { atol: Number.NaN, rtol: 0 })).toThrow('found atol NaN');
  expect(() => compareTensors(y, y, { atol: 0, rtol: -1 })).toThrow(RangeError);
});

describe('strings', () => {
  test('are compared for equality, element by element', () => {
    const found = compare(stringTensor('cat', 'dog', 'ärger'), stringTensor('cat', 'cow', 'arger'));
    expect(found.metrics).toEqual({ elements: 3, mismatch_fraction: 2 / 3 });
    expect(found).not.toHaveProperty('histograms');
    expect(found.worstElements).toEqual([
      { index: [1], reference: 'dog', candidate: 'cow' },
      { index: [2], reference: 'ärger', candidate: 'arger' },
    ]);
  });

  test('that are equal are identical', () => {
    const found = compare(stringTensor('', 'b'), stringTensor('', 'b'));
    expect(found).toMatchObject({ identical: true, metrics: { elements: 2, mismatch_fraction: 0 } });
  });

  test('two broken UTF-8 sequences are not equal because both show as U+FFFD', () => {
    const broken = (byte: number) => tensorOfBytes('string', [1], Uint8Array.of(1, 0, 0, 0, byte));
    expect(compare(broken(0xff), broken(0xfe)).metrics).toMatchObject({ mismatch_fraction: 1 });
  });

  test('of a device that lies about their lengths cannot be compared', () => {
    const good = stringTensor('ab');
    for (const bytes of [[200, 0, 0, 0, 97, 98], [1, 0, 0, 0, 97, 98], [2, 0, 0], []]) {
      const found = compareTensors(good, { ...good, data: Uint8Array.from(bytes) }, { atol: 0, rtol: 0 });
      const reason = "the candidate's bytes are not 1 strings with their lengths";
      expect(found).toEqual({ status: 'notComparable', reason });
    }
  });

  test('that are long are cut where they are shown', () => {
    const found = compare(stringTensor('x'.repeat(5000)), stringTensor('y'));
    expect(found.worst?.reference).toBe(`${'x'.repeat(200)}…`);
  });
});
