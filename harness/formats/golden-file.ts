import { createHash } from 'node:crypto';
import path from 'node:path';
import type { BlobRef, Tensor, TensorHeader } from '../domain/tensor.ts';

export const GOLDEN_FILE = 'golden.json';

/** How a golden came to be. Nothing else in its folder depends on who computed it, or when. */
export interface GoldenProvenance {
  readonly runtime: { readonly name: string; readonly version: string };
  readonly provider: string;
  readonly optimization: string;
  readonly threads: number;
  /** The machine that computed it: SoC, and the features that choose kernels, as a probe reports them. */
  readonly host: {
    readonly soc: string;
    readonly arch: string;
    readonly isa: readonly string[];
    readonly os: string;
  };
  /** ISO 8601, UTC. */
  readonly computedAt: string;
}

export interface GoldenCaseEntry {
  /** A safetensors file beside golden.json: the model's outputs. */
  readonly file: string;
  readonly sha256: string;
  /** Over the case's inputs: `inputsSha256`. */
  readonly inputsSha256: string;
}

/** golden.json */
export interface GoldenFile {
  readonly schemaVersion: 1;
  readonly kind: 'golden';
  readonly suite: string;
  readonly modelSha256: string;
  readonly cases: Readonly<Record<string, GoldenCaseEntry>>;
  readonly provenance: GoldenProvenance;
}

/** What identifies the inputs of a case, without their bytes. */
type HashedTensor = TensorHeader & Pick<BlobRef, 'sha256'>;

/**
 * One hash over a case's inputs, whatever their order: SHA-256 of a JSON line `[name, dtype, shape, sha256 of the bytes]` per
 * input, sorted by name.
 */
export function inputsSha256(inputs: readonly HashedTensor[]): string {
  const lines = [...inputs]
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map(({ name, dtype, shape, sha256 }) => `${JSON.stringify([name, dtype, shape, sha256])}\n`);
  return sha256Hex(new TextEncoder().encode(lines.join('')));
}

/** One hash over the inputs of a suite: SHA-256 of a line `"case" inputsSha256` per case, in order. */
export function suiteInputsSha256(
  cases: readonly { readonly name: string; readonly inputs: readonly HashedTensor[] }[],
): string {
  const lines = cases.map(({ name, inputs }) => `${JSON.stringify(name)} ${inputsSha256(inputs)}\n`);
  return sha256Hex(new TextEncoder().encode(lines.join('')));
}

/** Adds the hash of its bytes to a tensor. */
export function hashTensor({ name, dtype, shape, data }: Tensor): HashedTensor {
  return { name, dtype, shape, sha256: sha256Hex(data) };
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The provenance in words: runtime, options, machine, day. */
export function describeProvenance({
  runtime,
  provider,
  optimization,
  threads,
  host,
  computedAt,
}: GoldenProvenance): string {
  const options = `${provider}, optimization ${optimization}, ${threads === 1 ? '1 thread' : `${threads} threads`}`;
  return `${runtime.name} ${runtime.version} (${options}) on ${host.soc} (${host.arch}), ${computedAt.slice(0, 10)}`;
}

/** True for a name that stays inside its folder. */
export function isPlainFileName(name: string): boolean {
  return (
    name !== '' && name !== '.' && name !== '..' && !/[\\/\0]/.test(name) && path.basename(name) === name
  );
}
