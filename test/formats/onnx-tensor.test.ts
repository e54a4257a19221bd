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

test.for<[what: string, hex: string, reason: string]>([
  ['a field without a number', '0001', 'field 0 cannot be of wire type 0 (at byte 0)'],
  ['raw_data that is a number', '4801', 'field 9 cannot be of wire type 0 (at byte 0)'],
  [
    'a name that is a double',
    `0a0101${'41'}${'00'.repeat(8)}`,
    'field 8 cannot be of wire type 1 (at byte 3)',
  ],
  ['a group', '7b7c', 'field 15 is damaged or of a kind that is not read (at byte 0)'],
  ['a number that does not end', `0a0101${'ff'.repeat(20)}`, 'a field is expected here (at byte 3)'],
  [
    'a length beyond the file',
    '0a0101 4a05 0000',
    'field 9 ends at byte 10, and the file at byte 7 (at byte 3)',
  ],
  ['a length of 2^63', `0a0101 4a ${'80'.repeat(9)}01`, 'field 9 ends at byte'],
])('refused by its bytes: %s', async ([, hex, reason]) => {
  const error = await rejectionOf(readBytes(fromHex(hex.replaceAll(' ', '')), 'x.pb'));
  expect([error.code, error.message]).toEqual(['E_ONNX_TENSOR', expect.stringContaining(reason)]);
});

test('the last of two raw_data counts, as everywhere in protobuf, and fields of later versions are skipped', async () => {
  // data_type 2 (uint8), dims [1], raw_data 07, raw_data 08, field 16 of a later version
  const [tensor] = await readBytes(fromHex('1002' + '0a0101' + '4a0107' + '4a0108' + '82010161'), 'x.pb');
  expect(inHex(tensor!)).toEqual({ name: 'x', dtype: 'uint8', shape: [1], hex: '08' });
});

test('typed elements beyond 16 MiB are refused with what to do', async () => {
  const field = Buffer.concat([fromHex('22808080 08'.replaceAll(' ', '')), new Uint8Array(2 ** 24)]);
  const error = await rejectionOf(readBytes(field, 'x.pb'));
  expect([error.code, error.remedies[0]]).toEqual([
    'E_TENSOR_TOO_LARGE',
    expect.stringContaining('raw_data'),
  ]);
});
