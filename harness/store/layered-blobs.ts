import type { BlobStore } from './blob-store.ts';

/** Reads from `kept` and then from `scratch`; whatever is new goes to `scratch`, so that what is only looked at leaves nothing in a run. */
export function layerBlobs(kept: BlobStore, scratch: BlobStore): BlobStore {
  const holder = async (sha256: string): Promise<BlobStore> => ((await kept.has(sha256)) ? kept : scratch);
  return {
    has: async (sha256) => (await kept.has(sha256)) || scratch.has(sha256),
    size: async (sha256) => (await holder(sha256)).size(sha256),
    read: async (sha256) => (await holder(sha256)).read(sha256),
    load: async (ref) => (await holder(ref.sha256)).load(ref),
    locate: async (ref, hash) => (await holder(ref.sha256)).locate(ref, hash),
    put: (bytes) => scratch.put(bytes),
    write: (sha256, source, maxBytes) => scratch.write(sha256, source, maxBytes),
  };
}
