import type { DType } from '../../domain/tensor.ts';

/** Numbers of the dtypes that kernels know; assembly/formats.ts has the same. */
export const FORMATS: Partial<Record<DType, number>> = {
  float32: 0,
  float16: 1,
  bfloat16: 2,
  int32: 3,
  uint32: 4,
  int16: 5,
  uint16: 6,
  int8: 7,
  uint8: 8,
  int4: 9,
  uint4: 10,
  bool: 11,
};

/** True for the formats of at most 8 bits. */
export function isByteFormat(format: number): boolean {
  return format >= FORMATS.int8!;
}
