/** |c - r| of 16 pairs, without sign. */
export function distance<T>(x: v128, y: v128): v128 {
  if (isSigned<T>()) return i8x16.sub(i8x16.max_s(x, y), i8x16.min_s(x, y));
  return i8x16.sub(i8x16.max_u(x, y), i8x16.min_u(x, y));
}

/** |v| of 16 values, without sign: |-128| is 128. */
export function magnitude<T>(v: v128): v128 {
  return isSigned<T>() ? i8x16.abs(v) : v;
}
