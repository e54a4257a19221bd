import type { Tensor as OrtTensor } from 'onnxruntime-node';
import type { DType, Tensor, TensorHeader } from '../../domain/tensor.ts';
import type { Ort } from './runtime.ts';

type ElementArray = new (buffer: ArrayBuffer, byteOffset: number, length: number) => OrtTensor['data'];

/** What onnxruntime-node can take and give: element bytes and the array type that its Tensor wants. */
const ELEMENTS: Readonly<Partial<Record<DType, { readonly bytes: number; readonly array: ElementArray }>>> = {
  float64: { bytes: 8, array: Float64Array },
  float32: { bytes: 4, array: Float32Array },
  float16: { bytes: 2, array: Uint16Array },
  int64: { bytes: 8, array: BigInt64Array },
  int32: { bytes: 4, array: Int32Array },
  int16: { bytes: 2, array: Int16Array },
  int8: { bytes: 1, array: Int8Array },
  uint64: { bytes: 8, array: BigUint64Array },
  uint32: { bytes: 4, array: Uint32Array },
  uint16: { bytes: 2, array: Uint16Array },
  uint8: { bytes: 1, array: Uint8Array },
  bool: { bytes: 1, array: Uint8Array },
};

const SUPPORTED = [...Object.keys(ELEMENTS), 'string'].join(', ');

/** Little-endian bytes in C order → a runtime tensor; throws when the byte count does not fit dtype and shape. */
export function toRuntimeTensor(ort: Ort, header: TensorHeader, bytes: Uint8Array): OrtTensor {
  const count = elementCount(header);
  if (header.dtype === 'string') {
    return new ort.Tensor('string', decodeStrings(bytes, count, header.name), header.shape);
  }
  const element = elementsOf(header.dtype, header.name);
  if (bytes.length !== count * element.bytes) {
    throw new Error(
      `Input "${header.name}" is ${header.dtype} [${header.shape}] and needs ${count * element.bytes} bytes; its blob has ${bytes.length}.`,
    );
  }
  // A copy of its own: typed arrays want aligned offsets, and the runtime may keep the buffer.
  const data = new element.array(new Uint8Array(bytes).buffer, 0, count);
  // The overload per dtype cannot be chosen by the compiler; the table above pairs dtype and array.
  return new ort.Tensor(header.dtype as 'float32', data as Float32Array, header.shape);
}

/** A runtime tensor → little-endian bytes in C order, copied out of the runtime's memory. */
export function fromRuntimeTensor(name: string, value: OrtTensor): Tensor {
  const dtype = value.type as DType;
  const shape = [...value.dims];
  if (dtype === 'string') return { name, dtype, shape, data: encodeStrings(value.data as string[]) };
  const element = elementsOf(dtype, name);
  const data = value.data as Uint8Array;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  const expected = elementCount({ name, shape }) * element.bytes;
  if (bytes.length !== expected) {
    throw new Error(
      `Output "${name}" is ${dtype} [${shape}] and should have ${expected} bytes; the runtime gave ${bytes.length}.`,
    );
  }
  return { name, dtype, shape, data: bytes };
}

function elementsOf(dtype: DType, name: string): { readonly bytes: number; readonly array: ElementArray } {
  const element = ELEMENTS[dtype];
  if (!element) {
    throw new Error(
      `Tensor "${name}" is ${dtype}, which onnxruntime-node cannot hand over; it can: ${SUPPORTED}.`,
    );
  }
  return element;
}

function elementCount({ name, shape }: Pick<TensorHeader, 'name' | 'shape'>): number {
  const count = shape.reduce((product, length) => product * length, 1);
  if (
    !Number.isSafeInteger(count) ||
    count < 0 ||
    shape.some((length) => !Number.isInteger(length) || length < 0)
  ) {
    throw new Error(`Tensor "${name}" has the shape [${shape}], which is no list of sizes.`);
  }
  return count;
}

/** Strings as bytes: per element a little-endian uint32 with the length in bytes, then the UTF-8. */
function encodeStrings(values: readonly string[]): Uint8Array {
  const parts = values.flatMap((value) => {
    const text = Buffer.from(value, 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length);
    return [length, text];
  });
  return new Uint8Array(Buffer.concat(parts));
}

function decodeStrings(bytes: Uint8Array, count: number, name: string): string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: string[] = [];
  let offset = 0;
  while (offset + 4 <= buffer.length && offset + 4 + buffer.readUInt32LE(offset) <= buffer.length) {
    const end = offset + 4 + buffer.readUInt32LE(offset);
    values.push(buffer.toString('utf8', offset + 4, end));
    offset = end;
  }
  // The binding cuts texts at their first NUL.
  if (values.some((value) => value.includes('\0'))) {
    throw new Error(
      `Input "${name}" holds a text with a NUL character, which onnxruntime-node would cut short.`,
    );
  }
  if (offset !== buffer.length || values.length !== count) {
    throw new Error(
      `Input "${name}" should hold ${count} strings; its blob holds ${values.length} and ${buffer.length - offset} bytes more.`,
    );
  }
  return values;
}
