import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Tensor } from '../domain/tensor.ts';
import {
  GOLDEN_FILE,
  type GoldenFile,
  type GoldenProvenance,
  hashTensor,
  inputsSha256,
  isPlainFileName,
  sha256Hex,
} from './golden-file.ts';
import { writeSafetensors } from './safetensors.ts';

export interface GoldenContent {
  readonly suite: string;
  readonly modelSha256: string;
  readonly cases: readonly {
    readonly name: string;
    readonly inputs: readonly Tensor[];
    readonly outputs: readonly Tensor[];
  }[];
  readonly provenance: GoldenProvenance;
}

/** The files of a golden's folder, by name, golden.json last. The same content gives the same bytes. */
export function goldenFiles(content: GoldenContent): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const cases: Record<string, GoldenFile['cases'][string]> = {};
  for (const { name, inputs, outputs } of content.cases) {
    const file = `${name}.safetensors`;
    if (!isPlainFileName(file)) throw new Error(`the case "${name}" cannot name a file`);
    const bytes = writeSafetensors(outputs, file);
    files.set(file, bytes);
    cases[name] = { file, sha256: sha256Hex(bytes), inputsSha256: inputsSha256(inputs.map(hashTensor)) };
  }
  const { suite, modelSha256, provenance } = content;
  const golden: GoldenFile = { schemaVersion: 1, kind: 'golden', suite, modelSha256, cases, provenance };
  files.set(GOLDEN_FILE, new TextEncoder().encode(`${JSON.stringify(golden, null, 2)}\n`));
  return files;
}

/** Writes a golden's folder, golden.json last, and removes outputs of cases that are no more. */
export async function writeGolden(folder: string, content: GoldenContent): Promise<void> {
  const files = goldenFiles(content);
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of files) {
    const file = path.join(folder, name);
    await writeFile(`${file}.tmp`, bytes);
    await rename(`${file}.tmp`, file);
  }
  for (const name of await readdir(folder)) {
    if (name.endsWith('.safetensors') && !files.has(name)) await rm(path.join(folder, name));
  }
}
