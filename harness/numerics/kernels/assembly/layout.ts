/** Elements of one block; measurement.ts has the same number. */
export const BLOCK: i32 = 1024;

/** Blocks of one stretch. */
export const STRETCH_BLOCKS: i32 = 64;

/** Loops run over whole vectors: the last block of a tensor is filled up with zeros to a multiple of this many elements. */
export const PADDING: i32 = 32;

/** Where the host puts the bytes of a stretch whose elements have at most 32 bits. */
export const REFERENCE: usize = memory.data(262144, 64);
export const CANDIDATE: usize = memory.data(262144, 64);

/** One block of each side: filled up with zeros, widened or unpacked. */
export const WHOLE_REFERENCE: usize = memory.data(4096, 64);
export const WHOLE_CANDIDATE: usize = memory.data(4096, 64);

/** One block of each side as float32 or int32. */
export const WIDE_REFERENCE: usize = memory.data(4096, 64);
export const WIDE_CANDIDATE: usize = memory.data(4096, 64);

/** One block of float32 each side, 0 where either is not finite. */
export const MASKED_REFERENCE: usize = memory.data(4096, 64);
export const MASKED_CANDIDATE: usize = memory.data(4096, 64);

/** Bins of one block (uint32 each), while they are counted. */
export const BINS: usize = memory.data(4096, 64);

/** Vectors that loops keep in registers (constants.ts). */
export const CONSTANTS: usize = memory.data(512, 64);

/** float64 each, in the order of tally.ts. */
export const TALLY: usize = memory.data(256, 64);

/** Per block eight float64: the sums, in the order of sums.ts, and one unused. */
export const SUMS: usize = memory.data(4096, 64);

/** Per block the largest |e| (float64), and how many pairs are not finite and differ (float64). */
export const WORST: usize = memory.data(1024, 64);

/** Four counts (uint32) per bin: neighbouring elements have counts of their own. */
export const ERROR_COUNTS: usize = memory.data(10240, 64);
export const ULP_COUNTS: usize = memory.data(1088, 64);
export const STEP_COUNTS: usize = memory.data(2112, 64);

/** Per bin of |e| its lower bound (float64), and per biased float64 exponent the bin of its smallest number (uint32). */
export const DECADES: usize = memory.data(5120, 64);
export const DECADE_BINS: usize = memory.data(8192, 64);

/** Of an 8-bit tensor: per |r| the largest |e| that agrees (uint8). */
export const AGREEING: usize = memory.data(256, 64);
