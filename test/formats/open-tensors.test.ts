import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { zipSync } from 'fflate';
import { afterAll, expect, test, vi } from 'vitest';
import type { Tensor, TensorSource } from '../../harness/domain/tensor.ts';
import { LIMITS } from '../../harness/formats/limits.ts';
import { loadTensor } from '../../harness/formats/load-tensor.ts';
import { writeNpy } from '../../harness/formats/npy-write.ts';
import { openTensors } from '../../harness/formats/open-tensors.ts';
import { damaged, find, rejectionOf } from './damage.ts';
import { expected, inHex, VECTORS, vector } from './vectors.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'open-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, bytes: Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

const placeOf = ({ bytes }: TensorSource) => bytes.in;

test.for([
  ['v1.npy', 'file'],
  ['v3.npy', 'file'],
  ['fortran.npy', 'memory'],
  ['big-endian.npy', 'memory'],
  ['text.npy', 'memory'],
  ['mixed.safetensors', 'file'],
  ['stored.npz', 'file'],
  ['deflated.npz', 'memory'],
] as const)('%s: its elements are left in the %s', async ([name, place]) => {
  const { tensors, close } = await openTensors(path.join(VECTORS, name));
  expect(new Set(tensors.map(placeOf))).toEqual(new Set([place]));
  const loaded = await Promise.all(tensors.map(loadTensor));
  expect(loaded.map(inHex)).toEqual(expected[name]);
  await close();
});

test('raw elements of a .pb are left in the file, typed ones are not', async () => {
  for (const [name, place] of [
    ['raw float32', 'file'],
    ['float_data', 'memory'],
    ['empty', 'memory'],
  ] as const) {
    const file = written('x.pb', Buffer.from(expected.protos[name]!.proto, 'hex'));
    const [tensor] = (await openTensors(file)).tensors;
    expect([name, placeOf(tensor!)]).toEqual([name, place]);
    expect((await loadTensor(tensor!)).data.length).toBe(expected.protos[name]!.hex.length / 2);
  }
});

const noise: Tensor = {
  name: 'noise',
  dtype: 'uint8',
  shape: [300, 1000],
  data: Uint8Array.from({ length: 300_000 }, (_, index) => (index * index) >> 7),
};
const smallLimits = { ...LIMITS, heldArrayBytes: 100_000 };
const bigEndian = new Uint8Array(
  Buffer.from(
    Buffer.from(writeNpy({ ...noise, dtype: 'uint16', shape: [150, 1000] }))
      .toString('latin1')
      .replace('<u2', '>u2'),
    'latin1',
  ),
);

test('a large deflated array is unpacked to a temporary file, which closing removes', async () => {
  vi.stubEnv('TMPDIR', path.join(folder, 'scratch'));
  mkdirSync(process.env.TMPDIR!);
  const file = written('large.npz', zipSync({ 'noise.npy': writeNpy(noise), 'small.npy': vector('v1.npy') }));
  const { tensors, close } = await openTensors(file, smallLimits);
  expect(tensors.map(placeOf)).toEqual(['file', 'memory']);
  expect(Buffer.from((await loadTensor(tensors[0]!)).data).equals(noise.data)).toBe(true);
  expect(readdirSync(process.env.TMPDIR!)).toHaveLength(1);
  await close();
  expect(readdirSync(process.env.TMPDIR!)).toEqual([]);
  const half = { ...smallLimits, rewrittenBytes: 200_000 };
  const swapped = written('swapped.npz', zipSync({ 'noise.npy': bigEndian }));
  expect((await rejectionOf(openTensors(swapped, half))).code).toBe('E_TENSOR_TOO_LARGE');
  expect(readdirSync(process.env.TMPDIR!)).toEqual([]);
  vi.unstubAllEnvs();
});

test.for<[what: string, bytes: Uint8Array, reason: string]>([
  ['its checksum is another', packed([14, [1]], [16, [1]]), 'does not match its checksum'],
  ['it grows beyond its size', packed([22, [9, 9, 0, 0]], [24, [9, 9, 0, 0]]), 'grows beyond the 2313 bytes'],
  ['it is shorter than its size', packed([22, [9, 9, 9, 0]], [24, [9, 9, 9, 0]]), 'holds 300128 bytes'],
  ['it is no deflate', packed([39, [255, 255]]), 'cannot be inflated'],
])('a large deflated array is refused when %s, and leaves nothing behind', async ([, bytes, reason]) => {
  const scratch = mkdtempSync(path.join(folder, 'refused-'));
  vi.stubEnv('TMPDIR', scratch);
  const error = await rejectionOf(
    openTensors(written('bad.npz', bytes), { ...LIMITS, heldArrayBytes: 1000 }),
  );
  vi.unstubAllEnvs();
  expect([error.code, error.message]).toEqual(['E_NPZ', expect.stringContaining(reason)]);
  expect(error.message).toContain('(at byte 0)');
  expect(readdirSync(scratch)).toEqual([]);
});

/** The archive of one array, with bytes of the entry's header and of its listing in the directory replaced. */
function packed(
  header: readonly [at: number, bytes: number[]],
  listing?: readonly [at: number, bytes: number[]],
) {
  const archive = damaged(zipSync({ 'noise.npy': writeNpy(noise) }), ...header);
  return listing ? damaged(archive, find(archive, [0x50, 0x4b, 1, 2]) + listing[0], listing[1]) : archive;
}

