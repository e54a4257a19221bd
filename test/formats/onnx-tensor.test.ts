import { expect, test } from 'vitest';
import { rejectionOf } from './damage.ts';
import { readBytes } from './read-bytes.ts';
import { expected, inHex } from './vectors.ts';

const fromHex = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

test.for(Object.entries(expected.protos))('%s', async ([, { proto, ...tensor }]) => {
  expect((await readBytes(fromHex(proto), 'x.pb')).map(inHex)).toEqual([{ name: 'y', ...tensor }]);
});

const REASONS: Readonly<Record<string, readonly [code: string, reason: string]>> = {
  'too few raw bytes': ['E_ONNX_TENSOR', 'float32[2] takes 8 bytes; it holds 7'],
  'too many raw bytes': ['E_ONNX_TENSOR', 'float32[2] takes 8 bytes; it holds 9'],
  'too few typed values': ['E_ONNX_TENSOR', 'float32[2] takes 8 bytes; it holds 4'],
  'raw and typed data': ['E_ONNX_TENSOR', 'raw_data and typed data'],
  'a value beyond its dtype': ['E_ONNX_TENSOR', 'the value 128 does not fit int8'],
  'a value beyond uint32': ['E_ONNX_TENSOR', 'does not fit uint32'],
  'a negative dimension': ['E_ONNX_TENSOR', 'its shape is [-1], with a negative length'],
  'raw strings': ['E_ONNX_TENSOR', 'strings cannot stand in raw_data'],
  'too few strings': ['E_ONNX_TENSOR', 'string[2] takes 2 strings; it holds 1'],
  complex64: ['E_ONNX_DTYPE', 'is of complex64'],
  'no dtype': ['E_ONNX_DTYPE', 'is of undefined'],
  'external data': ['E_ONNX_EXTERNAL_DATA', 'another file'],
  'cut short': ['E_ONNX_TENSOR', 'is no ONNX tensor'],
};

test.for(Object.entries(expected['refused protos']))('refused: %s', async ([what, proto]) => {
  const error = await rejectionOf(readBytes(fromHex(proto), 'x.pb'));
  expect([error.code, error.message]).toEqual([
    REASONS[what]![0],
    expect.stringContaining(REASONS[what]![1]),
  ]);
  expect(error.place?.file).toBe('x.pb');
});
