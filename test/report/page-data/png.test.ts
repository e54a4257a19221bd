import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { encodePng } from '../../../harness/report/page-data/png.ts';

/** A decoder of its own, after the PNG specification: checks signature and CRCs, undoes the filter of type 0. */
const DECODE = `
import json, struct, sys, zlib
data = sys.stdin.buffer.read()
assert data[:8] == bytes([137, 80, 78, 71, 13, 10, 26, 10])
at, kinds, body = 8, [], b""
while at < len(data):
    size, kind = struct.unpack(">I4s", data[at:at + 8])
    chunk = data[at + 8:at + 8 + size]
    assert struct.unpack(">I", data[at + 8 + size:at + 12 + size])[0] == zlib.crc32(kind + chunk)
    kinds.append(kind.decode())
    if kind == b"IHDR": cols, rows, depth, colour, compression, filtering, interlace = struct.unpack(">IIBBBBB", chunk)
    if kind == b"IDAT": body += chunk
    at += 12 + size
raw = zlib.decompress(body)
width = cols * {0: 1, 2: 3}[colour]
assert len(raw) == rows * (width + 1) and all(raw[r * (width + 1)] == 0 for r in range(rows))
pixels = [list(raw[r * (width + 1) + 1:(r + 1) * (width + 1)]) for r in range(rows)]
json.dump({"kinds": kinds, "head": [depth, colour, compression, filtering, interlace], "pixels": pixels}, sys.stdout)
`;
const decoded = (png: Uint8Array) =>
  JSON.parse(execFileSync('python3', ['-c', DECODE], { input: png, encoding: 'utf8' }));

test('a grayscale picture of 2 rows and 3 columns reads back as it was', () => {
  const pixels = Uint8Array.of(0, 1, 2, 128, 254, 255);
  expect(decoded(encodePng({ rows: 2, cols: 3, channels: 1, pixels }))).toEqual({
    kinds: ['IHDR', 'IDAT', 'IEND'],
    head: [8, 0, 0, 0, 0],
    pixels: [
      [0, 1, 2],
      [128, 254, 255],
    ],
  });
});

test('a picture in colour too, red, green and blue side by side', () => {
  const pixels = Uint8Array.of(255, 0, 0, 0, 255, 0);
  expect(decoded(encodePng({ rows: 2, cols: 1, channels: 3, pixels }))).toEqual({
    kinds: ['IHDR', 'IDAT', 'IEND'],
    head: [8, 2, 0, 0, 0],
    pixels: [
      [255, 0, 0],
      [0, 255, 0],
    ],
  });
});

test('a wrong number of values is refused', () => {
  expect(() => encodePng({ rows: 2, cols: 3, channels: 1, pixels: new Uint8Array(5) })).toThrow(
    '2×3×1 values expected, 5 found',
  );
});
