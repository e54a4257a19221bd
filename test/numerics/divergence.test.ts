import { describe, expect, test } from 'vitest';
import type { JsonNumber } from '../../harness/domain/run-files.ts';
import { fromJsonNumber } from '../../harness/domain/run-files.ts';
import type { DType } from '../../harness/domain/tensor.ts';
import { compareTensors } from '../../harness/numerics/compare-tensors.ts';
import { readVectors } from './read-vectors.ts';
import { tensorOf, tensorOfBytes } from './tensors.ts';

interface DivergenceVector {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Base64. */
  readonly reference: string;
  readonly candidate: string;
  /** Quantization step, where one is known. */
  readonly step?: number;
  readonly kl: JsonNumber;
  readonly js: JsonNumber;
  readonly row_sum_error: JsonNumber;
  /** Σ|term| of the worst row. */
  readonly size: number;
}

describe('kl, js and row sums of probabilities', () => {
  test.for(readVectors<DivergenceVector>('divergence'))('$name', (vector) => {
    const side = (base64: string) =>
      tensorOfBytes(vector.dtype, vector.shape, new Uint8Array(Buffer.from(base64, 'base64')));
    const found = compareTensors(side(vector.reference), side(vector.candidate), {
      atol: 0,
      rtol: 0,
      probabilities: true,
      ...(vector.step && { quantization: { scale: [vector.step], zeroPoint: [0], axis: null } }),
    });
    if (found.status !== 'compared') throw new Error(found.reason);
    expectNear(found.metrics.kl, vector.kl, 1e-14 * vector.size);
    expectNear(found.metrics.js, vector.js, 1e-14 * vector.size);
    expectNear(found.metrics.row_sum_error, vector.row_sum_error, 2 ** -53 * (vector.shape.at(-1) ?? 1));
  });
});

function expectNear(actual: JsonNumber | null | undefined, expected: JsonNumber, within: number): void {
  if (typeof expected === 'string') {
    expect(actual).toBe(expected);
    return;
  }
  const error = Math.abs(fromJsonNumber(actual ?? 'NaN') - expected);
  expect(error, `${actual}, expected ${expected}`).toBeLessThanOrEqual(within);
}

test('only a tensor that is declared probabilities has them', () => {
  const y = tensorOf('float32', [1], [1, 1]);
  const found = compareTensors(y, y, { atol: 0, rtol: 0 });
  if (found.status !== 'compared') throw new Error(found.reason);
  expect(Object.keys(found.metrics)).not.toEqual(expect.arrayContaining(['kl']));
  expect(found.metrics).not.toHaveProperty('row_sum_error');
});
