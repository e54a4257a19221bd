import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { LIMITS } from '../../harness/formats/limits.ts';
import { writeNpz } from '../../harness/formats/npz-write.ts';
import { damaged, find, rejectionOf } from './damage.ts';
import { readBytes } from './read-bytes.ts';
import { archives, expected, inHex, vector } from './vectors.ts';

const LOCAL = [0x50, 0x4b, 3, 4];
const DIRECTORY = [0x50, 0x4b, 1, 2];
const END = [0x50, 0x4b, 5, 6];

const { small } = archives;

test.for(['zip64.npz', 'zip64-deflated.npz', 'piped.npz', 'piped-deflated.npz'])('%s', async (name) => {
  expect((await readBytes(vector(name), name)).map(inHex)).toEqual(small);
});

test('layouts.npz: Fortran order and big-endian, of every width', async () => {
  expect((await readBytes(vector('layouts.npz'), 'layouts.npz')).map(inHex)).toEqual(archives.layouts);
});

test.for(['stored.npz', 'deflated.npz'])('%s, as numpy.savez writes it', async (name) => {
  expect((await readBytes(vector(name), name)).map(inHex)).toEqual(expected[name]);
});

const v1 = vector('v1.npy');
const stored = vector('stored.npz');
const deflated = vector('deflated.npz');
/** Of one array of 176 bytes each, with no ZIP64 fields. */
const squeezed = zipSync({ 'a.npy': v1 });
const plain = zipSync({ 'a.npy': [v1, { level: 0 }] });

test.for<[what: string, bytes: Uint8Array, reason: string]>([
  ['empty', new Uint8Array(), 'is no ZIP archive'],
  ['a .npy', v1, 'is no ZIP archive'],
  ['cut at its end', stored.slice(0, -1), 'is no ZIP archive'],
  [
    'a directory beyond the file',
    damaged(stored, find(stored, END) + 16, [0, 0, 0, 1]),
    'does not fit the file',
  ],
  ['more entries than there are', patched(stored, END, { 8: [99], 10: [99] }), 'damaged at entry 17 of 99'],
  [
    'fewer entries than there are',
    patched(stored, END, { 8: [15], 10: [15] }),
    'goes on after the last of its 15',
  ],
  ['other counts of entries', patched(stored, END, { 10: [15] }), 'one of several parts'],
  ['a second disk', patched(stored, END, { 4: [1] }), 'one of several parts'],
  ['the file twice', new Uint8Array(Buffer.concat([stored, stored])), 'does not fit the file'],
  ['a damaged directory', damaged(stored, find(stored, DIRECTORY), [0]), 'damaged at entry 1'],
  ['a damaged entry', damaged(stored, find(stored, LOCAL), [0]), 'not where the directory says'],
  ['two entries in one place', overlapping(), 'overlaps the one before'],
  [
    'a flipped bit of data',
    damaged(stored, find(stored, LOCAL, 2) - 1, [0xff]),
    'do not match their checksum',
  ],
  ['damaged packed data', damaged(deflated, 80, [0xff, 0xff, 0xff, 0xff]), 'Entry "float64.npy"'],
  [
    'another name in its own header',
    patched(stored, LOCAL, { 30: [0x46] }),
    'another name in its own header',
  ],
  ['another method', patched(stored, DIRECTORY, { 10: [8] }), 'another method in its own header'],
  [
    'another checksum',
    patched(stored, DIRECTORY, { 16: [0, 0, 0, 0] }),
    'another checksum in its own header',
  ],
  ['another size', patched(deflated, DIRECTORY, { 24: [9, 0, 0, 0] }), 'another size in its own header'],
  ['another flag', patched(stored, DIRECTORY, { 8: [1] }), 'another set of flags in its own header'],
  ['damaged extra fields', patched(stored, LOCAL, { [30 + 'float64.npy'.length + 2]: [99] }), 'another size'],
  ['an unknown method', inBoth(squeezed, [12], { local: 8, directory: 10 }), 'packed by method 12'],
  ['an encrypted entry', inBoth(squeezed, [1], { local: 6, directory: 8 }), 'is encrypted'],
  ['a size that grows', inBoth(squeezed, [9], { local: 22, directory: 24 }), 'grows beyond the 9 bytes'],
  [
    'a size that shrinks',
    inBoth(squeezed, [255], { local: 22, directory: 24 }),
    'holds 176 bytes; the directory says 255',
  ],
  ['an entry that runs into the directory', beyond(), 'Entry "a.npy" is cut short'],
  [
    'a size that deflate cannot reach',
    inBoth(squeezed, [0, 0, 0, 0x40], { local: 22, directory: 24 }),
    'more than deflate can',
  ],
  [
    'a checksum of other bytes',
    inBoth(squeezed, [1], { local: 14, directory: 16 }),
    'does not match its checksum',
  ],
  [
    'a stored size beside the bytes',
    inBoth(plain, [1, 0], { local: 22, directory: 24 }),
    'is stored in 176 bytes',
  ],
  [
    'damaged in the header of its array',
    patched(stored, LOCAL, { [headerAt('float64.npy')]: [0] }),
    'no NumPy array',
  ],
  ['an entry that is no array', zipSync({ 'a.txt': new Uint8Array(1) }), 'does not end in .npy'],
  ['a name that is no UTF-8', damaged(stored, find(stored, DIRECTORY) + 46, [0xff]), 'is not UTF-8'],
])('an .npz is refused: %s', async ([, bytes, reason]) => {
  const error = await rejectionOf(readBytes(bytes, 'x.npz'));
  expect([error.code, error.place?.file]).toEqual([
    reason.startsWith('do not match') ? 'E_TENSOR_FILE' : 'E_NPZ',
    'x.npz',
  ]);
  expect(error.message).toContain(reason);
  expect(error.message).toMatch(/\(at byte \d+\)\.$/);
});

