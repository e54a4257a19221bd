import { expect, test } from 'vitest';
import { encodeFixedStrings } from '../../harness/formats/fixed-strings.ts';

const utf32 = (...points: number[]) => new Uint8Array(Uint32Array.from(points).buffer);

test.for([
  0x01, 0x7f, 0x80, 0x7ff, 0x800, 0x20ac, 0xd7ff, 0xe000, 0xfeff, 0xffff, 0x10000, 0x1f984, 0x10ffff,
])('U+%i is encoded as TextEncoder does', (point) => {
  const text = new TextEncoder().encode(String.fromCodePoint(point));
  expect([...encodeFixedStrings(utf32(point, 0), 2, 1)!]).toEqual([text.length, 0, 0, 0, ...text]);
});

test.for([0xd800, 0xdfff, 0x110000, 0xffffffff])('U+%i is no character', (point) => {
  expect(encodeFixedStrings(utf32(0x61, point), 2, 1)).toBeUndefined();
});

test('strings keep their own zeros and lose those they are padded with', () => {
  const encoded = encodeFixedStrings(utf32(0x61, 0, 0x62, 0, 0, 0, 0x63, 0, 0), 3, 3)!;
  expect([...encoded]).toEqual([3, 0, 0, 0, 0x61, 0, 0x62, 0, 0, 0, 0, 1, 0, 0, 0, 0x63]);
});
