import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { JsonNumber } from '../../harness/domain/run-files.ts';
import { fromJsonNumber } from '../../harness/domain/run-files.ts';
import type { DType } from '../../harness/domain/tensor.ts';
import { decodeToBigInt, decodeToFloat64 } from '../../harness/numerics/decode.ts';
import { readVectors } from './read-vectors.ts';
import { stringTensor, tensorOf, tensorOfBytes } from './tensors.ts';

interface DecodeVector {
  readonly dtype: 'float16' | 'bfloat16' | 'float8e4m3fn' | 'float8e5m2';
  readonly sha256: string;
  readonly spots: readonly (readonly [bits: number, value: JsonNumber])[];
}

describe('every bit pattern of the floats of at most 16 bits', () => {
  test.for(readVectors<DecodeVector>('decode'))('$dtype', ({ dtype, sha256, spots }) => {
    const wide = dtype.endsWith('16');
    const patterns = Array.from({ length: wide ? 65536 : 256 }, (_, bits) => bits);
    const data = wide ? new Uint8Array(Uint16Array.from(patterns).buffer) : Uint8Array.from(patterns);
    const values = decodeToFloat64(tensorOfBytes(dtype, [patterns.length], data));

    expect(spots.map(([bits]) => [bits, values[bits]])).toEqual(
      spots.map(([bits, value]) => [bits, fromJsonNumber(value)]),
    );
    expect(sha256Of(values)).toBe(sha256);
  });
});

/** Over the little-endian float64 values, every NaN written the same way. */
function sha256Of(values: Float64Array): string {
  const bits = new BigUint64Array(values.slice().buffer);
  for (const [i, value] of values.entries()) if (Number.isNaN(value)) bits[i] = 0x7ff8n << 48n;
  return createHash('sha256').update(new Uint8Array(bits.buffer)).digest('hex');
}

describe('integers and bool', () => {
  const cases: readonly [dtype: DType, bytes: readonly number[], values: readonly number[]][] = [
    ['int8', [0, 127, 128, 255], [0, 127, -128, -1]],
    ['uint8', [0, 127, 128, 255], [0, 127, 128, 255]],
    ['int16', [0xff, 0x7f, 0x00, 0x80], [32767, -32768]],
    ['uint16', [0xff, 0x7f, 0x00, 0x80], [32767, 32768]],
    ['int32', [0, 0, 0, 0x80, 0xff, 0xff, 0xff, 0xff], [-2147483648, -1]],
    ['uint32', [0, 0, 0, 0x80, 0xff, 0xff, 0xff, 0xff], [2147483648, 4294967295]],
    ['int4', [0x87, 0x1f, 0x0e], [7, -8, -1, 1, -2]],
    ['uint4', [0x87, 0x1f, 0x0e], [7, 8, 15, 1, 14]],
    ['int64', [1, 0, 0, 0, 1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [4294967297, -2]],
    ['uint64', [1, 0, 0, 0, 1, 0, 0, 0], [4294967297]],
    ['bool', [0, 1, 2, 255], [0, 1, 1, 1]],
  ];
  test.for(cases)('%s', ([dtype, bytes, values]) => {
    const tensor = tensorOfBytes(dtype, [values.length], Uint8Array.from(bytes));
    expect([...decodeToFloat64(tensor)]).toEqual(values);
  });

  test('64-bit integers are exact as BigInt', () => {
    const signed = [2n ** 63n - 1n, -(2n ** 63n), -1n];
    expect([...decodeToBigInt(tensorOf('int64', signed))]).toEqual(signed);
    expect([...decodeToBigInt(tensorOf('uint64', [2n ** 64n - 1n]))]).toEqual([2n ** 64n - 1n]);
  });
});

test.for([
  ['uint4', (nibble: number) => nibble],
  ['int4', (nibble: number) => (nibble < 8 ? nibble : nibble - 16)],
] as const)('%s: every byte holds two, the low nibble first, and the last may hold one', ([dtype, value]) => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const expected = [...bytes].flatMap((byte) => [value(byte % 16), value(Math.floor(byte / 16))]);
  expect([...decodeToFloat64(tensorOfBytes(dtype, [512], bytes))]).toEqual(expected);
  expect([...decodeToFloat64(tensorOfBytes(dtype, [511], bytes))]).toEqual(expected.slice(0, 511));
});

test('bytes at an odd offset decode like aligned ones', () => {
  const aligned = tensorOf('float32', [1.5, -2.25]);
  const shifted = new Uint8Array(aligned.data.length + 1);
  shifted.set(aligned.data, 1);
  expect([...decodeToFloat64({ ...aligned, data: shifted.subarray(1) })]).toEqual([1.5, -2.25]);
});

test('a scalar has one element', () => {
  expect([...decodeToFloat64(tensorOf('float64', [0.5], []))]).toEqual([0.5]);
});

test('strings have no value, and float32 is no BigInt', () => {
  expect(() => decodeToFloat64(stringTensor('a'))).toThrow(RangeError);
  expect(() => decodeToBigInt(tensorOf('float32', [1]))).toThrow('expected int64 or uint64');
});
