import type { DType } from '../../../harness/domain/tensor.ts';

/** Dtypes that have a kernel. */
export const KERNEL_DTYPES = [
  'float32',
  'float16',
  'bfloat16',
  'int32',
  'uint32',
  'int16',
  'uint16',
  'int8',
  'uint8',
  'int4',
  'uint4',
  'bool',
] as const satisfies readonly DType[];
export type KernelDType = (typeof KERNEL_DTYPES)[number];

/** Bytes of one element. */
export const BYTES: Readonly<Record<KernelDType, number>> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int32: 4,
  uint32: 4,
  int16: 2,
  uint16: 2,
  int8: 1,
  uint8: 1,
  int4: 0.5,
  uint4: 0.5,
  bool: 1,
};

export interface Pair {
  readonly reference: Uint8Array;
  readonly candidate: Uint8Array;
}

/** Marsaglia's xorshift32: uint32 after uint32, the same in every run. */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

function wordsOf(bytes: number, next: (i: number) => number): Uint8Array {
  return new Uint8Array(
    Uint32Array.from({ length: Math.ceil(bytes / 4) }, (_, i) => next(i)).buffer,
    0,
    bytes,
  );
}

/** Patterns where floats change their nature, and neighbours: of float32, and pairs of float16 and of bfloat16. */
const EDGES: Readonly<Record<'float32' | 'float16' | 'bfloat16', readonly number[]>> = {
  float32: [
    0x00000000, 0x80000000, 0x00000001, 0x80000001, 0x007fffff, 0x807fffff, 0x00800000, 0x80800000,
    0x3f800000, 0xbf800000, 0x3f800001, 0x7f7fffff, 0xff7fffff, 0x7f800000, 0xff800000, 0x7f800001,
    0xffc00000, 0x7fffffff, 0x42280000, 0x42280001,
  ],
  float16: [
    0x0000, 0x8000, 0x0001, 0x8001, 0x03ff, 0x83ff, 0x0400, 0x8400, 0x3c00, 0xbc00, 0x3c01, 0x7bff, 0xfbff,
    0x7c00, 0xfc00, 0x7c01, 0xfe00, 0x7fff,
  ],
  bfloat16: [
    0x0000, 0x8000, 0x0001, 0x8001, 0x007f, 0x807f, 0x0080, 0x8080, 0x3f80, 0xbf80, 0x3f81, 0x7f7f, 0xff7f,
    0x7f80, 0xff80, 0x7f81, 0xffc0, 0x7fff,
  ],
};

/** Every element is one of the edges; integers have their own among bytes of 00, 01, 7f, 80, ff. */
function edges(dtype: KernelDType, bytes: number, seed: number): Uint8Array {
  const next = randoms(seed);
  if (dtype === 'float32') return wordsOf(bytes, () => EDGES.float32[next() % 20]!);
  if (dtype === 'float16' || dtype === 'bfloat16') {
    const one = () => EDGES[dtype][next() % 18]!;
    return wordsOf(bytes, () => ((one() << 16) | one()) >>> 0);
  }
  const byte = () => [0, 1, 0x7f, 0x80, 0xff][next() % 5]!;
  return Uint8Array.from({ length: bytes }, byte);
}

/** Float values of a dtype: of float32, and of the 16-bit formats near enough, cut and not rounded. */
function floats(dtype: KernelDType, bytes: number, value: (i: number) => number): Uint8Array {
  if (dtype === 'float32') {
    return new Uint8Array(
      Float32Array.from({ length: Math.ceil(bytes / 4) }, (_, i) => value(i)).buffer,
      0,
      bytes,
    );
  }
  const patterns = new Uint32Array(
    Float32Array.from({ length: Math.ceil(bytes / 2) }, (_, i) => value(i)).buffer,
  );
  const cut = (bits: number) => {
    if (dtype === 'bfloat16') return bits >>> 16;
    const magnitude = Math.max(0, Math.min(0x7bff, ((bits & 0x7fffffff) >>> 13) - (112 << 10)));
    return ((bits >>> 16) & 0x8000) | magnitude;
  };
  return new Uint8Array(Uint16Array.from(patterns, cut).buffer, 0, bytes);
}

const isFloat = (dtype: KernelDType) => dtype.includes('float');

