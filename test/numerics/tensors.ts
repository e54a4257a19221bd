import type { DType, Tensor } from '../../harness/domain/tensor.ts';

type Values = ArrayLike<number | bigint> & Iterable<number | bigint>;

const VIEWS = {
  float64: (values: Values) => Float64Array.from(values, Number),
  float32: (values: Values) => Float32Array.from(values, Number),
  int64: (values: Values) => BigInt64Array.from(values, BigInt),
  uint64: (values: Values) => BigUint64Array.from(values, BigInt),
  int32: (values: Values) => Int32Array.from(values, Number),
  int8: (values: Values) => Int8Array.from(values, Number),
  uint8: (values: Values) => Uint8Array.from(values, Number),
  bool: (values: Values) => Uint8Array.from(values, Number),
};

/** A tensor named "y" from values of a dtype that JavaScript can write itself. */
export function tensorOf(
  dtype: keyof typeof VIEWS,
  values: Values,
  shape: readonly number[] = [values.length],
): Tensor {
  return { name: 'y', dtype, shape, data: new Uint8Array(VIEWS[dtype](values).buffer) };
}

/** A tensor named "y" from raw bytes. */
export function tensorOfBytes(dtype: DType, shape: readonly number[], data: Uint8Array): Tensor {
  return { name: 'y', dtype, shape, data };
}

/** A one-dimensional string tensor named "y": uint32 byte length and UTF-8 per element. */
export function stringTensor(...texts: readonly string[]): Tensor {
  const parts = texts.map((text) => {
    const bytes = Buffer.from(text, 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return Buffer.concat([length, bytes]);
  });
  return { name: 'y', dtype: 'string', shape: [texts.length], data: new Uint8Array(Buffer.concat(parts)) };
}
