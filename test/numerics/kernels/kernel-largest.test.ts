import { expect, test } from 'vitest';
import { kernelLargestFinite } from '../../../harness/numerics/kernels/kernel-largest.ts';
import { largestFinite } from '../../../harness/numerics/largest-finite.ts';
import { BYTES, KERNEL_DTYPES, PAIRS } from './pairs.ts';

test.for(KERNEL_DTYPES)('%s: the largest finite value, as plain TypeScript finds it', (dtype) => {
  for (const { make } of PAIRS) {
    for (const count of [1, 3, 31, 1024, 1025, 3001]) {
      for (const data of Object.values(make(dtype, Math.ceil(count * BYTES[dtype])))) {
        expect(kernelLargestFinite(dtype, data, count)).toBe(largestFinite(dtype, data, count));
      }
    }
  }
});

test.for(KERNEL_DTYPES)('%s: one large element is found wherever it lies', (dtype) => {
  const count = 66_000;
  for (const place of [0, 1, 2, 3, 15, 16, 31, 1023, 1024, 65_535, 65_536, 65_999]) {
    const data = new Uint8Array(Math.ceil(count * BYTES[dtype]));
    data[Math.floor(place * BYTES[dtype])] = dtype === 'bool' ? 1 : 0x77;
    const expected = largestFinite(dtype, data, count);
    expect(expected).toBeGreaterThan(0);
    expect(kernelLargestFinite(dtype, data, count)).toBe(expected);
  }
});
