import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { loadTensor } from '../../harness/formats/load-tensor.ts';
import { openTensors } from '../../harness/formats/open-tensors.ts';
import { inHex } from './vectors.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'large-'));
afterAll(() => rmSync(folder, { recursive: true }));

const GIB = 2 ** 30;

/** A file of holes but for the given bytes: it takes no room on the disk. */
function sparse(
  name: string,
  byteLength: number,
  parts: readonly (readonly [at: number, bytes: Uint8Array])[],
): string {
  const file = path.join(folder, name);
  const descriptor = openSync(file, 'w');
  ftruncateSync(descriptor, byteLength);
  for (const [at, bytes] of parts) writeSync(descriptor, bytes, 0, bytes.length, at);
  closeSync(descriptor);
  return file;
}

const npyHeader = (shape: string) => {
  const literal = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }`;
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1'),
    Buffer.from(`${literal.padEnd(117)}\n`),
  ]);
};

test('a .npy and a .safetensors of 5 GiB are opened by their headers alone', async () => {
  const npy = sparse('big.npy', 128 + 5 * GIB, [[0, npyHeader(`${(5 * GIB) / 4},`)]]);
  const header = Buffer.from(
    JSON.stringify({ a: { dtype: 'F32', shape: [5, GIB / 4], data_offsets: [0, 5 * GIB] } }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const at = 8 + header.length;
  const safetensors = sparse('big.safetensors', at + 5 * GIB, [[0, Buffer.concat([length, header])]]);
  for (const [file, offset] of [
    [npy, 128],
    [safetensors, at],
  ] as const) {
    const [tensor] = (await openTensors(file)).tensors;
    expect(tensor!.bytes).toMatchObject({ in: 'file', file, offset, byteLength: 5 * GIB });
  }
});

test('an .npz beyond 4 GiB is read by its ZIP64 records', async () => {
  const first = Buffer.concat([zip64Entry('a.npy', 128 + 5 * GIB, 0).local, npyHeader(`${(5 * GIB) / 4},`)]);
  const secondAt = 35 + 20 + 128 + 5 * GIB;
  const last = Buffer.concat([npyHeader('1,'), Buffer.from([0, 0, 0xc0, 0x3f])]);
  const a = zip64Entry('a.npy', 128 + 5 * GIB, 0);
  const b = zip64Entry('b.npy', last.length, crc32(last), secondAt);
  const directory = Buffer.concat([a.listing, b.listing]);
  const directoryAt = secondAt + b.local.length + last.length;
  const end = Buffer.concat([b.local, last, directory, zip64End(directoryAt, directory.length)]);
  const file = sparse('big.npz', secondAt + end.length, [
    [0, first],
    [secondAt, end],
  ]);
  const { tensors } = await openTensors(file);
  expect(tensors.map(({ name, shape }) => [name, shape])).toEqual([
    ['a', [(5 * GIB) / 4]],
    ['b', [1]],
  ]);
  expect(tensors[0]!.bytes).toMatchObject({ offset: 183, byteLength: 5 * GIB });
  expect(inHex(await loadTensor(tensors[1]!)).hex).toBe('0000c03f');
});

/** Both headers of a stored entry whose sizes and offset stand in ZIP64 fields (APPNOTE 4.3.7, 4.3.12, 4.5.3). */
function zip64Entry(name: string, size: number, crc: number, offset = 0): { local: Buffer; listing: Buffer } {
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt32LE(crc, 14);
  local.fill(0xff, 18, 26);
  local.writeUInt16LE(name.length, 26);
  local.writeUInt16LE(20, 28);
  const listing = Buffer.alloc(46);
  listing.writeUInt32LE(0x02014b50, 0);
  listing.writeUInt32LE(crc, 16);
  listing.fill(0xff, 20, 28);
  listing.writeUInt16LE(name.length, 28);
  listing.writeUInt16LE(28, 30);
  listing.fill(0xff, 42, 46);
  const extra = (...values: number[]) => {
    const field = Buffer.alloc(4 + 8 * values.length);
    field.writeUInt16LE(1, 0);
    field.writeUInt16LE(8 * values.length, 2);
    for (const [index, value] of values.entries()) field.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
    return field;
  };
  return {
    local: Buffer.concat([local, Buffer.from(name), extra(size, size)]),
    listing: Buffer.concat([listing, Buffer.from(name), extra(size, size, offset)]),
  };
}

/** The ZIP64 end, its locator and an end that leaves everything to them (APPNOTE 4.3.14 to 4.3.16). */
function zip64End(directoryAt: number, directoryBytes: number): Buffer {
  const end = Buffer.alloc(56 + 20 + 22);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  for (const [at, value] of [
    [24, 2],
    [32, 2],
    [40, directoryBytes],
    [48, directoryAt],
  ] as const) {
    end.writeBigUInt64LE(BigInt(value), at);
  }
  end.writeUInt32LE(0x07064b50, 56);
  end.writeBigUInt64LE(BigInt(directoryAt + directoryBytes), 64);
  end.writeUInt32LE(1, 72);
  end.writeUInt32LE(0x06054b50, 76);
  end.fill(0xff, 84, 96);
  return end;
}
