import type { DType } from '../domain/tensor.ts';

/** onnx.TensorProto.DataType; what is not here (complex, float8 FNUZ, float4 …) cannot be compared. */
const DTYPE_BY_CODE: ReadonlyMap<number, DType> = new Map([
  [1, 'float32'],
  [2, 'uint8'],
  [3, 'int8'],
  [4, 'uint16'],
  [5, 'int16'],
  [6, 'int32'],
  [7, 'int64'],
  [8, 'string'],
  [9, 'bool'],
  [10, 'float16'],
  [11, 'float64'],
  [12, 'uint32'],
  [13, 'uint64'],
  [16, 'bfloat16'],
  [17, 'float8e4m3fn'],
  [19, 'float8e5m2'],
  [21, 'uint4'],
  [22, 'int4'],
]);

/** Names of the codes that have no dtype here, for messages. */
const OTHER_NAMES: ReadonlyMap<number, string> = new Map([
  [0, 'undefined'],
  [14, 'complex64'],
  [15, 'complex128'],
  [18, 'float8e4m3fnuz'],
  [20, 'float8e5m2fnuz'],
  [23, 'float4e2m1'],
  [24, 'float8e8m0'],
]);

/** The dtype of an ONNX element type; undefined when fleetdiff does not compare it. */
export function dtypeOfCode(code: number): DType | undefined {
  return DTYPE_BY_CODE.get(code);
}

/** An ONNX element type in words, for messages. */
export function nameOfCode(code: number): string {
  return DTYPE_BY_CODE.get(code) ?? OTHER_NAMES.get(code) ?? `type ${code}`;
}

/** The ONNX element type of a dtype. */
export function codeOfDType(dtype: DType): number {
  for (const [code, name] of DTYPE_BY_CODE) if (name === dtype) return code;
  throw new Error(`${dtype} has no ONNX element type`);
}
