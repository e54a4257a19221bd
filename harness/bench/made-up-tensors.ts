import type { DType, Tensor } from '../domain/tensor.ts';
import { DTYPE_BITS } from '../domain/tensor.ts';

/** dtypes of the throughput table. */
export type BenchDType = Extract<DType, 'float32' | 'float16' | 'uint8'>;

/**
 * Two tensors of `bytes` bytes that differ in most elements: floats of a normal distribution with noise 2^-12 of it, integers up to
 * two steps apart. In a SharedArrayBuffer, so that threads read them where they are.
 */
export function madeUpTensors(
  dtype: BenchDType,
  bytes: number,
  seed = 1,
): { reference: Tensor; candidate: Tensor } {
  const elements = (bytes * 8) / DTYPE_BITS[dtype];
  const made = Math.min(elements, MADE_ELEMENTS);
  const reference = new Uint8Array(new SharedArrayBuffer(bytes));
  const candidate = new Uint8Array(new SharedArrayBuffer(bytes));
  const random = xorshift(seed);
  if (dtype === 'uint8') {
    for (let i = 0; i < made; i++) {
      const bits = random();
      reference[i] = bits % 250;
      candidate[i] = reference[i]! + ((bits >>> 16) % 3);
    }
  } else {
    const [left, right] =
      dtype === 'float32' ? float32Views(reference, candidate) : float16Writers(reference, candidate);
    for (let i = 0; i < made; i++) {
      const value = normal(random);
      left(i, value);
      right(i, value + 2 ** -12 * normal(random));
    }
  }
  repeatFrom(reference, candidate, (made * DTYPE_BITS[dtype]) / 8);
  const head = { name: 'y', dtype, shape: [elements] };
  return { reference: { ...head, data: reference }, candidate: { ...head, data: candidate } };
}

/** Larger tensors repeat these: making up hundreds of millions of numbers takes longer than comparing them. */
const MADE_ELEMENTS = 2 ** 22;

function repeatFrom(reference: Uint8Array, candidate: Uint8Array, bytes: number): void {
  for (const side of [reference, candidate]) {
    for (let at = bytes; at < side.length; at += bytes)
      side.copyWithin(at, 0, Math.min(bytes, side.length - at));
  }
}

type Writer = (index: number, value: number) => void;

function float32Views(reference: Uint8Array, candidate: Uint8Array): [Writer, Writer] {
  return [reference, candidate].map((bytes) => {
    const view = new Float32Array(bytes.buffer);
    return (index: number, value: number) => {
      view[index] = value;
    };
  }) as [Writer, Writer];
}

/** Round towards zero is good enough for made-up values: 2^-24 <= |value| < 2^16. */
function float16Writers(reference: Uint8Array, candidate: Uint8Array): [Writer, Writer] {
  const single = new Float32Array(1);
  const bits = new Uint32Array(single.buffer);
  return [reference, candidate].map((bytes) => {
    const view = new Uint16Array(bytes.buffer);
    return (index: number, value: number) => {
      single[0] = value;
      const [sign, exponent] = [(bits32() >>> 16) & 0x8000, ((bits32() >>> 23) & 255) - 112];
      view[index] = exponent <= 0 ? sign : sign | (exponent << 10) | ((bits32() >>> 13) & 0x3ff);
    };
  }) as [Writer, Writer];
  function bits32(): number {
    return bits[0]!;
  }
}

/** Sum of four uniform numbers: near enough to a normal distribution of deviation 1.15. */
function normal(random: () => number): number {
  return (random() + random() + random() + random()) / 2 ** 31 - 4;
}

/** Marsaglia's xorshift32: the same numbers on every machine. */
function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
