import { describe, expect, test } from 'vitest';
import type { JsonNumber } from '../../harness/domain/run-files.ts';
import { fromJsonNumber } from '../../harness/domain/run-files.ts';
import type { Tensor } from '../../harness/domain/tensor.ts';
import { compareTensors } from '../../harness/numerics/compare-tensors.ts';
import { topKOverlap } from '../../harness/numerics/top-k.ts';
import { tensorOf, tensorOfBytes } from './tensors.ts';

const NAN = Number.NaN;
const int32 = { max: 2 ** 31 - 1, min: -(2 ** 31) };

/** What the judge asks: a number that lies within its limit. NaN, null and absent do not. */
function within(actual: JsonNumber | null | undefined, limit: number): boolean {
  return actual !== null && actual !== undefined && fromJsonNumber(actual) <= limit;
}

function metricsOf(reference: Tensor, candidate: Tensor, tolerances = { atol: 0, rtol: 0 }) {
  const found = compareTensors(reference, candidate, tolerances);
  if (found.status !== 'compared') throw new Error(found.reason);
  return found.metrics;
}

describe('broken data that another tool passes has a metric outside its limit', () => {
  const cases: readonly {
    readonly tool: string;
    readonly reference: Tensor;
    readonly candidate: Tensor;
    readonly metric: string;
    readonly limit: number;
    readonly actual: JsonNumber;
  }[] = [
    {
      tool: 'Polygraphy: int32 MAX against MIN wraps around to 1',
      reference: tensorOf('int32', [int32.max]),
      candidate: tensorOf('int32', [int32.min]),
      metric: 'max_abs',
      limit: 2 ** 31,
      actual: 2 ** 32 - 1,
    },
    {
      tool: 'Polygraphy: int64 MAX against -1 wraps around to MIN',
      reference: tensorOf('int64', [2n ** 63n - 1n]),
      candidate: tensorOf('int64', [-1n]),
      metric: 'max_abs',
      limit: 2 ** 62,
      actual: 2 ** 63,
    },
    {
      tool: 'Polygraphy: an element fails only if it breaks atol and rtol, here atol alone',
      reference: tensorOf('float32', [1000]),
      candidate: tensorOf('float32', [1002]),
      metric: 'mismatch_fraction',
      limit: 0,
      actual: 1,
    },
    {
      tool: 'LiteRT: an output of nothing but NaN does not fail',
      reference: tensorOf('float32', [1, 2]),
      candidate: tensorOf('float32', [NAN, NAN]),
      metric: 'max_abs',
      limit: Infinity,
      actual: 'NaN',
    },
    {
      tool: 'LiteRT: NaN leaves the largest difference at 0',
      reference: tensorOf('float32', [1, 2]),
      candidate: tensorOf('float32', [1, NAN]),
      metric: 'nonfinite_mismatch',
      limit: 0,
      actual: 1,
    },
    {
      tool: 'ExecuTorch: NaN becomes 0',
      reference: tensorOf('float32', [0, 0]),
      candidate: tensorOf('float32', [0, NAN]),
      metric: 'nonfinite_mismatch',
      limit: 0,
      actual: 1,
    },
    {
      tool: 'ExecuTorch: infinity becomes the largest number',
      reference: tensorOf('float32', [3.4028234663852886e38]),
      candidate: tensorOf('float32', [Infinity]),
      metric: 'nonfinite_mismatch',
      limit: 0,
      actual: 1,
    },
    {
      tool: 'FAI-PEP: values are sorted, so a permutation passes',
      reference: tensorOf('float32', [1, 2, 3]),
      candidate: tensorOf('float32', [3, 1, 2]),
      metric: 'max_abs',
      limit: 1,
      actual: 2,
    },
  ];
  test.for(cases)('$tool', ({ reference, candidate, metric, limit, actual }) => {
    const metrics = metricsOf(reference, candidate, { atol: 1, rtol: 1e-6 });
    expect(metrics[metric]).toEqual(actual);
    expect(within(metrics[metric], limit)).toBe(false);
  });
});

