import type { DType, Tensor } from '../domain/tensor.ts';
import { elementCount } from '../domain/tensor.ts';
import { smallFloatTable } from './small-floats.ts';
import { aligned } from './typed-views.ts';

/** Elements of one dtype in C order, little-endian: a tensor, or a stretch of one. */
export type Elements = Pick<Tensor, 'dtype' | 'data'>;

/** Writes elements [start, start + count) into `into[0..count)` as float64. */
export type BlockReader = (start: number, count: number, into: Float64Array) => void;

/**
 * A reader of elements. Every dtype is exact but the 64-bit integers, which round to the
 * nearest float64; their differences must be taken by `differences`, never from these values. A bool is 0 or 1,
 * and any byte but 0 is true, as in NumPy.
 * @throws RangeError for strings, which are no numbers.
 */
export function blockReader({ dtype, data }: Elements): BlockReader {
  switch (dtype) {
    case 'float64':
      return copied(aligned(Float64Array, data));
    case 'float32':
      return copied(aligned(Float32Array, data));
    case 'float16':
    case 'bfloat16':
      return lookedUp(aligned(Uint16Array, data), smallFloatTable(dtype));
    case 'float8e4m3fn':
    case 'float8e5m2':
      return lookedUp(data, smallFloatTable(dtype));
    case 'int64':
      return joined(aligned(Uint32Array, data), aligned(Int32Array, data));
    case 'uint64':
      return joined(aligned(Uint32Array, data), aligned(Uint32Array, data));
    case 'int32':
      return copied(aligned(Int32Array, data));
    case 'uint32':
      return copied(aligned(Uint32Array, data));
    case 'int16':
      return copied(aligned(Int16Array, data));
    case 'uint16':
      return copied(aligned(Uint16Array, data));
    case 'int8':
      return copied(aligned(Int8Array, data));
    case 'uint8':
      return copied(data);
    case 'int4':
      return unpacked(data, 8);
    case 'uint4':
      return unpacked(data, 0);
    case 'bool':
      return truth(data);
    case 'string':
      throw new RangeError('strings have no value as float64');
  }
}

/** All elements as float64 in C order, float64[elements]; exact for every dtype but the 64-bit integers. */
export function decodeToFloat64(tensor: Tensor): Float64Array {
  const values = new Float64Array(elementCount(tensor.shape));
  blockReader(tensor)(0, values.length, values);
  return values;
}

/** All elements of int64 or uint64, exact. */
export function decodeToBigInt({ dtype, data }: Elements): BigInt64Array | BigUint64Array {
  if (dtype === 'int64') return aligned(BigInt64Array, data);
  if (dtype === 'uint64') return aligned(BigUint64Array, data);
  throw new RangeError(`the dtype is ${dtype}; expected int64 or uint64`);
}

/** True for the dtypes whose values a float64 may round. */
export function is64BitInteger(dtype: DType): boolean {
  return dtype === 'int64' || dtype === 'uint64';
}

function copied(
  view: ArrayLike<number> & { subarray(start: number, end: number): ArrayLike<number> },
): BlockReader {
  return (start, count, into) => into.set(view.subarray(start, start + count));
}

function lookedUp(patterns: Uint8Array | Uint16Array, table: Float64Array): BlockReader {
  return (start, count, into) => {
    for (let i = 0; i < count; i++) into[i] = table[patterns[start + i]!]!;
  };
}

/** Both halves are exact, so that their sum rounds once. */
function joined(low: Uint32Array, high: Int32Array | Uint32Array): BlockReader {
  return (start, count, into) => {
    for (let i = 0; i < count; i++) {
      const word = 2 * (start + i);
      into[i] = high[word + 1]! * 2 ** 32 + low[word]!;
    }
  };
}

/** Two elements a byte, the low nibble first. `signBit` 8 reads two's complement, 0 unsigned. */
function unpacked(data: Uint8Array, signBit: 8 | 0): BlockReader {
  return (start, count, into) => {
    for (let i = 0; i < count; i++) {
      const element = start + i;
      const byte = data[element >>> 1]!;
      const nibble = element & 1 ? byte >> 4 : byte & 15;
      into[i] = (nibble ^ signBit) - signBit;
    }
  };
}

function truth(data: Uint8Array): BlockReader {
  return (start, count, into) => {
    for (let i = 0; i < count; i++) into[i] = data[start + i] === 0 ? 0 : 1;
  };
}
