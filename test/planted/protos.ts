import type { NodeProto, TensorProto, ValueInfoProto } from '../../harness/onnx/proto.ts';

const CODES = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7 } as const;
const ARRAYS = { float32: Float32Array, uint8: Uint8Array, int8: Int8Array, int32: Int32Array } as const;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_INTS = 7;

/** A constant; `dims` default to one axis, or none for one value. */
export function typed(
  dtype: keyof typeof ARRAYS,
  name: string,
  values: readonly number[],
  dims: readonly number[] = values.length === 1 ? [] : [values.length],
): TensorProto {
  const { buffer } = ARRAYS[dtype].from(values);
  return { name, dims: [...dims], dataType: CODES[dtype], rawData: new Uint8Array(buffer) };
}

export function float32s(name: string, values: readonly number[], dims?: readonly number[]): TensorProto {
  return typed('float32', name, values, dims);
}

export function int64s(name: string, values: readonly number[]): TensorProto {
  const { buffer } = BigInt64Array.from(values, BigInt);
  return { name, dims: [values.length], dataType: CODES.int64, rawData: new Uint8Array(buffer) };
}

type Attribute = NonNullable<NodeProto['attribute']>[number];

export const ATTRIBUTE = {
  int: (name: string, i: number): Attribute => ({ name, type: ATTRIBUTE_INT, i }),
  ints: (name: string, ints: readonly number[]): Attribute => ({
    name,
    type: ATTRIBUTE_INTS,
    ints: [...ints],
  }),
};

export function floatInfo(name: string, dims: readonly number[]): ValueInfoProto {
  return {
    name,
    type: { tensorType: { elemType: CODES.float32, shape: { dim: dims.map((dimValue) => ({ dimValue })) } } },
  };
}
