import { byteLength, DTYPE_BITS, type DType, elementCount, type Tensor } from '../domain/tensor.ts';
import { UserError } from '../domain/user-error.ts';
import { formatError } from './format-error.ts';
import { topLevelKeys } from './json-keys.ts';

/** safetensors' names of the dtypes; its 4-bit, 6-bit and complex ones have no counterpart here. */
const DTYPE_NAMES: Partial<Record<DType, string>> = {
  float64: 'F64',
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  float8e4m3fn: 'F8_E4M3',
  float8e5m2: 'F8_E5M2',
  int64: 'I64',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  uint64: 'U64',
  uint32: 'U32',
  uint16: 'U16',
  uint8: 'U8',
  bool: 'BOOL',
};

/** The format's own limit of a header. */
const MAX_HEADER_BYTES = 100_000_000;
const METADATA = '__metadata__';

interface Entry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * The tensors of a .safetensors file, in the order of their bytes. As the format demands, they must cover the file without gap
 * or overlap. Throws E_SAFETENSORS.
 */
export function readSafetensors(bytes: Uint8Array, file: string): Tensor[] {
  const { header, dataAt } = readHeader(bytes, file);
  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, value]) => readEntry(name, value, file))
    .sort((left, right) => left.begin - right.begin || left.end - right.end);
  let covered = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== covered) {
      const reason = `Tensor "${name}" starts at ${begin} of the data, not at ${covered}: there is a gap or an overlap`;
      throw formatError('E_SAFETENSORS', file, reason, { offset: dataAt + covered });
    }
    covered = end;
  }
  if (dataAt + covered !== bytes.byteLength) {
    const reason = `The header promises ${covered} bytes of data; the file holds ${bytes.byteLength - dataAt}`;
    throw formatError('E_SAFETENSORS', file, reason, { offset: dataAt });
  }
  return entries.map(({ name, dtype, shape, begin, end }) => ({
    name,
    dtype,
    shape,
    // a copy stands on its own, so that views of any width fit it
    data: new Uint8Array(bytes.subarray(dataAt + begin, dataAt + end)),
  }));
}

/**
 * A .safetensors file of these tensors. The same tensors give the same bytes in whatever order they come: wide elements
 * first, then by name. Throws E_SAFETENSORS_DTYPE for strings and 4-bit integers, which the format lacks.
 */
export function writeSafetensors(tensors: readonly Tensor[], file: string): Uint8Array {
  const sorted = [...tensors].sort(
    (left, right) => DTYPE_BITS[right.dtype] - DTYPE_BITS[left.dtype] || (left.name < right.name ? -1 : 1),
  );
  const header: Record<string, unknown> = Object.create(null);
  let end = 0;
  for (const { name, dtype, shape, data } of sorted) {
    const begin = end;
    end += data.byteLength;
    if (name in header || name === METADATA) throw new Error(`two tensors are named "${name}"`);
    if (byteLength(dtype, shape) !== data.byteLength) throw new Error(`"${name}" is not ${dtype}[${shape}]`);
    header[name] = { dtype: nameOf(dtype, name, file), shape, data_offsets: [begin, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerBytes + end).fill(0x20, 8, 8 + headerBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.set(json, 8);
  let at = 8 + headerBytes;
  for (const { data } of sorted) {
    bytes.set(data, at);
    at += data.byteLength;
  }
  return bytes;
}

function nameOf(dtype: DType, tensor: string, file: string): string {
  const name = DTYPE_NAMES[dtype];
  if (name) return name;
  throw new UserError('E_SAFETENSORS_DTYPE', `The format cannot hold "${tensor}": it has no ${dtype}.`, {
    place: { file },
  });
}

function readHeader(bytes: Uint8Array, file: string): { header: Record<string, unknown>; dataAt: number } {
  const refuse = (reason: string, offset: number) => formatError('E_SAFETENSORS', file, reason, { offset });
  if (bytes.byteLength < 8) throw refuse('The file is too short for a safetensors header', bytes.byteLength);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES) throw refuse(`The header's length is ${length}: no safetensors file`, 0);
  const dataAt = 8 + Number(length);
  if (dataAt > bytes.byteLength) throw refuse('The file is cut short in its header', bytes.byteLength);
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, dataAt));
    const header: unknown = JSON.parse(text);
    if (typeof header !== 'object' || header === null || Array.isArray(header)) {
      throw new SyntaxError('it is no object');
    }
    const keys = topLevelKeys(text);
    const twice = keys.find((key, index) => keys.indexOf(key) !== index);
    if (twice !== undefined) throw new SyntaxError(`"${twice}" stands in it twice`);
    return { header: header as Record<string, unknown>, dataAt };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    throw refuse(`The header is damaged: ${error.message}`, 8);
  }
}

function readEntry(name: string, value: unknown, file: string): Entry {
  const refuse = (reason: string) => formatError('E_SAFETENSORS', file, `Tensor "${name}" ${reason}`);
  const { dtype: dtypeName, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  if (!isLengths(shape)) throw refuse('has no valid shape');
  if (!isLengths(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    throw refuse('has no valid data_offsets');
  }
  const dtype = Object.entries(DTYPE_NAMES).find(([, known]) => known === dtypeName)?.[0] as
    | DType
    | undefined;
  if (!dtype) throw refuse(`is of ${JSON.stringify(dtypeName)}, which fleetdiff does not compare`);
  const [begin, end] = offsets as [number, number];
  const expected = byteLength(dtype, shape);
  if (!Number.isSafeInteger(elementCount(shape)) || end - begin !== expected) {
    throw refuse(
      `of ${dtype}[${shape.join(', ')}] takes ${expected} bytes; its data_offsets give ${end - begin}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function isLengths(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((length) => Number.isSafeInteger(length) && length >= 0);
}
