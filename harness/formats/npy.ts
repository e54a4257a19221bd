import { byteLength, DTYPE_BITS, type DType, elementCount, type Tensor } from '../domain/tensor.ts';
import { encodeFixedStrings } from './fixed-strings.ts';
import { formatError } from './format-error.ts';
import { swapBytes, toCOrder } from './layout.ts';
import { type PythonLiteral, parsePythonLiteral } from './python-literal.ts';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Element types by NumPy's kind and bytes an element (numpy.lib.format, `descr`). */
const DTYPES: Readonly<Record<string, DType>> = {
  b1: 'bool',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
};

interface NpyHeader {
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the elements start. */
  readonly dataAt: number;
}

/**
 * The array of a .npy (format 1.0 to 3.0) as a tensor called `name`: C order, little-endian. Fixed-width text (`U`) becomes a
 * string tensor. Objects, structures, complex numbers, dates and raw bytes are refused. `where` names the array in errors.
 */
export function readNpy(bytes: Uint8Array, name: string, file: string, where = 'The file'): Tensor {
  const header = readHeader(bytes, file, where);
  const { descr, shape, dataAt } = header;
  const refuse = (reason: string, remedies?: readonly string[]) =>
    formatError('E_NPZ', file, `${where} ${reason}`, remedies ? { remedies } : {});
  const [, order, kind, width] = /^([<>|])([a-zA-Z])(\d+)$/.exec(descr) ?? [];
  if (order === undefined || kind === undefined) throw refuse(...unsupported(descr));
  const elementBytes = kind === 'U' ? 4 * Number(width) : Number(width);
  const dtype = kind === 'U' ? 'string' : DTYPES[`${kind}${width}`];
  if (!dtype || (order === '|' && elementBytes > 1)) throw refuse(...unsupported(descr));
  const expected = elementCount(shape) * elementBytes;
  const found = bytes.byteLength - dataAt;
  if (!Number.isSafeInteger(expected) || found !== expected) {
    throw refuse(`promises ${descr}[${shape.join(', ')}], ${expected} bytes, and holds ${found}`);
  }
  // a copy stands on its own, so that views of any width fit it
  let data: Uint8Array = new Uint8Array(bytes.subarray(dataAt));
  if (header.fortranOrder) data = toCOrder(data, shape, elementBytes);
  if (order === '>') swapBytes(data, kind === 'U' ? 4 : elementBytes);
  if (dtype !== 'string') return { name, dtype, shape, data };
  const text = encodeFixedStrings(data, Number(width), elementCount(shape));
  if (!text) throw refuse('holds text that is no Unicode');
  return { name, dtype, shape, data: text };
}

/** The bytes of a .npy, format 1.0: the same tensor gives the same bytes. Only dtypes that NumPy has. */
export function writeNpy({ dtype, shape, data }: Tensor): Uint8Array {
  const kind = Object.keys(DTYPES).find((key) => DTYPES[key] === dtype);
  if (!kind) throw new Error(`NumPy has no ${dtype}`);
  if (byteLength(dtype, shape) !== data.byteLength) throw new Error(`not the bytes of ${dtype}[${shape}]`);
  const order = DTYPE_BITS[dtype] > 8 ? '<' : '|';
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const literal = `{'descr': '${order}${kind}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const before = MAGIC.length + 4;
  const length = Math.ceil((before + literal.length + 1) / 64) * 64 - before;
  const bytes = new Uint8Array(before + length + data.byteLength);
  bytes.set([...MAGIC, 1, 0, length & 255, length >> 8]);
  bytes.set(new TextEncoder().encode(`${literal.padEnd(length - 1)}\n`), before);
  bytes.set(data, before + length);
  return bytes;
}

function readHeader(bytes: Uint8Array, file: string, where: string): NpyHeader {
  const refuse = (reason: string, offset: number) =>
    formatError('E_NPZ', file, `${where} ${reason}`, { offset });
  if (!MAGIC.every((byte, index) => bytes[index] === byte)) throw refuse('is no NumPy array', 0);
  const major = bytes[6] ?? 0;
  if (major < 1 || major > 3 || bytes[7] !== 0) {
    throw refuse(`is of .npy format ${major}.${bytes[7] ?? '?'}; 1.0 to 3.0 are read`, 6);
  }
  const start = major === 1 ? 10 : 12;
  if (bytes.byteLength < start) throw refuse('is cut short in its header', bytes.byteLength);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataAt = start + length;
  if (dataAt > bytes.byteLength) throw refuse('is cut short in its header', bytes.byteLength);
  const text = new TextDecoder(major === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(start, dataAt));
  try {
    return { ...headerFields(parsePythonLiteral(text)), dataAt };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw refuse(`has a damaged header: ${error.message}`, start);
  }
}

function headerFields(literal: PythonLiteral): Omit<NpyHeader, 'dataAt'> {
  const fields = literal instanceof Map ? literal : new Map<string, PythonLiteral>();
  const descr = fields.get('descr');
  const fortranOrder = fields.get('fortran_order');
  const shape = fields.get('shape');
  const isShape = Array.isArray(shape) && shape.every((length) => Number.isSafeInteger(length));
  if (fields.size !== 3 || descr === undefined || typeof fortranOrder !== 'boolean' || !isShape) {
    throw new SyntaxError("expected {'descr', 'fortran_order', 'shape'}");
  }
  return {
    descr: typeof descr === 'string' ? descr : 'structured',
    fortranOrder,
    shape: shape as readonly number[],
  };
}

function unsupported(descr: string): [reason: string, remedies: readonly string[]] {
  const kind = descr === 'structured' ? descr : descr.replace(/^[<>|=]/, '')[0];
  const reason: Record<string, string> = {
    O: 'holds Python objects, which only Python can read (and may run code when it does)',
    structured: 'holds structures; one array per tensor is read',
    c: 'holds complex numbers, which fleetdiff does not compare',
    V: 'holds raw bytes, as NumPy writes bfloat16 and float8',
    M: 'holds dates',
    m: 'holds time spans',
    S: 'holds byte strings',
  };
  const remedies =
    kind === 'V'
      ? ['save these tensors as .safetensors']
      : ['convert it with array.astype("float32"), or what the model takes, and save it again'];
  return [reason[kind ?? ''] ?? `has elements "${descr}", which fleetdiff does not know`, remedies];
}
