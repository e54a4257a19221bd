import type { DType } from '../domain/tensor.ts';

/** NumPy's rule: an element agrees when |candidate - reference| <= atol + rtol·|reference|. */
export interface Tolerances {
  readonly rtol: number;
  readonly atol: number;
}

const EXACT: Tolerances = { rtol: 0, atol: 0 };

/**
 * Tolerances for `diff`, and for suites with no budgets: the values of PyTorch's torch.testing.assert_close, which has
 * none for float8 and compares it exactly.
 */
export const DEFAULT_TOLERANCES: Readonly<Record<DType, Tolerances>> = {
  float64: { rtol: 1e-7, atol: 1e-7 },
  float32: { rtol: 1.3e-6, atol: 1e-5 },
  float16: { rtol: 1e-3, atol: 1e-5 },
  bfloat16: { rtol: 1.6e-2, atol: 1e-5 },
  float8e4m3fn: EXACT,
  float8e5m2: EXACT,
  int64: EXACT,
  int32: EXACT,
  int16: EXACT,
  int8: EXACT,
  int4: EXACT,
  uint64: EXACT,
  uint32: EXACT,
  uint16: EXACT,
  uint8: EXACT,
  uint4: EXACT,
  bool: EXACT,
  string: EXACT,
};
