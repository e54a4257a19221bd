import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Tensor } from '../../harness/domain/tensor.ts';
import { writeNpz } from '../../harness/formats/npz-write.ts';

/** A file that make_files.py wrote. */
export const fileOf = (name: string): string => path.resolve(import.meta.dirname, 'files', name);

/** A folder of this test alone. */
export async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-conformance-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** An .npz of float32 vectors by name. */
export async function writeFloats(
  file: string,
  tensors: Readonly<Record<string, readonly number[]>>,
): Promise<string> {
  await writeFile(file, writeNpz(Object.entries(tensors).map(([name, values]) => floats(name, values))));
  return file;
}

function floats(name: string, values: readonly number[]): Tensor {
  return {
    name,
    dtype: 'float32',
    shape: [values.length],
    data: new Uint8Array(Float32Array.from(values).buffer),
  };
}
