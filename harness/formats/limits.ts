/** How much of one file may be held at once. */
export interface Limits {
  /** Of arrays that must be rewritten in memory: big-endian, Fortran order, text, typed fields of a .pb. */
  readonly memoryBytes: number;
  /** A deflated array of more than this is unpacked to a temporary file; so are all once memory holds four of these. */
  readonly inflateInMemoryBytes: number;
  /** What the deflated arrays may unpack to, together. */
  readonly unpackedBytes: number;
}

const MIB = 2 ** 20;

export const LIMITS: Limits = {
  memoryBytes: 1024 * MIB,
  inflateInMemoryBytes: 64 * MIB,
  // deflate packs 1,032 to 1 at best: a file of 16 MiB can fill this
  unpackedBytes: 16 * 1024 * MIB,
};
