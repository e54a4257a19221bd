import type { TensorSource } from '../domain/tensor.ts';
import { type Bytes, memoryBytes } from './bytes.ts';
import { withFileBytes } from './file-bytes.ts';
import { formatError } from './format-error.ts';
import { inflateToFile, inflateToMemory } from './inflate-entry.ts';
import { openNpy } from './npy.ts';
import type { Scratch } from './scratch.ts';
import { readZipEntries, STORED, type ZipEntry } from './zip-entries.ts';

/** The arrays of an .npz, in the archive's order. Throws E_NPZ, E_TENSOR_TOO_LARGE. */
export async function openNpz(bytes: Bytes, scratch: Scratch): Promise<TensorSource[]> {
  const entries = await readZipEntries(bytes);
  for (const { name, offset } of entries) {
    if (name.endsWith('.npy') && name !== '.npy' && !name.includes('\0')) continue;
    const reason = `Entry "${name}" is no array: its name does not end in .npy`;
    throw formatError('E_NPZ', bytes.file, reason, { offset });
  }
  const deflated = entries.filter(({ method }) => method !== STORED);
  const unpackedBytes = deflated.reduce((sum, entry) => sum + entry.bytes, 0);
  if (unpackedBytes > scratch.limits.unpackedBytes) {
    const reason = `The archive unpacks to ${unpackedBytes} bytes; at most ${scratch.limits.unpackedBytes} are unpacked`;
    throw formatError('E_NPZ', bytes.file, reason, { remedies: ['save it uncompressed: numpy.savez'] });
  }
  const tensors: TensorSource[] = [];
  for (const entry of entries) {
    const tensor = await openEntry(bytes, entry, scratch);
    scratch.count(tensor.bytes);
    tensors.push(tensor);
  }
  return tensors;
}

async function openEntry(bytes: Bytes, entry: ZipEntry, scratch: Scratch): Promise<TensorSource> {
  const name = entry.name.slice(0, -'.npy'.length);
  const where = `Array "${entry.name}"`;
  const array = (source: Bytes) =>
    openNpy(source, { start: 0, end: source.byteLength, name, where }, scratch);
  if (entry.method === STORED) {
    const { dataAt: start, crc32 } = entry;
    return openNpy(bytes, { start, end: start + entry.bytes, name, where, crc32 }, scratch);
  }
  if (scratch.fits(entry.bytes)) {
    return array(memoryBytes(await inflateToMemory(bytes, entry), bytes.file, () => entry.offset));
  }
  const target = await scratch.newFile(entry.bytes, bytes.file);
  await inflateToFile(bytes, entry, target);
  return withFileBytes(target, array, { file: bytes.file, offset: entry.offset });
}
