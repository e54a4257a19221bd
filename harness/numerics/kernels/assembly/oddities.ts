import { ABS32 } from './constants.ts';
import { sumOfI32 } from './lanes.ts';
import { add, SIGN_OF_ZERO, SUBNORMAL_FLUSH } from './tally.ts';

/**
 * Counts zeros of different signs, and subnormals against zero, in `bytes` bytes of finite float32, a multiple of 16.
 * @param normal pattern of the smallest normal number of the tensor's own dtype, as float32
 */
export function countOddities(r: usize, c: usize, bytes: usize, normal: i32): void {
  const abs = v128.load(ABS32);
  const smallestNormal = i32x4.splat(normal);
  const zero = i32x4.splat(0);
  let signs = zero;
  let flushes = zero;
  const end = r + bytes;
  for (; r < end; r += 16, c += 16) {
    const x = v128.load(r);
    const y = v128.load(c);
    const absX = v128.and(x, abs);
    const absY = v128.and(y, abs);
    const zeroX = i32x4.eq(absX, zero);
    const zeroY = i32x4.eq(absY, zero);
    signs = i32x4.add(signs, v128.and(v128.and(zeroX, zeroY), i32x4.ne(x, y)));
    const bothSmall = i32x4.lt_s(i32x4.max_s(absX, absY), smallestNormal);
    flushes = i32x4.add(flushes, v128.and(v128.xor(zeroX, zeroY), bothSmall));
  }
  add(SIGN_OF_ZERO, -sumOfI32(signs));
  add(SUBNORMAL_FLUSH, -sumOfI32(flushes));
}
