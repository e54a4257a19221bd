import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { BlobRef, StoredTensor, Tensor } from '../domain/tensor.ts';
import { UserError } from '../domain/user-error.ts';
import { fileError } from './file-error.ts';

export type WriteOutcome = 'stored' | 'hashMismatch' | 'tooLarge';

/** Bytes under their hash, `<aa>/<sha256>`: written once however many targets agree. */
export interface BlobStore {
  has(sha256: string): Promise<boolean>;
  /** Size in bytes; undefined when the store lacks it. */
  size(sha256: string): Promise<number | undefined>;
  read(sha256: string): Promise<{ bytes: number; stream: Readable } | undefined>;
  /** All bytes, checked against their name: a damaged blob is an error, never another answer. */
  load(ref: BlobRef): Promise<Uint8Array>;
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
      if (!existsSync(file)) {
        throw new UserError('E_BLOB_MISSING', `The run names a blob that is not there.`, {
          place: { file },
          remedies: ['capture the run again: its files are not complete'],
        });
      }
      const bytes = await readFile(file).catch((error: unknown) => {
        throw fileError(error, 'read', file);
      });
      if (bytes.byteLength === ref.bytes && sha256Of(bytes) === ref.sha256) return bytes;
      throw new UserError(
        'E_BLOB_DAMAGED',
        `Expected ${ref.bytes} bytes that hash to the file's name; found ${bytes.byteLength} that do not.`,
        { place: { file }, remedies: ['restore the file or capture the run again'] },
      );
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

export async function storeTensor(blobs: BlobStore, tensor: Tensor): Promise<StoredTensor> {
  const { name, dtype, shape, data } = tensor;
  return { name, dtype, shape, ...(await blobs.put(data)) };
}

export async function loadTensor(blobs: BlobStore, stored: StoredTensor): Promise<Tensor> {
  const { name, dtype, shape } = stored;
  return { name, dtype, shape, data: await blobs.load(stored) };
}
