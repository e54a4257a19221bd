/** How much may be held at once of the tensors that are opened together. */
export interface Limits {
  /** Of one array that must be rewritten in memory: big-endian, Fortran order, text, typed fields of a .pb. */
  readonly rewrittenBytes: number;
  /** Of one unpacked or rewritten array that stays in memory; a larger one goes to a temporary file. */
  readonly heldArrayBytes: number;
  /** Of all that stay in memory; what does not fit goes to a temporary file. */
  readonly heldBytes: number;
  /** What the deflated arrays of one archive may unpack to, together. */
  readonly unpackedBytes: number;
}

const MIB = 2 ** 20;

export const LIMITS: Limits = {
  rewrittenBytes: 1024 * MIB,
  heldArrayBytes: 64 * MIB,
  heldBytes: 256 * MIB,
  // deflate packs 1,032 to 1 at best: a file of 16 MiB can fill this
  unpackedBytes: 16 * 1024 * MIB,
};
