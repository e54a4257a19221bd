import { expect, test } from 'vitest';
import { DTYPES } from '../../harness/domain/tensor.ts';
import { DEFAULT_TOLERANCES } from '../../harness/numerics/default-tolerances.ts';

/** numerics.md, "Policy": (rtol, atol) of PyTorch's testing; every other dtype is exact. */
const ROUNDED: Readonly<Record<string, readonly [rtol: number, atol: number]>> = {
  float16: [1e-3, 1e-5],
  bfloat16: [1.6e-2, 1e-5],
  float32: [1.3e-6, 1e-5],
  float64: [1e-7, 1e-7],
};

test.for(DTYPES)('%s', (dtype) => {
  const [rtol, atol] = ROUNDED[dtype] ?? [0, 0];
  expect(DEFAULT_TOLERANCES[dtype]).toEqual({ rtol, atol });
});
