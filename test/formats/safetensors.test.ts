import { expect, test } from 'vitest';
import { writeSafetensors } from '../../harness/formats/safetensors.ts';
import { errorOf, rejectionOf } from './damage.ts';
import { readBytes } from './read-bytes.ts';
import { expected, inHex, vector } from './vectors.ts';

const mixed = vector('mixed.safetensors');

function file(header: string | object, data = new Uint8Array()): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return new Uint8Array(Buffer.concat([length, text, data]));
}

const f32 = (begin: number, end: number, shape: unknown = [(end - begin) / 4]) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});
const four = new Uint8Array(4);
const eight = new Uint8Array(8);

test('reads what the format’s definition says', async () => {
  expect((await readBytes(mixed, 'x.safetensors')).map(inHex)).toEqual(expected['mixed.safetensors']);
});

test('tensors stand on their own: aligned, and apart from the file', async () => {
  for (const { data } of await readBytes(mixed, 'x.safetensors')) expect(data.byteOffset).toBe(0);
});

test.for<[what: string, bytes: Uint8Array, reason: string]>([
  ['empty', new Uint8Array(), 'too short'],
  ['a length beyond the file', mixed.slice(0, 100), 'cut short in its header'],
  ['a length that no header has', vector('stored.npz'), 'no safetensors file'],
  ['cut data', mixed.slice(0, -1), 'promises 26 bytes of data; the file holds 25'],
  ['data that no tensor has', file({ a: f32(0, 4) }, eight), 'promises 4 bytes of data; the file holds 8'],
  ['a gap', file({ a: f32(4, 8) }, eight), 'there is a gap or an overlap'],
  ['an overlap', file({ a: f32(0, 8), b: f32(4, 8) }, eight), 'there is a gap or an overlap'],
  ['no JSON', file('{"a"'), 'header is damaged'],
  ['a list', file('[]'), 'it is no object'],
  ['a byte order mark', file(`\uFEFF{}`), 'header is damaged'],
  [
    'one name twice',
    file(`{"a":${JSON.stringify(f32(0, 4))},"\\u0061":${JSON.stringify(f32(0, 4))}}`, four),
    '"a" stands in it twice',
  ],
  ['an unknown dtype', file({ a: { ...f32(0, 4), dtype: 'F4' } }, four), 'is of "F4"'],
  ['a negative dimension', file({ a: f32(0, 4, [-1, -1]) }, four), 'no valid shape'],
  ['a shape that overflows', file({ a: f32(0, 4, [2 ** 40, 2 ** 40]) }, four), 'more than 2^53 elements'],
  ['65 axes', file({ a: f32(0, 4, Array(65).fill(1)) }, four), 'has 65 axes; at most 64 are read'],
  ['offsets that run backwards', file({ a: f32(4, 0, [1]) }, four), 'no valid data_offsets'],
  ['a shape beside the bytes', file({ a: f32(0, 4, [2]) }, four), 'takes 8 bytes; its data_offsets give 4'],
  ['null for a tensor', file({ a: null }), 'no valid shape'],
])('refused: %s', async ([, bytes, reason]) => {
  const error = await rejectionOf(readBytes(bytes, 'x.safetensors'));
  expect(error.code).toBe('E_SAFETENSORS');
  expect(error.message).toContain(reason);
  expect(error.place?.file).toBe('x.safetensors');
  expect(error.message).toMatch(/\(at byte \d+\)\.$/);
});

test('what is written reads back, whatever the order, with the same bytes', async () => {
  const tensors = await readBytes(mixed, 'x.safetensors');
  const written = writeSafetensors(tensors, 'x');
  const byName = (left: { name: string }, right: { name: string }) => (left.name < right.name ? -1 : 1);
  expect((await readBytes(written, 'x.safetensors')).map(inHex).sort(byName)).toEqual(
    [...expected['mixed.safetensors']!].sort(byName),
  );
  expect(Buffer.from(writeSafetensors([...tensors].reverse(), 'x')).equals(written)).toBe(true);
  expect(new DataView(written.buffer).getUint32(0, true) % 8).toBe(0);
});

test('what the format cannot hold is an error that names the tensor', () => {
  const tensor = { name: 'q', dtype: 'int4', shape: [2], data: new Uint8Array(1) } as const;
  const error = errorOf(() => writeSafetensors([tensor], 'x.safetensors'));
  expect(error.code).toBe('E_SAFETENSORS_DTYPE');
  expect(error.message).toBe('The format cannot hold "q": it has no int4.');
});
