import { shapeProblem } from '../domain/shape-problem.ts';
import { byteLength, type DType, elementCount, type Tensor, type TensorHeader } from '../domain/tensor.ts';
import { UserError } from '../domain/user-error.ts';
import { dtypeOfCode, nameOfCode } from './dtype-codes.ts';
import type { Int64, TensorProto } from './proto.ts';

const EXTERNAL = 1;

/** Elements that TensorProto keeps in `int32_data`, one each, and the range that each may have. */
const IN_INT32_DATA: Partial<Record<DType, readonly [low: number, high: number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  int8: [-128, 127],
  uint16: [0, 2 ** 16 - 1],
  uint8: [0, 255],
  bool: [0, 1],
  float16: [0, 2 ** 16 - 1],
  bfloat16: [0, 2 ** 16 - 1],
  float8e4m3fn: [0, 255],
  float8e5m2: [0, 255],
  // two elements to a byte, one byte to an entry
  int4: [-128, 255],
  uint4: [0, 255],
};

/**
 * The tensor of a TensorProto, from `raw_data` or from the typed field of its dtype (onnx.proto, "TensorProto").
 * Throws E_ONNX_TENSOR when the parts do not agree, E_ONNX_EXTERNAL_DATA when the elements lie in another file.
 */
export function tensorOfProto(proto: TensorProto, file: string): Tensor {
  const header = headerOfProto(proto, file, proto.rawData?.length ?? 0);
  const { name, dtype, shape } = header;
  if (proto.rawData?.length) return { ...header, data: new Uint8Array(proto.rawData) };
  const refuse = (reason: string): UserError => damaged(name, file, reason);
  const data = typedElements(proto, dtype, refuse);
  checkByteLength(header, data.byteLength, refuse);
  const strings = proto.stringData?.length ?? 0;
  if (dtype === 'string' && strings !== elementCount(shape)) {
    throw refuse(`string[${shape.join(', ')}] takes ${elementCount(shape)} strings; it holds ${strings}`);
  }
  return { ...header, data };
}

/**
 * Name, dtype and shape of a TensorProto, whose own `raw_data` need not be there: `rawBytes` says how long it is, 0 when the
 * elements are typed. Throws as `tensorOfProto` does.
 */
export function headerOfProto(proto: TensorProto, file: string, rawBytes: number): TensorHeader {
  const name = proto.name ?? '';
  const refuse = (reason: string): UserError => damaged(name, file, reason);
  if (proto.dataLocation === EXTERNAL) throw externalData(name, file);
  if (proto.segment) throw refuse('it is one segment of a larger tensor, which fleetdiff does not read');
  const dtype = dtypeOfCode(proto.dataType ?? 0);
  if (!dtype) {
    throw new UserError(
      'E_ONNX_DTYPE',
      `Tensor "${name}" is of ${nameOfCode(proto.dataType ?? 0)}, which fleetdiff does not compare.`,
      { place: { file } },
    );
  }
  const shape = (proto.dims ?? []).map(Number);
  const problem = shapeProblem(shape);
  if (problem) throw refuse(problem);
  if (rawBytes > 0) {
    if (dtype === 'string') throw refuse('strings cannot stand in raw_data');
    if (typedLength(proto) > 0) throw refuse('it holds raw_data and typed data');
    checkByteLength({ name, dtype, shape }, rawBytes, refuse);
  }
  return { name, dtype, shape };
}

function checkByteLength(
  { dtype, shape }: TensorHeader,
  found: number,
  refuse: (reason: string) => UserError,
): void {
  const expected = byteLength(dtype, shape);
  if (expected === undefined || found === expected) return;
  throw refuse(`${dtype}[${shape.join(', ')}] takes ${expected} bytes; it holds ${found}`);
}

function damaged(name: string, file: string, reason: string): UserError {
  return new UserError('E_ONNX_TENSOR', `Tensor "${name}" is damaged: ${reason}.`, { place: { file } });
}

export function externalData(name: string, file: string): UserError {
  return new UserError(
    'E_ONNX_EXTERNAL_DATA',
    `Tensor "${name}" keeps its elements in another file; fleetdiff deploys one file.`,
    {
      place: { file },
      remedies: ['save the model with its weights inside:  onnx.save(model, path) after onnx.load(path)'],
    },
  );
}

function typedElements(proto: TensorProto, dtype: DType, refuse: (reason: string) => UserError): Uint8Array {
  if (dtype === 'string') return encodeStrings(proto.stringData ?? []);
  const range = IN_INT32_DATA[dtype];
  if (range) return encodeSmall(proto.int32Data ?? [], dtype, range, refuse);
  if (dtype === 'float32') return bytesOf(Float32Array.from(proto.floatData ?? []));
  if (dtype === 'float64') return bytesOf(Float64Array.from(proto.doubleData ?? []));
  if (dtype === 'int64') return encode64((proto.int64Data ?? []) as readonly Int64[]);
  const unsigned = (proto.uint64Data ?? []) as readonly Int64[];
  if (dtype === 'uint64') return encode64(unsigned);
  if (unsigned.some(({ high }) => high !== 0)) throw refuse('a value does not fit uint32');
  return bytesOf(Uint32Array.from(unsigned, ({ low }) => low >>> 0));
}

function typedLength(proto: TensorProto): number {
  const fields = [
    proto.floatData,
    proto.int32Data,
    proto.stringData,
    proto.int64Data,
    proto.doubleData,
    proto.uint64Data,
  ];
  return fields.reduce((sum, field) => sum + (field?.length ?? 0), 0);
}

function encodeSmall(
  values: readonly number[],
  dtype: DType,
  [low, high]: readonly [number, number],
  refuse: (reason: string) => UserError,
): Uint8Array {
  const wrong = values.find((value) => value < low || value > high);
  if (wrong !== undefined) throw refuse(`the value ${wrong} does not fit ${dtype}`);
  if (dtype === 'int32') return bytesOf(Int32Array.from(values));
  return high > 255 ? bytesOf(Uint16Array.from(values)) : Uint8Array.from(values);
}

function encode64(values: readonly Int64[]): Uint8Array {
  const words = new Int32Array(values.length * 2);
  for (const [index, { low, high }] of values.entries()) {
    words[index * 2] = low;
    words[index * 2 + 1] = high;
  }
  return bytesOf(words);
}

/** Each string as its length in bytes (uint32, little-endian) and its UTF-8. */
function encodeStrings(strings: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(strings.reduce((sum, text) => sum + 4 + text.length, 0));
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const text of strings) {
    view.setUint32(offset, text.length, true);
    bytes.set(text, offset + 4);
    offset += 4 + text.length;
  }
  return bytes;
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
