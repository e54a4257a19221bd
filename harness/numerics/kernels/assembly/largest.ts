import { paddedCount, paddedReference } from './blocks.ts';
import { ABS16, ABS32 } from './constants.ts';
import { maxOfU8, maxOfU16, maxOfU32 } from './lanes.ts';
import { WHOLE_REFERENCE } from './layout.ts';
import { toTruth, unpackNibbles } from './unpack.ts';

/** Largest finite pattern without sign of `count` float32, at most a block; 0 when there is none. */
export function largestPattern32(r: usize, count: i32): u32 {
  const bytes = (<usize>paddedCount(count)) << 2;
  r = paddedReference(r, (<usize>count) << 2, bytes);
  const abs = v128.load(ABS32);
  const top = i32x4.splat(0x7f800000);
  let largest = i32x4.splat(0);
  for (const end = r + bytes; r < end; r += 16) {
    const pattern = v128.and(v128.load(r), abs);
    largest = i32x4.max_s(largest, v128.and(pattern, i32x4.lt_s(pattern, top)));
  }
  return maxOfU32(largest);
}

/** The same of float16 or bfloat16. @param topPattern infinity's */
export function largestPattern16(r: usize, count: i32, topPattern: i32): u32 {
  const bytes = (<usize>paddedCount(count)) << 1;
  r = paddedReference(r, (<usize>count) << 1, bytes);
  const abs = v128.load(ABS16);
  const top = i16x8.splat(<i16>topPattern);
  let largest = i16x8.splat(0);
  for (const end = r + bytes; r < end; r += 16) {
    const pattern = v128.and(v128.load(r), abs);
    largest = i16x8.max_s(largest, v128.and(pattern, i16x8.lt_s(pattern, top)));
  }
  return maxOfU16(largest);
}

/** Largest magnitude of `count` integers, at most a block: int32, uint32, int16 or uint16 (T). */
export function largestInteger<T>(r: usize, count: i32): u32 {
  const bytes = <usize>paddedCount(count) * sizeof<T>();
  r = paddedReference(r, <usize>count * sizeof<T>(), bytes);
  let largest = i32x4.splat(0);
  for (const end = r + bytes; r < end; r += 16) {
    const values = v128.load(r);
    const magnitude = isSigned<T>() ? v128.abs<T>(values) : values;
    if (sizeof<T>() === 4) largest = i32x4.max_u(largest, magnitude);
    else largest = i16x8.max_u(largest, magnitude);
  }
  return sizeof<T>() === 4 ? maxOfU32(largest) : maxOfU16(largest);
}

/** The same of a format of at most 8 bits. */
export function largestByte(r: usize, count: i32, signed: bool, packed: bool, truth: bool): u32 {
  const bytes = <usize>paddedCount(count);
  if (packed) {
    unpackNibbles(r, WHOLE_REFERENCE, count, signed);
    r = WHOLE_REFERENCE;
  } else {
    r = paddedReference(r, count, bytes);
  }
  if (truth) {
    toTruth(r, WHOLE_REFERENCE, bytes);
    r = WHOLE_REFERENCE;
  }
  let largest = i8x16.splat(0);
  for (const end = r + bytes; r < end; r += 16) {
    const values = v128.load(r);
    largest = i8x16.max_u(largest, signed ? i8x16.abs(values) : values);
  }
  return maxOfU8(largest);
}
