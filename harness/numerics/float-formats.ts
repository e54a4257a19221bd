import type { DType } from '../domain/tensor.ts';

const PRECISION: Partial<Record<DType, number>> = {
  float64: 53,
  float32: 24,
  float16: 11,
  bfloat16: 8,
  float8e4m3fn: 4,
  float8e5m2: 3,
};

const SMALLEST_NORMAL: Partial<Record<DType, number>> = {
  float64: 2 ** -1022,
  float32: 2 ** -126,
  float16: 2 ** -14,
  bfloat16: 2 ** -126,
  float8e4m3fn: 2 ** -6,
  float8e5m2: 2 ** -14,
};

/** Bits of precision, the hidden one counted: unit roundoff is 2^-precision. Undefined when not a float. */
export function floatPrecision(dtype: DType): number | undefined {
  return PRECISION[dtype];
}

/** The smallest positive normal number; 0 for dtypes that are not floats, which have no subnormals. */
export function smallestNormal(dtype: DType): number {
  return SMALLEST_NORMAL[dtype] ?? 0;
}
