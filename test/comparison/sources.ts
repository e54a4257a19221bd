import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { byteLength, type DType, type TensorSource } from '../../harness/domain/tensor.ts';

/** Reproducible bytes: xorshift32 (Marsaglia 2003), any bit pattern, NaN and infinities among them. */
export function randomBytes(count: number, seed: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(count / 4));
  let state = seed >>> 0 || 1;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return new Uint8Array(words.buffer, 0, count);
}

/** Two tensors that differ in one byte of sixteen or so. */
export function randomPair(dtype: DType, shape: readonly number[], seed = 1) {
  const reference = randomBytes(byteLength(dtype, shape)!, seed);
  const noise = randomBytes(reference.length, seed + 1);
  const candidate = reference.map((byte, index) => (noise[index]! < 16 ? byte ^ (noise[index]! & 7) : byte));
  const header = { name: 't', dtype, shape };
  return { reference: { ...header, data: reference }, candidate: { ...header, data: candidate } };
}

/** Where a tensor's bytes may lie. */
export const PLACES = ['memory', 'sharedMemory', 'file', 'fileWithChecksum'] as const;
export type Place = (typeof PLACES)[number];

/** A folder that is gone after the test. */
export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-comparison-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Bytes in a file of their own, led and followed by others. */
export async function sourceAt(
  place: Place,
  header: Omit<TensorSource, 'bytes'>,
  data: Uint8Array,
  folder: string,
): Promise<TensorSource> {
  if (place === 'memory') return { ...header, bytes: { in: 'memory', data } };
  if (place === 'sharedMemory') {
    const shared = new Uint8Array(new SharedArrayBuffer(data.length));
    shared.set(data);
    return { ...header, bytes: { in: 'memory', data: shared } };
  }
  const file = path.join(folder, `${crc32(data)}.bin`);
  await writeFile(file, Buffer.concat([Buffer.from('lead'), data, Buffer.from('tail')]));
  const checksum = place === 'fileWithChecksum' ? { crc32: crc32(data) } : {};
  return { ...header, bytes: { in: 'file', file, offset: 4, byteLength: data.length, ...checksum } };
}
