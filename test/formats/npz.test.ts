import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { readNpy, writeNpy } from '../../harness/formats/npy.ts';
import { readNpz } from '../../harness/formats/npz.ts';
import { writeNpz } from '../../harness/formats/npz-write.ts';
import { damaged, errorOf, find } from './damage.ts';
import { expected, inHex, vector } from './vectors.ts';

const LOCAL = [0x50, 0x4b, 3, 4];
const DIRECTORY = [0x50, 0x4b, 1, 2];
const END = [0x50, 0x4b, 5, 6];

test.for(['stored.npz', 'deflated.npz'])('%s, as numpy.savez writes it', (name) => {
  expect(readNpz(vector(name), name).map(inHex)).toEqual(expected[name]);
});

test.for([
  'v1.npy',
  'v2.npy',
  'v3.npy',
  'fortran.npy',
  'big-endian.npy',
  'fortran-big-endian.npy',
  'text.npy',
  'text-big-endian.npy',
])('%s, as numpy.save writes it', (name) => {
  expect([inHex(readNpy(vector(name), name.replace('.npy', ''), name))]).toEqual(expected[name]);
});

test.for([
  ['object.npy', 'Python objects'],
  ['structured.npy', 'structures'],
  ['complex.npy', 'complex numbers'],
  ['bytes.npy', 'byte strings'],
  ['raw.npy', 'bfloat16'],
  ['date.npy', 'dates'],
] as const)('%s is refused by name: %s', ([name, reason]) => {
  const error = errorOf(() => readNpy(vector(name), 'x', name));
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
  ['a shape that overflows', withHeader("'shape': (4294967296, 4294967296)"), 'promises <i2[4294967296'],
  ['a negative dimension', withHeader("'shape': (-2, 3, 4)"), 'damaged header'],
  ['a fraction', withHeader("'shape': (2.5,)"), 'damaged header'],
  ['two shapes', withHeader("'shape': (1,), 'shape': (24,)"), '"shape" stands twice'],
  ['no shape', withHeader("'form': (24,)"), "expected {'descr', 'fortran_order', 'shape'}"],
  ['code for a header', withHeader("'shape': exec('x')"), 'damaged header'],
])('a .npy is refused: %s', ([, bytes, reason]) => {
  const error = errorOf(() => readNpy(bytes, 'x', 'x.npy'));
  expect(error.code).toBe('E_NPZ');
  expect(error.message).toContain(reason);
});

function withHeader(shape: string): Uint8Array {
  const literal = `{'descr': '<i2', 'fortran_order': False, ${shape}, }`;
  const header = Buffer.from(`${literal.padEnd(117)}\n`);
  return new Uint8Array(Buffer.concat([v1.subarray(0, 10), header, v1.subarray(128)]));
}

const stored = vector('stored.npz');
const deflated = vector('deflated.npz');

test.for<[what: string, bytes: Uint8Array, reason: string]>([
  ['empty', new Uint8Array(), 'is no ZIP archive'],
  ['a .npy', v1, 'is no ZIP archive'],
  ['cut at its end', stored.slice(0, -1), 'is no ZIP archive'],
  [
    'a directory beyond the file',
    damaged(stored, find(stored, END) + 16, [0, 0, 0, 1]),
    'does not fit the file',
  ],
  ['more entries than there are', damaged(stored, find(stored, END) + 10, [99]), 'damaged at entry 17 of 99'],
  ['a damaged directory', damaged(stored, find(stored, DIRECTORY), [0]), 'damaged at entry 1'],
  ['a damaged entry', damaged(stored, find(stored, LOCAL), [0]), 'not where the directory says'],
  ['two entries in one place', overlapping(), 'overlaps the one before'],
  [
    'a flipped bit of data',
    damaged(stored, find(stored, LOCAL, 2) - 1, [0xff]),
    'does not match its checksum',
  ],
  ['damaged packed data', damaged(deflated, 80, [0xff, 0xff, 0xff, 0xff]), 'Entry "float64.npy"'],
  ['an unknown method', damaged(stored, find(stored, DIRECTORY) + 10, [12]), 'packed by method 12'],
  ['an encrypted entry', damaged(stored, find(stored, DIRECTORY) + 8, [1]), 'is encrypted'],
  [
    'a size that grows',
    damaged(deflated, find(deflated, DIRECTORY) + 24, [9, 0, 0, 0]),
    'grows beyond the 9 bytes',
  ],
  [
    'a size that shrinks',
    damaged(deflated, find(deflated, DIRECTORY) + 24, [0, 9, 0, 0]),
    'the directory says 2304',
  ],
  ['an entry that is no array', zipSync({ 'a.txt': new Uint8Array(1) }), 'does not end in .npy'],
  ['a name that is no UTF-8', damaged(stored, find(stored, DIRECTORY) + 46, [0xff]), 'is not UTF-8'],
])('an .npz is refused: %s', ([, bytes, reason]) => {
  const error = errorOf(() => readNpz(bytes, 'x.npz'));
  expect(error.code).toBe('E_NPZ');
  expect(error.message).toContain(reason);
  expect(error.place?.file).toBe('x.npz');
});

function overlapping(): Uint8Array {
  const second = find(stored, DIRECTORY, 2);
  return damaged(stored, second + 42, [1, 0, 0, 0]);
}

test('two entries of one name are refused', () => {
  const names = zipSync({ 'aa.npy': v1, 'ab.npy': v1 });
  const second = find(names, DIRECTORY, 2) + 46;
  const error = errorOf(() => readNpz(damaged(names, second, [0x61, 0x61]), 'x.npz'));
  expect(error.message).toContain('two entries named "aa.npy"');
});

test('an archive that unpacks to more than is allowed is refused before it is unpacked', () => {
  const bytes = vector('million-zeros.npz');
  expect(readNpz(bytes, 'x.npz')[0]?.shape).toEqual([2 ** 20]);
  const error = errorOf(() => readNpz(bytes, 'x.npz', 2 ** 20));
  expect(error.message).toContain(`unpacks to ${2 ** 20 + 128} bytes; at most ${2 ** 20} are read`);
});

test('writes the bytes that numpy.save writes', () => {
  for (const name of ['v1.npy', 'fortran.npy'] as const) {
    const tensor = readNpy(vector(name), 'x', name);
    expect(Buffer.from(writeNpy(tensor)).equals(vector('v1.npy'))).toBe(true);
  }
});

test('writes archives that read back, with the same bytes in every time zone', () => {
  const tensors = readNpz(stored, 'stored.npz');
  const before = process.env.TZ;
  const [tokyo, honolulu] = ['Asia/Tokyo', 'Pacific/Honolulu'].map((zone) => {
    process.env.TZ = zone;
    return writeNpz(tensors);
  });
  if (before === undefined) delete process.env.TZ;
  else process.env.TZ = before;
  expect(readNpz(tokyo!, 'x.npz').map(inHex)).toEqual(expected['stored.npz']);
  expect(Buffer.from(tokyo!).equals(honolulu!)).toBe(true);
});
