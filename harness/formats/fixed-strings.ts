/**
 * NumPy's `U` elements (`width` UTF-32 code points, little-endian, padded with NUL) as a string tensor's bytes: each string
 * as its length in bytes (uint32, little-endian) and its UTF-8. Undefined when a code point is none.
 */
export function encodeFixedStrings(data: Uint8Array, width: number, count: number): Uint8Array | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const codePoints: number[] = [];
    for (let at = 0; at < width; at++) codePoints.push(view.getUint32((index * width + at) * 4, true));
    while (codePoints.at(-1) === 0) codePoints.pop();
    if (codePoints.some((point) => point > 0x10ffff || (point >= 0xd800 && point < 0xe000))) return undefined;
    const text = encoder.encode(codePoints.map((point) => String.fromCodePoint(point)).join(''));
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, text.length, true);
    parts.push(length, text);
  }
  return new Uint8Array(Buffer.concat(parts));
}
