import { crc32 as crc32Of } from 'node:zlib';
import { combineCrc32 } from '../domain/crc32-combine.ts';
import { elementCount, type TensorSource } from '../domain/tensor.ts';
import { type Bytes, checkCrc32 } from './bytes.ts';
import { encodeFixedStrings } from './fixed-strings.ts';
import { formatError } from './format-error.ts';
import { swapBytes, toCOrder } from './layout.ts';
import { type NpyElements, npyElements, unsupportedElements } from './npy-dtypes.ts';
import { type NpyHeader, type NpyPlace, readNpyHeader } from './npy-header.ts';
import { checkRewritten, type Scratch } from './scratch.ts';

export interface NpyArray extends NpyPlace {
  /** What the tensor is called. */
  readonly name: string;
  /** Of the whole array, header included. */
  readonly crc32?: number;
}

/**
 * The array of a .npy (format 1.0 to 3.0) as a tensor, C order and little-endian: a stretch of the file where it lies so, else
 * rewritten in memory. Fixed-width text (`U`) becomes a string tensor. Objects, structures, complex numbers, dates and raw
 * bytes are refused. Throws E_NPZ, E_TENSOR_TOO_LARGE.
 */
export async function openNpy(bytes: Bytes, array: NpyArray, scratch: Scratch): Promise<TensorSource> {
  const { name, where, start, end } = array;
  const header = await readNpyHeader(bytes, array);
  const dataAt = start + header.byteLength;
  const { descr, shape } = header;
  const refuse = (reason: string, remedies: readonly string[] = []) =>
    formatError('E_NPZ', bytes.file, `${where} ${reason}`, { offset: bytes.placeOf(dataAt), remedies });
  const elements = npyElements(descr);
  if (!elements) throw refuse(...unsupportedElements(descr));
  const expected = elementCount(shape) * elements.elementBytes;
  const found = end - dataAt;
  if (found !== expected) {
    throw refuse(`promises ${descr}[${shape.join(', ')}], ${expected} bytes, and holds ${found}`);
  }
  const crc32 = await crcOfElements(bytes, array, header.byteLength);
  const { dtype } = elements;
  if (isPlain(header, elements)) {
    return { name, dtype, shape, bytes: bytes.stretch(dataAt, found, crc32) };
  }
  // text grows by a length for each string
  const textBytes = dtype === 'string' ? 4 * elementCount(shape) : 0;
  checkRewritten(found + textBytes, scratch, bytes.file, where);
  let data = await bytes.copy(dataAt, found);
  checkCrc32(data, crc32, { file: bytes.file, offset: bytes.placeOf(dataAt) });
  if (!isCOrder(header)) data = toCOrder(data, shape, elements.elementBytes);
  if (elements.bigEndian) swapBytes(data, elements.wordBytes);
  if (dtype === 'string') {
    const text = encodeFixedStrings(data, elements.elementBytes / 4, elementCount(shape));
    if (!text) throw refuse('holds text that is no Unicode');
    data = text;
  }
  return { name, dtype, shape, bytes: await scratch.keep(data, bytes.file) };
}

/** The elements' own checksum, from that of the array: crc(header + elements) = crc(header)·x^(8·n) + crc(elements). */
async function crcOfElements(
  bytes: Bytes,
  { start, end, crc32 }: NpyArray,
  headerBytes: number,
): Promise<number | undefined> {
  if (crc32 === undefined) return undefined;
  const length = end - start - headerBytes;
  const crc = combineCrc32(crc32Of(await bytes.read(start, headerBytes)), crc32, length);
  // nobody reads an empty stretch, so that nobody would check it
  const none = { file: bytes.file, offset: bytes.placeOf(start) };
  if (length === 0) checkCrc32(new Uint8Array(), crc, none);
  return crc;
}

function isPlain(header: NpyHeader, { dtype, wordBytes, bigEndian }: NpyElements): boolean {
  return dtype !== 'string' && isCOrder(header) && (!bigEndian || wordBytes === 1);
}

/** With no more than one axis longer than 1 both orders are the same. */
function isCOrder({ fortranOrder, shape }: NpyHeader): boolean {
  return !fortranOrder || elementCount(shape) === 0 || shape.filter((length) => length > 1).length <= 1;
}
