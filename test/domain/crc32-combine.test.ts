import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { combineCrc32 } from '../../harness/domain/crc32-combine.ts';
import vectors from './vectors/crc32.json' with { type: 'json' };

/** Bytes of a small linear congruential generator: the same in every run. */
function bytes(count: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

test.for([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
  [3, 65_536],
  [65_536, 3],
  [100_003, 99_991],
])('%i bytes and %i more have the checksum of the whole', ([left, right]) => {
  const whole = bytes(left! + right!, left! * 31 + right!);
  const parts = [whole.subarray(0, left), whole.subarray(left)] as const;
  expect(combineCrc32(crc32(parts[0]), crc32(parts[1]), right!)).toBe(crc32(whole));
});

// A length cut to 32 bits, in bytes or in bits, would be seen from 2^29 bytes on.
test.for(vectors.rows)('$zeros zeros after a text have the checksum that CPython gives', (row) => {
  expect(combineCrc32(crc32(vectors.left), row.right, row.zeros)).toBe(row.whole);
});
