import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Tensor } from '../../harness/domain/tensor.ts';

/** Made by vectors/make_vectors.py. */
export const VECTORS = path.join(import.meta.dirname, 'vectors');

export interface ExpectedTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly hex: string;
}

export interface ExpectedProto extends Omit<ExpectedTensor, 'name'> {
  readonly proto: string;
}

type Expected = Readonly<Record<string, readonly ExpectedTensor[]>> & {
  readonly protos: Readonly<Record<string, ExpectedProto>>;
  readonly 'refused protos': Readonly<Record<string, string>>;
};

export const expected = JSON.parse(readFileSync(path.join(VECTORS, 'expected.json'), 'utf8')) as Expected;

/** Made by vectors/make_archives.py. */
export const archives = JSON.parse(readFileSync(path.join(VECTORS, 'archives.json'), 'utf8')) as {
  /** In zip64*.npz and piped*.npz. */
  readonly small: readonly ExpectedTensor[];
  /** In layouts.npz. */
  readonly layouts: readonly ExpectedTensor[];
  /** In elements.npz. */
  readonly elements: readonly ExpectedTensor[];
};

export function vector(name: string): Uint8Array {
  return new Uint8Array(readFileSync(path.join(VECTORS, name)));
}

/** A tensor as the vectors say it: its bytes as hex. */
export function inHex({ name, dtype, shape, data }: Tensor): ExpectedTensor {
  return { name, dtype, shape, hex: Buffer.from(data).toString('hex') };
}
