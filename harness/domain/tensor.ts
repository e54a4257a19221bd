import type { FileStamp } from './file-stamp.ts';

/** Element types that fleetdiff compares (numerics.md, "dtypes"); anything else is NOT_COMPARABLE. */
export const DTYPES = [
  'float64',
  'float32',
  'float16',
  'bfloat16',
  'float8e4m3fn',
  'float8e5m2',
  'int64',
  'int32',
  'int16',
  'int8',
  'int4',
  'uint64',
  'uint32',
  'uint16',
  'uint8',
  'uint4',
  'bool',
  'string',
] as const;
export type DType = (typeof DTYPES)[number];

/** Bits of one element; 0 for strings, whose length varies. 4-bit elements are packed two to a byte, low nibble first. */
export const DTYPE_BITS: Readonly<Record<DType, number>> = {
  float64: 64,
  float32: 32,
  float16: 16,
  bfloat16: 16,
  float8e4m3fn: 8,
  float8e5m2: 8,
  int64: 64,
  int32: 32,
  int16: 16,
  int8: 8,
  int4: 4,
  uint64: 64,
  uint32: 32,
  uint16: 16,
  uint8: 8,
  uint4: 4,
  bool: 8,
  string: 0,
};

/** Affine quantization of a tensor: real = (q - zeroPoint) * scale, per tensor or per slice along `axis`. */
export interface Quantization {
  readonly scale: readonly number[];
  readonly zeroPoint: readonly number[];
  /** null: one scale for the whole tensor. */
  readonly axis: number | null;
}

/** What a tensor is, without its elements. */
export interface TensorHeader {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** A tensor in memory: `data` holds the elements little-endian in C order, in the dtype as produced. */
export interface Tensor extends TensorHeader {
  readonly data: Uint8Array;
}

/** Where a tensor's bytes lie, little-endian in C order: in memory, or as a stretch of a file, which need not fit memory. */
export type TensorBytes =
  | { readonly in: 'memory'; readonly data: Uint8Array }
  | {
      readonly in: 'file';
      readonly file: string;
      readonly offset: number;
      readonly byteLength: number;
      /** CRC-32 of the stretch, where the file's format has one: bytes that do not match it are an error, never an answer. */
      readonly crc32?: number;
      /** The file as it was when its header was read, or its hash checked: elements of any other are an error too. */
      readonly stamp?: FileStamp;
    };

/** A tensor whose bytes have not been read yet. */
export interface TensorSource extends TensorHeader {
  readonly bytes: TensorBytes;
}

/** Bytes by their hash. `sha256` is lower-case hex over the raw bytes. */
export interface BlobRef {
  readonly sha256: string;
  readonly bytes: number;
}

/** A tensor whose elements lie in the blob store. */
export interface StoredTensor extends TensorHeader, BlobRef {}

export function isDType(value: unknown): value is DType {
  return (DTYPES as readonly unknown[]).includes(value);
}

/** Number of elements of a shape; the empty shape is a scalar and has one. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Bytes that a tensor of this dtype and shape occupies; undefined for strings, whose length varies. */
export function byteLength(dtype: DType, shape: readonly number[]): number | undefined {
  if (dtype === 'string') return undefined;
  return Math.ceil((elementCount(shape) * DTYPE_BITS[dtype]) / 8);
}
