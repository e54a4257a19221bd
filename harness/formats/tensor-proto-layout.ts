import type { Bytes } from './bytes.ts';
import { formatError } from './format-error.ts';

/** Where the parts of a serialized onnx.TensorProto lie. */
export interface TensorProtoLayout {
  /** The elements as raw bytes; undefined when they stand in a typed field, or there are none. */
  readonly rawData: { readonly offset: number; readonly byteLength: number } | undefined;
  /** All other fields, serialized. */
  readonly rest: Uint8Array;
}

/** Decoded, typed elements take up to sixty times their bytes here: an object each. */
const MOST_TYPED_BYTES = 16 * 2 ** 20;

const RAW_DATA = 9;
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** Wire types of TensorProto's fields, repeated numbers packed or not (onnx.proto; protobuf's "Encoding"). */
const WIRE_TYPES: ReadonlyMap<number, readonly number[]> = new Map([
  [1, [VARINT, LENGTH_DELIMITED]],
  [2, [VARINT]],
  [3, [LENGTH_DELIMITED]],
  [4, [FIXED32, LENGTH_DELIMITED]],
  [5, [VARINT, LENGTH_DELIMITED]],
  [6, [LENGTH_DELIMITED]],
  [7, [VARINT, LENGTH_DELIMITED]],
  [8, [LENGTH_DELIMITED]],
  [RAW_DATA, [LENGTH_DELIMITED]],
  [10, [FIXED64, LENGTH_DELIMITED]],
  [11, [VARINT, LENGTH_DELIMITED]],
  [12, [LENGTH_DELIMITED]],
  [13, [LENGTH_DELIMITED]],
  [14, [VARINT]],
]);

/** Finds the raw elements of a serialized TensorProto without reading them. Throws E_ONNX_TENSOR, E_TENSOR_TOO_LARGE. */
export async function readTensorProtoLayout(bytes: Bytes): Promise<TensorProtoLayout> {
  const parts: Uint8Array[] = [];
  let rawData: TensorProtoLayout['rawData'];
  let restBytes = 0;
  for (let at = 0; at < bytes.byteLength; ) {
    const field = await readField(bytes, at);
    // the last of several counts, as everywhere in protobuf
    if (field.number === RAW_DATA) rawData = { offset: field.valueAt, byteLength: field.end - field.valueAt };
    else {
      restBytes += field.end - at;
      if (restBytes > MOST_TYPED_BYTES) throw tooLarge(bytes.file);
      parts.push(await bytes.read(at, field.end - at));
    }
    at = field.end;
  }
  return { rawData: rawData?.byteLength ? rawData : undefined, rest: Buffer.concat(parts) };
}

interface Field {
  readonly number: number;
  readonly valueAt: number;
  readonly end: number;
}

async function readField(bytes: Bytes, at: number): Promise<Field> {
  const refuse = (reason: string) =>
    formatError('E_ONNX_TENSOR', bytes.file, `The file is no ONNX tensor: ${reason}`, { offset: at });
  // a tag of at most 5 bytes, then a number or a length of at most 10
  const head = await bytes.read(at, Math.min(15, bytes.byteLength - at));
  const tag = readVarint(head, 0);
  if (!tag || tag.value > 0xffffffff) throw refuse('a field is expected here');
  const number = Math.floor(tag.value / 8);
  const wireType = tag.value % 8;
  const allowed = WIRE_TYPES.get(number)?.includes(wireType);
  if (number === 0 || allowed === false) throw refuse(`field ${number} cannot be of wire type ${wireType}`);
  const value = valueRange(head, tag.length, wireType);
  if (!value) throw refuse(`field ${number} is damaged or of a kind that is not read`);
  const end = at + value.end;
  if (end > bytes.byteLength) {
    throw refuse(`field ${number} ends at byte ${end}, and the file at byte ${bytes.byteLength}`);
  }
  return { number, valueAt: at + value.start, end };
}

function valueRange(
  head: Uint8Array,
  start: number,
  wireType: number,
): { start: number; end: number } | undefined {
  if (wireType === FIXED64) return { start, end: start + 8 };
  if (wireType === FIXED32) return { start, end: start + 4 };
  const varint = readVarint(head, start);
  if (!varint) return undefined;
  const end = start + varint.length;
  if (wireType === VARINT) return { start, end };
  return wireType === LENGTH_DELIMITED ? { start: end, end: end + varint.value } : undefined;
}

/** An unsigned number in groups of 7 bits, lowest first, at most 10 of them; rounded beyond 2^53. */
function readVarint(head: Uint8Array, start: number): { value: number; length: number } | undefined {
  let value = 0;
  for (let index = 0; index < 10; index++) {
    const byte = head[start + index];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, length: index + 1 };
  }
  return undefined;
}

function tooLarge(file: string): Error {
  const reason = `The tensor holds more than ${MOST_TYPED_BYTES} bytes besides raw_data`;
  return formatError('E_TENSOR_TOO_LARGE', file, reason, {
    remedies: ['write the elements to raw_data, as onnx.numpy_helper.from_array does'],
  });
}