test('once memory holds enough deflated arrays, the next go to files', async () => {
  const six = Object.fromEntries(
    ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [`${name}.npy`, vector('v1.npy')]),
  );
  const { tensors, close } = await openTensors(written('six.npz', zipSync(six)), {
    ...LIMITS,
    heldBytes: 176 + 4 * 48,
  });
  expect(tensors.map(placeOf)).toEqual(['memory', 'memory', 'memory', 'memory', 'memory', 'file']);
  await close();
});

test('a large rewritten array is kept in a temporary file', async () => {
  const { tensors, close } = await openTensors(written('swapped.npy', bigEndian), smallLimits);
  expect(tensors.map(placeOf)).toEqual(['file']);
  const swapped = Buffer.from(noise.data).swap16();
  expect(Buffer.from((await loadTensor(tensors[0]!)).data).equals(swapped)).toBe(true);
  await close();
});

test('what must be rewritten has a limit, and the error says what to do', async () => {
  const error = await rejectionOf(
    openTensors(written('swapped.npy', bigEndian), { ...LIMITS, rewrittenBytes: 299_999 }),
  );
  expect([error.code, error.place?.file]).toEqual(['E_TENSOR_TOO_LARGE', path.join(folder, 'swapped.npy')]);
  expect(error.message).toContain('takes 300000 bytes and must be rewritten in memory');
  expect(error.remedies[0]).toContain('uncompressed, little-endian and in C order');
});

test('a stored array carries the checksum of its elements, and damage is seen when they are read', async () => {
  const stored = zipSync({ 'noise.npy': [writeNpy(noise), { level: 0 }] });
  const file = written('stored.npz', stored);
  const [tensor] = (await openTensors(file)).tensors;
  expect(tensor!.bytes).toMatchObject({ in: 'file', byteLength: 300_000, crc32: crc32(noise.data) });
  const { offset } = tensor!.bytes as { offset: number };
  writeFileSync(file, damaged(stored, offset + 299_999, [0xaa]));
  const error = await rejectionOf(loadTensor((await openTensors(file)).tensors[0]!));
  expect([error.code, error.place?.file]).toEqual(['E_TENSOR_FILE', file]);
  expect(error.message).toContain(`do not match their checksum: the file is damaged (at byte ${offset})`);
});

test('damage in a header that still makes sense is damage', async () => {
  const stored = zipSync({
    'noise.npy': [writeNpy(noise), { level: 0 }],
    'e.npy': [emptyArray(3), { level: 0 }],
  });
  const shape = Buffer.from(stored).indexOf('(300, 1000)');
  const [tensor] = (
    await openTensors(written('shape.npz', damaged(stored, shape, [...Buffer.from('(100, 3000)')])))
  ).tensors;
  expect(tensor!.shape).toEqual([100, 3000]);
  expect((await rejectionOf(loadTensor(tensor!))).message).toContain('checksum');
  // nobody reads what is empty: it is refused at once
  const none = Buffer.from(stored).indexOf('(0, 3)');
  const error = await rejectionOf(openTensors(written('none.npz', damaged(stored, none + 4, [0x34]))));
  expect(error.message).toContain('checksum');
});

function emptyArray(columns: number): Uint8Array {
  return writeNpy({ name: 'e', dtype: 'int8', shape: [0, columns], data: new Uint8Array() });
}

test('a file that is cut after it was opened is an error when it is read', async () => {
  const file = written('cut.npy', writeNpy(noise));
  const [tensor] = (await openTensors(file)).tensors;
  writeFileSync(file, writeNpy(noise).slice(0, 1000));
  expect((await rejectionOf(loadTensor(tensor!))).message).toContain(
    'it was cut since it was opened (at byte 1000)',
  );
  rmSync(file);
  expect((await rejectionOf(loadTensor(tensor!))).code).toBe('E_FILE_UNREADABLE');
});

test.for([
  ['an absent file', 'absent.npz', 'ENOENT'],
  ['a folder', 'folder.npz', 'no regular file'],
  ['an unknown ending', 'x.txt', 'no ending of a file of tensors'],
] as const)('%s is refused in words', async ([, name, reason]) => {
  if (name === 'folder.npz') mkdirSync(path.join(folder, name));
  if (name === 'x.txt') written(name, new Uint8Array());
  const error = await rejectionOf(openTensors(path.join(folder, name)));
  expect(error.message).toContain(reason);
  expect(error.place?.file).toBe(path.join(folder, name));
});

test('a named pipe is refused at once, though nobody writes to it', async () => {
  const pipe = path.join(folder, 'pipe.npz');
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
  expect((await rejectionOf(openTensors(pipe))).message).toContain('no regular file');
});

test('a file that is replaced after it was opened is not loaded under its old header', async () => {
  const tensor: Tensor = { name: 'y', dtype: 'float32', shape: [4], data: new Uint8Array(16) };
  const file = written('replaced.npy', writeNpy(tensor));
  const { tensors } = await openTensors(file);
  rmSync(file);
  written('replaced.npy', writeNpy({ ...tensor, dtype: 'int32' }));
  const error = await rejectionOf(loadTensor(tensors[0]!));
  expect(error).toMatchObject({ code: 'E_TENSOR_FILE', place: { file } });
  expect(error.message).toContain('replaced or written to');
});
