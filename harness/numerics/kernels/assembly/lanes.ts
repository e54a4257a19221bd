/** Largest of four unsigned lanes. */
export function maxOfU32(v: v128): u32 {
  const half = i32x4.max_u(v, v128.shuffle<u32>(v, v, 2, 3, 0, 1));
  return i32x4.extract_lane(i32x4.max_u(half, v128.shuffle<u32>(half, half, 1, 0, 3, 2)), 0);
}

/** Smallest of four unsigned lanes. */
export function minOfU32(v: v128): u32 {
  return ~maxOfU32(v128.not(v));
}

/** Largest of eight unsigned lanes. */
export function maxOfU16(v: v128): u32 {
  return maxOfU32(i32x4.max_u(i32x4.extend_low_i16x8_u(v), i32x4.extend_high_i16x8_u(v)));
}

/** Largest of sixteen unsigned lanes. */
export function maxOfU8(v: v128): u32 {
  return maxOfU16(i16x8.max_u(i16x8.extend_low_i8x16_u(v), i16x8.extend_high_i8x16_u(v)));
}

/** Sum of four lanes. */
export function sumOfI32(v: v128): i32 {
  const half = i32x4.add(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  return i32x4.extract_lane(half, 0) + i32x4.extract_lane(half, 1);
}

/** Sum of eight signed lanes. */
export function sumOfI16(v: v128): i32 {
  return sumOfI32(i32x4.extadd_pairwise_i16x8_s(v));
}

/** Sum of sixteen unsigned lanes. */
export function sumOfU8(v: v128): i32 {
  return sumOfI16(i16x8.extadd_pairwise_i8x16_u(v));
}

/** Lane 0 + lane 1, the even elements' sum and the odd elements'. */
export function sumOfF64(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** Largest of two lanes without NaN. */
export function maxOfF64(v: v128): f64 {
  return max(f64x2.extract_lane(v, 0), f64x2.extract_lane(v, 1));
}
