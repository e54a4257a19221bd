import { describe, expect, test } from 'vitest';
import { errorBin, stepBin, ulpBin } from '../../harness/numerics/histograms.ts';

/** The float64 next below a positive one. */
function below(value: number): number {
  const bits = new BigUint64Array(new Float64Array([value]).buffer);
  bits[0]! -= 1n;
  return new Float64Array(bits.buffer)[0]!;
}

describe('decades of the error', () => {
  test('begin exactly at the float64 nearest to 10^k', () => {
    for (let k = -323; k <= 308; k++) {
      const boundary = Number(`1e${k}`);
      expect([k, errorBin(boundary)]).toEqual([k, k + 325]);
      expect([k, errorBin(below(boundary))]).toEqual([k, k + 324]);
    }
  });

  test.for([
    [0, 0],
    [5e-324, 1],
    [Number.MAX_VALUE, 633],
    [Infinity, 633],
  ] as const)('%d lies in bin %d', ([magnitude, bin]) => expect(errorBin(magnitude)).toBe(bin));
});

test.for([
  [0, 0],
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 3],
  [2 ** 32 - 1, 32],
  [2 ** 32, 33],
  [2 ** 63, 64],
] as const)('%d ULP lie in bin %d', ([distance, bin]) => expect(ulpBin(distance)).toBe(bin));

test.for([
  [-Infinity, 0],
  [-65, 0],
  [-64, 0],
  [-63, 1],
  [0, 64],
  [63, 127],
  [64, 128],
  [65, 128],
  [Number.NaN, 128],
] as const)('%d steps lie in bin %d', ([steps, bin]) => expect(stepBin(steps)).toBe(bin));