/** Values of both signs between -1 and 1, or bytes. */
function plainValues(dtype: KernelDType, bytes: number, seed: number): Uint8Array {
  const next = randoms(seed);
  return isFloat(dtype) ? floats(dtype, bytes, () => next() / 2 ** 31 - 1) : wordsOf(bytes, next);
}

/** A pair whose candidate comes from the reference's floats, or from its bytes. */
function changed(
  dtype: KernelDType,
  bytes: number,
  change: (value: number, random: number) => number,
  changeByte: (byte: number, random: number) => number,
): Pair {
  const nextReference = randoms(5);
  const nextChange = randoms(77);
  if (!isFloat(dtype)) {
    const reference = wordsOf(bytes, nextReference);
    return { reference, candidate: reference.map((byte) => changeByte(byte, nextChange())) };
  }
  const value = () => nextReference() / 2 ** 31 - 1;
  const reference = floats(dtype, bytes, value);
  const again = randoms(5);
  const candidate = floats(dtype, bytes, () => change(again() / 2 ** 31 - 1, nextChange() / 2 ** 32));
  return { reference, candidate };
}

/** Pairs that a fast comparison could get wrong. */
export const PAIRS: readonly {
  readonly name: string;
  readonly make: (dtype: KernelDType, bytes: number) => Pair;
}[] = [
  {
    name: 'noise on values',
    make: (dtype, bytes) =>
      changed(
        dtype,
        bytes,
        (value, random) => value + (random - 0.5) * 2e-3,
        (byte, random) => byte ^ (random % 8 === 0 ? 1 : 0),
      ),
  },
  {
    name: 'two unrelated sides',
    make: (dtype, bytes) => ({
      reference: plainValues(dtype, bytes, 1),
      candidate: plainValues(dtype, bytes, 2),
    }),
  },
  {
    name: 'random bits: NaN of every payload, infinities, subnormals',
    make: (_, bytes) => ({ reference: wordsOf(bytes, randoms(3)), candidate: wordsOf(bytes, randoms(4)) }),
  },
  {
    name: 'edges against edges',
    make: (dtype, bytes) => ({ reference: edges(dtype, bytes, 6), candidate: edges(dtype, bytes, 7) }),
  },
  {
    name: 'edges against themselves',
    make: (dtype, bytes) => ({ reference: edges(dtype, bytes, 8), candidate: edges(dtype, bytes, 8) }),
  },
  {
    name: 'equal',
    make: (dtype, bytes) => ({
      reference: plainValues(dtype, bytes, 9),
      candidate: plainValues(dtype, bytes, 9),
    }),
  },
  {
    name: 'all NaN',
    make: (dtype, bytes) => ({
      reference: new Uint8Array(bytes).fill(0xff),
      candidate: plainValues(dtype, bytes, 10),
    }),
  },
  {
    name: 'zeros of both signs',
    make: (dtype, bytes) => {
      const next = randoms(11);
      const zero = () =>
        isFloat(dtype) ? 0x8000 * (next() % 2) + 0x80000000 * (dtype === 'float32' ? 0 : next() % 2) : 0;
      return { reference: wordsOf(bytes, zero), candidate: wordsOf(bytes, zero) };
    },
  },
  {
    name: 'subnormals and zeros',
    make: (_, bytes) => {
      const next = randoms(12);
      const tiny = () => (next() % 3 === 0 ? 0 : (next() & 0x80018003) >>> 0);
      return { reference: wordsOf(bytes, tiny), candidate: wordsOf(bytes, tiny) };
    },
  },
  {
    name: 'errors that grow from element to element',
    make: (dtype, bytes) => {
      const grow = (factor: number) =>
        isFloat(dtype)
          ? floats(dtype, bytes, (i) => 1 + factor * i)
          : wordsOf(bytes, (i) => Math.floor(factor * 1e6 * i));
      return { reference: grow(0), candidate: grow(1e-3) };
    },
  },
  {
    name: 'one error everywhere',
    make: (dtype, bytes) =>
      changed(
        dtype,
        bytes,
        (value) => value * 2,
        (byte) => byte ^ 1,
      ),
  },
  {
    name: 'one element that is not finite',
    make: (dtype, bytes) => {
      const reference = plainValues(dtype, bytes, 13);
      const candidate = reference.slice();
      candidate.set([0x00, 0xfc, 0x80, 0x7f].slice(0, bytes), Math.max(0, Math.floor(bytes / 8) * 4 - 4));
      return { reference, candidate };
    },
  },
];
