import { shapeProblem } from '../domain/shape-problem.ts';
import { byteLength, DTYPE_BITS, type DType, type Tensor, type TensorSource } from '../domain/tensor.ts';
import { UserError } from '../domain/user-error.ts';
import type { Bytes } from './bytes.ts';
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

const DTYPES: ReadonlyMap<string, DType> = new Map(
  Object.entries(DTYPE_NAMES).map(([dtype, name]) => [name, dtype as DType]),
);

/** The header follows its own length. */
const HEADER_AT = 8;
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
export async function openSafetensors(bytes: Bytes): Promise<TensorSource[]> {
  const { file } = bytes;
  const { header, dataAt } = await readHeader(bytes);
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
    bytes: bytes.stretch(dataAt + begin, end - begin),
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

async function readHeader(bytes: Bytes): Promise<{ header: Record<string, unknown>; dataAt: number }> {
  const refuse = (reason: string, offset: number) =>
    formatError('E_SAFETENSORS', bytes.file, reason, { offset });
  if (bytes.byteLength < HEADER_AT) {
    throw refuse('The file is too short for a safetensors header', bytes.byteLength);
  }
  const { buffer, byteOffset } = await bytes.read(0, HEADER_AT);
  const length = new DataView(buffer, byteOffset, HEADER_AT).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES) throw refuse(`The header's length is ${length}: no safetensors file`, 0);
  const dataAt = HEADER_AT + Number(length);
  if (dataAt > bytes.byteLength) throw refuse('The file is cut short in its header', bytes.byteLength);
  const encoded = await bytes.read(HEADER_AT, Number(length));
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(encoded);
    const header: unknown = JSON.parse(text);
    if (typeof header !== 'object' || header === null || Array.isArray(header)) {
      throw new SyntaxError('it is no object');
    }
    const twice = firstRepeated(topLevelKeys(text));
    if (twice !== undefined) throw new SyntaxError(`"${twice}" stands in it twice`);
    return { header: header as Record<string, unknown>, dataAt };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    throw refuse(`The header is damaged: ${error.message}`, HEADER_AT);
  }
}

function firstRepeated(keys: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return keys.find((key) => seen.size === seen.add(key).size);
}

function readEntry(name: string, value: unknown, file: string): Entry {
  const refuse = (reason: string) =>
    formatError('E_SAFETENSORS', file, `Tensor "${name}" ${reason}`, { offset: HEADER_AT });
  const { dtype: dtypeName, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  if (!Array.isArray(shape)) throw refuse('has no valid shape');
  const problem = shapeProblem(shape);
  if (problem) throw refuse(`has no valid shape: ${problem}`);
  if (!isStretch(offsets)) throw refuse('has no valid data_offsets');
  const dtype = DTYPES.get(String(dtypeName));
  if (!dtype) throw refuse(`is of ${JSON.stringify(dtypeName)}, which fleetdiff does not compare`);
  const [begin, end] = offsets;
  const expected = byteLength(dtype, shape);
  if (end - begin !== expected) {
    throw refuse(
      `of ${dtype}[${shape.join(', ')}] takes ${expected} bytes; its data_offsets give ${end - begin}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function isStretch(value: unknown): value is [begin: number, end: number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  return value.every((offset) => Number.isSafeInteger(offset) && offset >= 0) && value[0] <= value[1];
}
