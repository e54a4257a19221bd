import { expect, test } from 'vitest';
import type { DType } from '../../harness/domain/tensor.ts';
import { DTYPES } from '../../harness/domain/tensor.ts';
import { decodeToFloat64 } from '../../harness/numerics/decode.ts';
import { largestFinite } from '../../harness/numerics/largest-finite.ts';
import { seededBytes } from './seeded-bytes.ts';
import { tensorOf } from './tensors.ts';

const NUMERIC = DTYPES.filter((dtype) => dtype !== 'string');

test.for(NUMERIC)('is the largest of the decoded values: %s', (dtype: DType) => {
  for (const elements of [1, 7, 1025]) {
    const [tensor] = seededBytes(dtype, [elements], 40 + elements);
    const finite = [...decodeToFloat64(tensor)].map(Math.abs).filter(Number.isFinite);
    expect(largestFinite(dtype, tensor.data, elements)).toBe(Math.max(0, ...finite));
  }
});

test.for([
  [[-3, 2, Number.NaN, Infinity], 3],
  [[3.4028234663852886e38, -Infinity], 3.4028234663852886e38],
  [[1e-45, -0], 1.401298464324817e-45],
  [[Number.NaN, -Infinity], 0],
  [[], 0],
] as [number[], number][])('of float32 %j', ([values, largest]) => {
  expect(largestFinite('float32', tensorOf('float32', values).data, values.length)).toBe(largest);
});

test('the padding of packed 4-bit elements is none of them', () => {
  expect(largestFinite('uint4', Uint8Array.of(0xf1), 1)).toBe(1);
});
