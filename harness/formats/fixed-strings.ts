/**
 * NumPy's `U` elements (`width` UTF-32 code points, little-endian, padded with NUL) as a string tensor's bytes: each string
 * as its length in bytes (uint32, little-endian) and its UTF-8. Undefined when a code point is none.
 */
export function encodeFixedStrings(data: Uint8Array, width: number, count: number): Uint8Array | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  // a code point takes at most the 4 bytes that it has in UTF-32
  const encoded = new Uint8Array(count * 4 + data.byteLength);
  const target = new DataView(encoded.buffer);
  let at = 0;
  for (let index = 0; index < count; index++) {
    const start = index * width;
    let end = start + width;
    while (end > start && view.getUint32((end - 1) * 4, true) === 0) end--;
    const lengthAt = at;
    at += 4;
    for (let point = start; point < end; point++) {
      const bytes = putUtf8(encoded, at, view.getUint32(point * 4, true));
      if (bytes === 0) return undefined;
      at += bytes;
    }
    target.setUint32(lengthAt, at - lengthAt - 4, true);
  }
  return encoded.slice(0, at);
}

/** The first byte's high bits, by the number of bytes that follow it. */
const LEAD = [0, 0xc0, 0xe0, 0xf0];

/** Writes one code point as UTF-8 (RFC 3629) and gives the bytes that it takes; 0 when it is none. */
function putUtf8(target: Uint8Array, at: number, point: number): number {
  if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return 0;
  if (point < 0x80) {
    target[at] = point;
    return 1;
  }
  const following = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  target[at] = LEAD[following]! | (point >> (6 * following));
  for (let next = 1; next <= following; next++) {
    target[at + next] = 0x80 | ((point >> (6 * (following - next))) & 0x3f);
  }
  return following + 1;
}