/** Bytes replaced by their offsets from the first of a signature. */
function patched(
  bytes: Uint8Array,
  signature: readonly number[],
  changes: Readonly<Record<number, readonly number[]>>,
): Uint8Array {
  const at = find(bytes, signature);
  return Object.entries(changes).reduce(
    (patch, [offset, replacement]) => damaged(patch, at + Number(offset), replacement),
    bytes,
  );
}

function inBoth(
  bytes: Uint8Array,
  replacement: readonly number[],
  { local, directory }: { local: number; directory: number },
): Uint8Array {
  const first = patched(bytes, LOCAL, { [local]: replacement });
  return patched(first, DIRECTORY, { [directory]: replacement });
}

/** Both sizes of a stored entry, one too large. */
function beyond(): Uint8Array {
  const packed = inBoth(plain, [177], { local: 18, directory: 20 });
  return inBoth(packed, [177], { local: 22, directory: 24 });
}

/** NumPy gives every entry a ZIP64 extra field of 20 bytes. */
function headerAt(name: string): number {
  return 30 + name.length + 20;
}

function overlapping(): Uint8Array {
  const second = find(stored, DIRECTORY, 2);
  return damaged(stored, second + 42, [1, 0, 0, 0]);
}

test('two entries of one name are refused', async () => {
  const names = zipSync({ 'aa.npy': v1, 'ab.npy': v1 });
  const second = find(names, DIRECTORY, 2) + 46;
  const error = await rejectionOf(readBytes(damaged(names, second, [0x61, 0x61]), 'x.npz'));
  expect(error.message).toContain('two entries named "aa.npy"');
});

const zip64 = vector('zip64.npz');
const ALL_IN_ZIP64 = { 8: [255, 255, 255, 255], 12: Array(8).fill(255) };
const END64 = [0x50, 0x4b, 6, 6];
const LOCATOR = [0x50, 0x4b, 6, 7];

test('an end that leaves everything to its ZIP64 record is read', async () => {
  const tensors = await readBytes(patched(zip64, END, ALL_IN_ZIP64), 'x.npz');
  expect(tensors.map(inHex)).toEqual(small);
});

test.for<[what: string, bytes: Uint8Array, reason: string]>([
  ['contradicts the end', patched(zip64, END64, { 24: [2], 32: [2] }), 'contradicts the end after it'],
  ['is one of several parts', patched(zip64, END64, { 16: [1] }), 'one of several parts'],
  ['is in another part', patched(zip64, LOCATOR, { 16: [2] }), 'is in another part'],
  ['is elsewhere', patched(zip64, LOCATOR, { 8: [1] }), 'is not at byte'],
  ['is far beyond the file', patched(zip64, LOCATOR, { 8: Array(8).fill(255) }), 'is not at byte'],
  ['is longer than it is', patched(zip64, END64, { 4: [45] }), 'is not at byte'],
  [
    'has no locator',
    patched(patched(zip64, END, ALL_IN_ZIP64), LOCATOR, { 0: [0] }),
    'does not fit the file',
  ],
  [
    'lists an offset of 2^63',
    patched(patched(zip64, END, ALL_IN_ZIP64), END64, { 48: [0, 0, 0, 0, 0, 0, 0, 0x80] }),
    'does not fit the file',
  ],
])('a ZIP64 record is refused that %s', async ([, bytes, reason]) => {
  const error = await rejectionOf(readBytes(bytes, 'x.npz'));
  expect(error.code).toBe('E_NPZ');
  expect(error.message).toContain(reason);
});

test('an archive that unpacks to more than is allowed is refused before it is unpacked', async () => {
  const bytes = vector('million-zeros.npz');
  expect((await readBytes(bytes, 'x.npz'))[0]?.shape).toEqual([2 ** 20]);
  const error = await rejectionOf(readBytes(bytes, 'x.npz', { ...LIMITS, unpackedBytes: 2 ** 20 }));
  expect(error.message).toContain(`unpacks to ${2 ** 20 + 128} bytes; at most ${2 ** 20} are unpacked`);
});

test('writes archives that read back, with the same bytes in every time zone', async () => {
  const tensors = await readBytes(stored, 'stored.npz');
  const before = process.env.TZ;
  const [tokyo, honolulu] = ['Asia/Tokyo', 'Pacific/Honolulu'].map((zone) => {
    process.env.TZ = zone;
    return writeNpz(tensors);
  });
  if (before === undefined) delete process.env.TZ;
  else process.env.TZ = before;
  expect((await readBytes(tokyo!, 'x.npz')).map(inHex)).toEqual(expected['stored.npz']);
  expect(Buffer.from(tokyo!).equals(honolulu!)).toBe(true);
});
