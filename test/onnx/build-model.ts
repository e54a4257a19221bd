import { encodeModel, type GraphProto, type NodeProto, type TensorProto } from '../../harness/onnx/proto.ts';

const CODES = { float32: 1, uint8: 2, int8: 3, float16: 10, complex64: 14 } as const;
type Code = keyof typeof CODES;

const WIDTHS: Readonly<Record<Code, (values: readonly number[]) => ArrayBufferView>> = {
  float32: (values) => Float32Array.from(values),
  uint8: (values) => Uint8Array.from(values),
  int8: (values) => Int8Array.from(values),
  float16: (values) => Uint16Array.from(values),
  complex64: (values) => Float32Array.from(values),
};

/** A constant; `dims` default to one axis. float16 takes bit patterns. */
export function constant(
  name: string,
  type: Code,
  values: readonly number[],
  dims = [values.length],
): TensorProto {
  const { buffer } = WIDTHS[type](values);
  return { name, dims, dataType: CODES[type], rawData: new Uint8Array(buffer) };
}

export function node(
  opType: string,
  input: readonly string[],
  output: string,
  attribute: NodeProto['attribute'] = [],
): NodeProto {
  return { opType, input: [...input], output: [output], attribute };
}

export function info(name: string, type: Code = 'float32', dims: readonly (number | string)[] = [2, 2]) {
  const dim = dims.map((length) =>
    typeof length === 'string' ? { dimParam: length } : { dimValue: length },
  );
  return { name, type: { tensorType: { elemType: CODES[type], shape: { dim } } } };
}

export function model(graph: GraphProto): Uint8Array {
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    graph: { name: 'g', ...graph },
  });
}
