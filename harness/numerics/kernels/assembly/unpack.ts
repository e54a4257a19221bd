/** Packed 4-bit elements, the low nibble first -> one a byte, filled up with zeros to a multiple of 32. */
export function unpackNibbles(from: usize, to: usize, count: i32, signed: bool): void {
  const signBit = i8x16.splat(signed ? 8 : 0);
  const nibble = i8x16.splat(15);
  const end = to + <usize>count;
  for (let into = to; into < end; into += 32, from += 16) {
    const packed = v128.load(from);
    const first = i8x16.sub(v128.xor(v128.and(packed, nibble), signBit), signBit);
    const second = i8x16.sub(v128.xor(i8x16.shr_u(packed, 4), signBit), signBit);
    v128.store(into, v128.shuffle<i8>(first, second, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
    v128.store(
      into,
      v128.shuffle<i8>(first, second, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      16,
    );
  }
  memory.fill(end, 0, <usize>(((count + 31) & -32) - count));
}

/** Any byte but 0 is true. */
/** Any byte but 0 is true: 1. */
export function toTruth(from: usize, to: usize, bytes: usize): void {
  const zero = i8x16.splat(0);
  const one = i8x16.splat(1);
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(to + at, v128.and(i8x16.ne(v128.load(from + at), zero), one));
  }
}
