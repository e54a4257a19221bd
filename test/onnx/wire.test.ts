import { expect, test } from 'vitest';
import { delimited, joined, numberField, readFields, textField, textOf } from '../../harness/onnx/wire.ts';

const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

// Examples of protobuf.dev/programming-guides/encoding: 150 in field 1, "testing" in field 2, the message {1: 150} in field 3.
test('the examples of the specification', () => {
  expect(numberField(1, 150)).toEqual(hex('08 9601'));
  expect(textField(2, 'testing')).toEqual(hex('12 07 74657374696e67'));
  expect(delimited(3, hex('08 9601'))).toEqual(hex('1a 03 089601'));
});

test('every wire type is read as it stands', () => {
  const parts = ['08 9601', '12 07 74657374696e67', '1d 01020304', '21 0102030405060708', 'd2 01 00'];
  const fields = readFields(hex(parts.join('')), 'm');
  expect(fields.map(({ number }) => number)).toEqual([1, 2, 3, 4, 26]);
  expect(fields.map(({ bytes }) => Buffer.from(bytes))).toEqual(parts.map((part) => Buffer.from(hex(part))));
  expect(textOf(fields[1]!)).toBe('testing');
  expect(fields[0]!.value).toBeUndefined();
  expect(joined(fields.map(({ bytes }) => bytes))).toEqual(hex(parts.join('')));
});

test.for<[what: string, bytes: string]>([
  ['a length beyond the end', '12 07 7465'],
  ['a number that is cut short', '08 96'],
  ['a number of eleven bytes', '08 ffffffffffffffffffff01'],
  ['a group', '0b 0c'],
  ['field 0', '00 01'],
  ['a length of 2^63', '12 ffffffffffffffff7f'],
  ['four bytes that are three', '1d 010203'],
])('%s is no model', ([, bytes]) => {
  expect(() => readFields(hex(bytes), 'm.onnx')).toThrow(
    expect.objectContaining({ code: 'E_NOT_A_MODEL', place: { file: 'm.onnx' } }),
  );
});