describe('pairs that another tool compares anyway', () => {
  const y = tensorOf('float32', [1, 2]);
  const cases: readonly [tool: string, candidate: Tensor][] = [
    ['Polygraphy: a renamed output passes', { ...y, name: 'renamed' }],
    ['Polygraphy: float32 against int64 passes', tensorOf('int64', [1, 2])],
    ['another shape of the same bytes', { ...y, shape: [2, 1] }],
    ['a shape that would broadcast', tensorOf('float32', [1])],
    ['empty against not empty', tensorOf('float32', [])],
  ];
  test.for(cases)('%s', ([, candidate]) => {
    expect(compareTensors(y, candidate, { atol: 1e9, rtol: 0 }).status).toBe('notComparable');
  });
});

test('LiteRT: one NaN leaves the signal to noise ratio at +∞', () => {
  const metrics = metricsOf(tensorOf('float32', [1, 2]), tensorOf('float32', [1, NAN]));
  expect(metrics).toMatchObject({ sqnr_db: 'NaN', psnr_db: 'NaN' });
});

test('LiteRT: a tensor of NaN on one side has no distance that is 0 and no ratio that is perfect', () => {
  const { max_abs, mean_abs, rmse, bias, max_rel, max_ulp, sqnr_db, psnr_db, cosine, norm_ratio } = metricsOf(
    tensorOf('float32', [1, 2]),
    tensorOf('float32', [NAN, NAN]),
  );
  const all = [max_abs, mean_abs, rmse, bias, max_rel, max_ulp, sqnr_db, psnr_db, cosine, norm_ratio];
  expect(all).toEqual(all.map(() => 'NaN'));
});

test('LiteRT: bfloat16 is decoded, not read as raw bytes', () => {
  const one = tensorOfBytes('bfloat16', [1], Uint8Array.of(0x80, 0x3f));
  const next = tensorOfBytes('bfloat16', [1], Uint8Array.of(0x81, 0x3f));
  expect(metricsOf(one, next)).toMatchObject({ max_abs: 2 ** -7, max_ulp: 1 });
});

test('ExecuTorch: the mean error is a mean, not a sum', () => {
  const metrics = metricsOf(tensorOf('float32', [0, 0, 0, 0]), tensorOf('float32', [1, 1, 1, 1]));
  expect(metrics.mean_abs).toBe(1);
});

test('Polygraphy: identical int32 tensors fail cosine, because it overflows', () => {
  const y = tensorOf('int32', [int32.max, int32.min, int32.max]);
  expect(metricsOf(y, y)).toMatchObject({ cosine: 1, norm_ratio: 1, sqnr_db: 'Infinity' });
});

test('Polygraphy: the PSNR of -1000 ± 1 is 0 dB', () => {
  const metrics = metricsOf(tensorOf('float32', [-1000, -1000]), tensorOf('float32', [-999, -1001]));
  expect(metrics.psnr_db).toBeCloseTo(60, 10);
});

test("AI Hub models: the peak of PSNR is the reference's, not the candidate's", () => {
  const garbage = metricsOf(tensorOf('float32', [1, 1]), tensorOf('float32', [1, 1e6]));
  expect(within(garbage.psnr_db, 0)).toBe(true);
});

test('AI Hub models: which of tied classes is among the best does not depend on the order of sorting', () => {
  expect(topKOverlap([3, 1, 1, 0], [3, 0.9, 1, 0], 2)).toBe(1);
});

test('OpenVINO: the relative difference divides by the reference', () => {
  const metrics = metricsOf(tensorOf('float32', [4, 8]), tensorOf('float32', [5, 8]));
  expect(metrics).toMatchObject({ max_rel: 0.25, rel_excluded: 0 });
});

test('a NaN payload makes two tensors not identical, and is no mismatch', () => {
  const nan = (payload: number) => tensorOfBytes('float32', [1], Uint8Array.of(payload, 0, 0xc0, 0x7f));
  const found = compareTensors(nan(1), nan(2), { atol: 0, rtol: 0 });
  expect(found).toMatchObject({ identical: false, metrics: { nonfinite_mismatch: 0, nonfinite_matched: 1 } });
});
