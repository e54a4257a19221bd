import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { BlobRef, StoredTensor, Tensor } from '../domain/tensor.ts';
import { UserError } from '../domain/user-error.ts';
import { fileError } from './file-error.ts';

/** SHA-256 of a file's first `bytes` bytes, lower-case hex. */
export type HashFile = (file: string, bytes: number) => Promise<string>;

export type WriteOutcome = 'stored' | 'hashMismatch' | 'tooLarge';

/** Bytes under their hash, `<aa>/<sha256>`: written once however many targets agree. */
export interface BlobStore {
  has(sha256: string): Promise<boolean>;
  /** Size in bytes; undefined when the store lacks it. */
  size(sha256: string): Promise<number | undefined>;
  read(sha256: string): Promise<{ bytes: number; stream: Readable } | undefined>;
  /**
   * All bytes, checked against their name: a damaged blob is an error, never another answer.
   * @throws UserError E_BLOB_MISSING, E_BLOB_DAMAGED
   */
  load(ref: BlobRef): Promise<Uint8Array>;
  /**
   * The blob's file, its bytes checked as in `load` but never held as a whole.
   * @param hash hashes the file elsewhere, such as on another thread; in this one, in chunks, unless told
   * @throws UserError E_BLOB_MISSING, E_BLOB_DAMAGED
   */
  locate(ref: BlobRef, hash?: HashFile): Promise<string>;
  put(bytes: Uint8Array): Promise<BlobRef>;
  /** Takes bytes from outside: nothing is kept unless they hash to `sha256`. */
  write(sha256: string, source: AsyncIterable<Uint8Array>, maxBytes?: number): Promise<WriteOutcome>;
}

const SHA256 = /^[0-9a-f]{64}$/;

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function openBlobStore(root: string): BlobStore {
  const fileOf = (sha256: string): string => {
    if (!SHA256.test(sha256)) throw new Error(`not a sha256: ${sha256}`);
    return path.join(root, sha256.slice(0, 2), sha256);
  };

  const size = async (sha256: string): Promise<number | undefined> => {
    const file = fileOf(sha256);
    return existsSync(file) ? (await stat(file)).size : undefined;
  };

  const write: BlobStore['write'] = async (sha256, source, maxBytes = Number.POSITIVE_INFINITY) => {
    const file = fileOf(sha256);
    await mkdir(path.dirname(file), { recursive: true });
    const temporary = `${file}.${randomUUID()}`;
    const hash = createHash('sha256');
    let bytes = 0;
    let outcome: WriteOutcome = 'hashMismatch';
    const handle = await open(temporary, 'wx');
    try {
      for await (const chunk of source) {
        bytes += chunk.byteLength;
        if (bytes > maxBytes) {
          outcome = 'tooLarge';
          break;
        }
        hash.update(chunk);
        await handle.writeFile(chunk);
      }
      if (outcome !== 'tooLarge' && hash.digest('hex') === sha256) outcome = 'stored';
    } finally {
      await handle.close();
      if (outcome === 'stored') await rename(temporary, file);
      else await rm(temporary, { force: true });
    }
    return outcome;
  };

  return {
    has: async (sha256) => existsSync(fileOf(sha256)),
    size,
    write,
    async read(sha256) {
      const bytes = await size(sha256);
      return bytes === undefined ? undefined : { bytes, stream: createReadStream(fileOf(sha256)) };
    },
    async load(ref) {
      const file = fileOf(ref.sha256);
      if (!existsSync(file)) throw missing(file);
      const bytes = await readFile(file).catch((error: unknown) => {
        throw fileError(error, 'read', file);
      });
      if (bytes.byteLength !== ref.bytes || sha256Of(bytes) !== ref.sha256) {
        throw damaged(file, ref.bytes, bytes.byteLength);
      }
      return bytes;
    },
    async locate(ref, hash = hashInChunks) {
      const file = fileOf(ref.sha256);
      const found = await size(ref.sha256);
      if (found === undefined) throw missing(file);
      if (found !== ref.bytes) throw damaged(file, ref.bytes, found);
      const sha256 = await hash(file, ref.bytes).catch((error: unknown) => {
        throw fileError(error, 'read', file);
      });
      if (sha256 !== ref.sha256) throw damaged(file, ref.bytes, found);
      return file;
    },
    async put(bytes) {
      const sha256 = sha256Of(bytes);
      if (!existsSync(fileOf(sha256))) {
        const whole = (async function* whole() {
          yield bytes;
        })();
        await write(sha256, whole).catch((error: unknown) => {
          throw fileError(error, 'written', fileOf(sha256));
        });
      }
      return { sha256, bytes: bytes.byteLength };
    },
  };
}

async function hashInChunks(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

function missing(file: string): UserError {
  return new UserError('E_BLOB_MISSING', `The run names a blob that is not there.`, {
    place: { file },
    remedies: ['capture the run again: its files are not complete'],
  });
}

function damaged(file: string, expectedBytes: number, foundBytes: number): UserError {
  return new UserError(
    'E_BLOB_DAMAGED',
    `Expected ${expectedBytes} bytes that hash to the file's name; found ${foundBytes} that do not.`,
    { place: { file }, remedies: ['restore the file or capture the run again'] },
  );
}

export async function storeTensor(blobs: BlobStore, tensor: Tensor): Promise<StoredTensor> {
  const { name, dtype, shape, data } = tensor;
  return { name, dtype, shape, ...(await blobs.put(data)) };
}

export async function loadTensor(blobs: BlobStore, stored: StoredTensor): Promise<Tensor> {
  const { name, dtype, shape } = stored;
  return { name, dtype, shape, data: await blobs.load(stored) };
}
