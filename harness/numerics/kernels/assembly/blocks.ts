import { PADDING, WHOLE_CANDIDATE, WHOLE_REFERENCE } from './layout.ts';
import { DIFFERS, set } from './tally.ts';

/** Elements that loops run over: `count`, or more that are 0. */
export function paddedCount(count: i32): i32 {
  return (count + PADDING - 1) & -PADDING;
}

/**
 * Where the loops find `bytes` bytes of the reference: at `r`, unless they must be filled up to `padded` bytes. Whole blocks
 * need no padding.
 */
export function paddedReference(r: usize, bytes: usize, padded: usize): usize {
  return bytes === padded ? r : fillUp(r, bytes, padded, WHOLE_REFERENCE);
}

export function paddedCandidate(c: usize, bytes: usize, padded: usize): usize {
  return bytes === padded ? c : fillUp(c, bytes, padded, WHOLE_CANDIDATE);
}

function fillUp(from: usize, bytes: usize, padded: usize, to: usize): usize {
  memory.copy(to, from, bytes);
  memory.fill(to + bytes, 0, padded - bytes);
  return to;
}

/** True when `bytes` bytes are the same; else notes that the tensors differ. */
export function isEqual(r: usize, c: usize, bytes: usize): bool {
  const vectors = r + (bytes & ~15);
  const end = r + bytes;
  while (r < vectors) {
    if (v128.any_true(v128.xor(v128.load(r), v128.load(c)))) return differ();
    r += 16;
    c += 16;
  }
  while (r < end) {
    if (load<u8>(r) !== load<u8>(c)) return differ();
    r++;
    c++;
  }
  return true;
}

function differ(): bool {
  set(DIFFERS, 1);
  return false;
}
