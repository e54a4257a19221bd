import type { DType, Tensor } from '../domain/tensor.ts';

/** The elements of a constant as numbers; undefined for dtypes that neither weights, scales nor zero points have. */
export function constantNumbers({ dtype, shape, data }: Tensor): ArrayLike<number> | undefined {
  const count = shape.reduce((product, length) => product * length, 1);
  if (dtype === 'int4' || dtype === 'uint4') return nibbles(data, count, dtype === 'int4');
  const read = READERS[dtype];
  if (!read) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const width = data.byteLength / Math.max(count, 1);
  return Float64Array.from({ length: count }, (_, index) => read(view, index * width));
}

const READERS: Partial<Record<DType, (view: DataView, offset: number) => number>> = {
  float64: (view, offset) => view.getFloat64(offset, true),
  float32: (view, offset) => view.getFloat32(offset, true),
  float16: (view, offset) => halfToNumber(view.getUint16(offset, true)),
  bfloat16: (view, offset) => bfloatToNumber(view.getUint16(offset, true)),
  int32: (view, offset) => view.getInt32(offset, true),
  int16: (view, offset) => view.getInt16(offset, true),
  int8: (view, offset) => view.getInt8(offset),
  uint16: (view, offset) => view.getUint16(offset, true),
  uint8: (view, offset) => view.getUint8(offset),
};

function nibbles(data: Uint8Array, count: number, signed: boolean): ArrayLike<number> {
  return Int8Array.from({ length: count }, (_, index) => {
    const nibble = (data[index >> 1]! >> ((index & 1) * 4)) & 15;
    return signed && nibble > 7 ? nibble - 16 : nibble;
  });
}

/** IEEE 754 binary16: sign, 5 exponent bits, 10 fraction bits. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** The upper half of a binary32. */
function bfloatToNumber(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits << 16);
  return view.getFloat32(0);
}
