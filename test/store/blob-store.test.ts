import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type BlobStore, openBlobStore, sha256Of } from '../../harness/store/blob-store.ts';

/** SHA-256 of "abc", FIPS 180-4's own example. */
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const abc = new TextEncoder().encode('abc');

async function store(): Promise<{ blobs: BlobStore; root: string }> {
  const root = await mkdtemp(path.join(tmpdir(), 'fleetdiff-blobs-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  return { blobs: openBlobStore(root), root };
}

async function* chunks(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield new TextEncoder().encode(part);
}

const filesOf = async (root: string) =>
  (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

test('bytes lie under their hash, once', async () => {
  const { blobs, root } = await store();
  expect(await blobs.put(abc)).toEqual({ sha256: ABC, bytes: 3 });
  await blobs.put(abc);
  expect(await filesOf(root)).toEqual([ABC]);
  expect(await readFile(path.join(root, 'ba', ABC), 'utf8')).toBe('abc');
  expect(await blobs.load({ sha256: ABC, bytes: 3 })).toEqual(Buffer.from('abc'));
});

test.for([
  { name: 'the right bytes in pieces', parts: ['a', '', 'bc'], outcome: 'stored', files: [ABC] },
  { name: 'other bytes', parts: ['abd'], outcome: 'hashMismatch', files: [] },
  { name: 'too few', parts: ['ab'], outcome: 'hashMismatch', files: [] },
  { name: 'too many', parts: ['abc', 'abcdefgh'], outcome: 'tooLarge', files: [] },
])('write: $name is $outcome and leaves $files', async ({ parts, outcome, files }) => {
  const { blobs, root } = await store();
  expect(await blobs.write(ABC, chunks(...parts), 8)).toBe(outcome);
  expect(await filesOf(root)).toEqual(files);
});

test('a source that breaks off leaves nothing behind', async () => {
  const { blobs, root } = await store();
  async function* broken() {
    yield abc;
    throw new Error('connection lost');
  }
  await expect(blobs.write(ABC, broken())).rejects.toThrow('connection lost');
  expect(await filesOf(root)).toEqual([]);
  expect(await blobs.has(ABC)).toBe(false);
});

test.for([
  { name: 'another byte', bytes: 'abd' },
  { name: 'another length', bytes: 'abcd' },
  { name: 'nothing', bytes: '' },
])('a blob that holds $name is refused, read or located', async ({ bytes }) => {
  const { blobs, root } = await store();
  await blobs.put(abc);
  await writeFile(path.join(root, 'ba', ABC), bytes);
  const ref = { sha256: ABC, bytes: 3 };
  await expect(blobs.load(ref)).rejects.toMatchObject({ code: 'E_BLOB_DAMAGED' });
  await expect(blobs.locate(ref)).rejects.toMatchObject({ code: 'E_BLOB_DAMAGED' });
  if (bytes.length !== ref.bytes) return;
  await expect(blobs.locate(ref, async () => sha256Of(Buffer.from(bytes)))).rejects.toMatchObject({
    code: 'E_BLOB_DAMAGED',
  });
});

test('a located blob is its checked file, hashed here or by whom the caller asks', async () => {
  const { blobs, root } = await store();
  const ref = await blobs.put(abc);
  const file = path.join(root, 'ba', ABC);
  expect(await blobs.locate(ref)).toBe(file);
  const asked: unknown[] = [];
  const hash = async (...of: unknown[]) => {
    asked.push(of);
    return ABC;
  };
  expect(await blobs.locate(ref, hash)).toBe(file);
  expect(asked).toEqual([[file, 3]]);
});

test('a blob that is not there is an error with its place', async () => {
  const { blobs } = await store();
  const ref = { sha256: sha256Of(abc), bytes: 3 };
  await expect(blobs.load(ref)).rejects.toMatchObject({ code: 'E_BLOB_MISSING' });
  await expect(blobs.locate(ref)).rejects.toMatchObject({ code: 'E_BLOB_MISSING' });
});

test('a name that is no hash reaches no file', async () => {
  const { blobs } = await store();
  await expect(blobs.has('../../etc/passwd')).rejects.toThrow('not a sha256');
});
