import { archives, type ExpectedTensor, expected, vector } from './vectors.ts';

/** A good file, and what NumPy says is in it. */
export interface Seed {
  readonly file: string;
  readonly bytes: Buffer;
  readonly tensors: readonly ExpectedTensor[];
  /** Where the elements lie, to the end of the file or the field; undefined when damage to them has no one meaning. */
  readonly payload: readonly [start: number, end: number] | undefined;
}

function numpyFile(file: string, tensors = expected[file]!): Seed {
  const bytes = Buffer.from(vector(file));
  // a .npy's header ends with a line break, and none stands before
  const start = file.endsWith('.npy') ? bytes.indexOf('\n', 12) + 1 : undefined;
  return { file, bytes, tensors, payload: start === undefined ? undefined : [start, bytes.length] };
}

function safetensors(file: string): Seed {
  const bytes = Buffer.from(vector(file));
  return {
    file,
    bytes,
    tensors: expected[file]!,
    payload: [8 + Number(bytes.readBigUInt64LE(0)), bytes.length],
  };
}

function proto(name: string): Seed {
  const { proto: hex, ...tensor } = expected.protos[name]!;
  const bytes = Buffer.from(hex, 'hex');
  const start = bytes.indexOf(Buffer.from(tensor.hex, 'hex'));
  const isRaw = bytes[start - 2] === ((9 << 3) | 2);
  return {
    file: `${name}.pb`,
    bytes,
    tensors: [{ name: 'y', ...tensor }],
    payload: isRaw && tensor.hex !== '' ? [start, start + tensor.hex.length / 2] : undefined,
  };
}

export const SEEDS: readonly Seed[] = [
  ...[
    'v1.npy',
    'v2.npy',
    'v3.npy',
    'fortran.npy',
    'big-endian.npy',
    'fortran-big-endian.npy',
    'text.npy',
    'text-big-endian.npy',
    'stored.npz',
    'deflated.npz',
  ].map((file) => numpyFile(file)),
  ...['zip64.npz', 'zip64-deflated.npz', 'piped.npz', 'piped-deflated.npz'].map((file) =>
    numpyFile(file, archives.small),
  ),
  numpyFile('elements.npz', archives.elements),
  safetensors('mixed.safetensors'),
  ...Object.keys(expected.protos).map(proto),
];
