import { expect, test } from 'vitest';
import { isFurther } from '../../harness/stages/compare/worst-of.ts';

test.for([
  {
    what: 'NaN out of place before any error',
    far: { nonfinite_mismatch: 1, max_abs: 0 },
    near: { nonfinite_mismatch: 0, max_abs: 9 },
  },
  {
    what: 'the larger error',
    far: { nonfinite_mismatch: 0, max_abs: 2 },
    near: { nonfinite_mismatch: 0, max_abs: 1 },
  },
  { what: 'strings: more that differ', far: { mismatch_fraction: 0.5 }, near: { mismatch_fraction: 0 } },
])('further from the reference is $what', ({ far, near }) => {
  expect(isFurther(far, near)).toBe(true);
  expect(isFurther(near, far)).toBe(false);
});
