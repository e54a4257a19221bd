import { expect, test } from 'vitest';
import { writeNpy } from '../../harness/formats/npy-write.ts';
import { damaged, rejectionOf } from './damage.ts';
import { readBytes } from './read-bytes.ts';
import { expected, inHex, vector } from './vectors.ts';

test.for([
  'v1.npy',
  'v2.npy',
  'v3.npy',
  'fortran.npy',
  'big-endian.npy',
  'fortran-big-endian.npy',
  'text.npy',
  'text-big-endian.npy',
])('%s, as numpy.save writes it', async (name) => {
  expect((await readBytes(vector(name), name)).map(inHex)).toEqual(expected[name]);
});

test.for([
  ['object.npy', 'Python objects'],
  ['structured.npy', 'structures'],
  ['complex.npy', 'complex numbers'],
  ['bytes.npy', 'byte strings'],
  ['raw.npy', 'bfloat16'],
  ['date.npy', 'dates'],
] as const)('%s is refused by name: %s', async ([name, reason]) => {
  const error = await rejectionOf(readBytes(vector(name), name));
  expect(error.code).toBe('E_NPZ');
  expect(error.message).toContain(reason);
  expect(error.place?.file).toBe(name);
  expect(error.remedies.length).toBeGreaterThan(0);
});

const v1 = vector('v1.npy');

test.for<[what: string, bytes: Uint8Array, reason: string]>([
  ['empty', new Uint8Array(), 'is no NumPy array'],
  ['another magic', damaged(v1, 0, [0x92]), 'is no NumPy array'],
  ['format 4.0', damaged(v1, 6, [4]), 'format 4.0'],
  ['cut in the length', v1.slice(0, 9), 'cut short in its header'],
  ['cut in the header', v1.slice(0, 100), 'cut short in its header'],
  ['one byte short', v1.slice(0, -1), 'promises <i2[2, 3, 4], 48 bytes, and holds 47'],
  ['one byte more', damaged(v1, 175, [0], 177), 'promises <i2[2, 3, 4], 48 bytes, and holds 49'],
  ['a header that is no literal', damaged(v1, 10, [0x28]), 'damaged header'],
  ['a shape that overflows', withHeader("'shape': (4294967296, 4294967296)"), 'more than 2^53 elements'],
  ['a negative length', withHeader("'shape': (-2, 3, 4)"), 'its shape is [-2, 3, 4], with a negative length'],
  ['a length beyond 2^53', withHeader("'shape': (9007199254740993,)"), 'more than 2^53 elements'],
  [
    'a product beyond 2^53 beside a zero',
    withHeader("'shape': (4294967296, 0, 4294967296)"),
    'more than 2^53',
  ],
  ['65 axes', withHeader(`'shape': (${'1,'.repeat(65)})`, 230), 'has 65 axes; at most 64 are read'],
  ['a fraction', withHeader("'shape': (2.5,)"), 'damaged header'],
  ['two shapes', withHeader("'shape': (1,), 'shape': (24,)"), '"shape" stands twice'],
  ['no shape', withHeader("'form': (24,)"), "expected {'descr', 'fortran_order', 'shape'}"],
  ['code for a header', withHeader("'shape': exec('x')"), 'damaged header'],
])('a .npy is refused: %s', async ([, bytes, reason]) => {
  const error = await rejectionOf(readBytes(bytes, 'x.npy'));
  expect([error.code, error.place?.file]).toEqual(['E_NPZ', 'x.npy']);
  expect(error.message).toContain(reason);
  expect(error.message).toMatch(/\(at byte \d+\)\.$/);
});

function withHeader(shape: string, length = 118, descr = '<i2', data = v1.subarray(128)): Uint8Array {
  const literal = `{'descr': '${descr}', 'fortran_order': False, ${shape}, }`;
  const header = Buffer.from(`${literal.padEnd(length - 1)}\n`);
  return new Uint8Array(Buffer.concat([v1.subarray(0, 8), Buffer.from([length, 0]), header, data]));
}

test('strings of no width are counted before they are read', async () => {
  const bytes = withHeader("'shape': (1099511627776,)", 118, '<U0', new Uint8Array());
  const error = await rejectionOf(readBytes(bytes, 'x.npy'));
  expect(error.code).toBe('E_TENSOR_TOO_LARGE');
});

test('writes the bytes that numpy.save writes', async () => {
  for (const name of ['v1.npy', 'fortran.npy'] as const) {
    const [tensor] = await readBytes(vector(name), name);
    expect(Buffer.from(writeNpy(tensor!)).equals(vector('v1.npy'))).toBe(true);
  }
});
