import type { DType } from '../domain/tensor.ts';

/** NumPy's rule: an element agrees when |candidate - reference| <= atol + rtol·|reference|. */
export interface Tolerances {
  readonly rtol: number;
  readonly atol: number;
}

const EXACT: Tolerances = { rtol: 0, atol: 0 };

/** The values of PyTorch's torch.testing.assert_close. float8 has none there and is compared exactly. */
const TOLERANCES: Partial<Record<DType, Tolerances>> = {
  float16: { rtol: 1e-3, atol: 1e-5 },
  bfloat16: { rtol: 1.6e-2, atol: 1e-5 },
  float32: { rtol: 1.3e-6, atol: 1e-5 },
  float64: { rtol: 1e-7, atol: 1e-7 },
};

/** Tolerances for `diff`, and for suites with no budgets. */
export function defaultTolerances(dtype: DType): Tolerances {
  return TOLERANCES[dtype] ?? EXACT;
}
