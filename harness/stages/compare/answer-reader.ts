import { stat } from 'node:fs/promises';
import { loadTensor } from '../../comparison/load-tensor.ts';
import { withFiles } from '../../comparison/open-files.ts';
import { whereToHash } from '../../comparison/where-to-run.ts';
import { type FileStamp, stampOf } from '../../domain/file-stamp.ts';
import type { StoredTensor, Tensor, TensorBytes, TensorSource } from '../../domain/tensor.ts';
import type { BlobStore, HashFile } from '../../store/blob-store.ts';

/** Blobs up to this size are read whole; larger ones stay files, hashed and compared a stretch at a time. */
const HELD_BYTES = 1 << 20;
/** Of all blobs held at once. Beyond it those used longest ago are let go, to be read and checked again if they are asked for. */
const HELD_BYTES_IN_ALL = 256 << 20;
/** Of a tensor that decisions or strings need as a whole. */
const WHOLE_BYTES = 1 << 30;

/** Reads answers from their blobs: checks each against its hash when it is first asked for, and remembers. */
export interface AnswerReader {
  /** @throws UserError E_BLOB_MISSING, E_BLOB_DAMAGED */
  source(stored: StoredTensor): Promise<TensorSource>;
  /** @throws UserError as `source`; E_TENSOR_TOO_LARGE */
  tensor(stored: StoredTensor): Promise<Tensor>;
  /** Blobs that were read and checked, and their bytes. */
  reads(): { readonly blobs: number; readonly bytes: number };
}

/** Hashing is slower than comparing: large files are hashed by the threads that compare. */
const hash: HashFile = (file, bytes) => whereToHash(bytes)('sha256', { file, bytes });

export function openAnswerReader(blobs: BlobStore): AnswerReader {
  const known = new Map<string, Promise<TensorBytes>>();
  const held = new Map<string, number>();
  const read = { blobs: 0, bytes: 0, held: 0 };

  const readBlob = async (stored: StoredTensor, key: string): Promise<TensorBytes> => {
    read.blobs += 1;
    read.bytes += stored.bytes;
    if (stored.bytes > HELD_BYTES) {
      let stamp: FileStamp | undefined;
      const file = await blobs.locate(stored, async (name, bytes) => {
        stamp = stampOf(await stat(name));
        return hash(name, bytes);
      });
      return { in: 'file', file, offset: 0, byteLength: stored.bytes, ...(stamp && { stamp }) };
    }
    const data = await blobs.load(stored);
    held.set(key, data.byteLength);
    read.held += data.byteLength;
    for (const [oldest, bytes] of held) {
      if (read.held <= HELD_BYTES_IN_ALL || oldest === key) break;
      held.delete(oldest);
      known.delete(oldest);
      read.held -= bytes;
    }
    return { in: 'memory', data };
  };

  const bytesOf = (stored: StoredTensor): Promise<TensorBytes> => {
    const key = `${stored.sha256} ${stored.bytes}`;
    const size = held.get(key);
    if (size !== undefined) {
      // Last in the map is used last.
      held.delete(key);
      held.set(key, size);
    }
    const bytes = known.get(key) ?? readBlob(stored, key);
    known.set(key, bytes);
    return bytes;
  };

  const source = async (stored: StoredTensor): Promise<TensorSource> => {
    const { name, dtype, shape } = stored;
    return { name, dtype, shape, bytes: await bytesOf(stored) };
  };

  return {
    source,
    async tensor(stored) {
      const answer = await source(stored);
      return withFiles((files) => loadTensor(answer, WHOLE_BYTES, files));
    },
    reads: () => ({ blobs: read.blobs, bytes: read.bytes }),
  };
}
