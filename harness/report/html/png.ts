import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const GRAYSCALE = 0;

/**
 * An 8-bit grayscale PNG (W3C PNG, third edition), no filter, one IDAT chunk.
 * @param pixels rows·cols bytes in row-major order, 0 is black
 */
export function encodeGrayscalePng(rows: number, cols: number, pixels: Uint8Array): Uint8Array {
  if (pixels.length !== rows * cols) {
    throw new RangeError(`${rows}×${cols} pixels expected, ${pixels.length} found`);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(cols, 0);
  header.writeUInt32BE(rows, 4);
  header[8] = 8;
  header[9] = GRAYSCALE;
  // Every scan line is led by its filter type, 0.
  const scanLines = Buffer.alloc(rows * (cols + 1));
  for (let row = 0; row < rows; row++) {
    scanLines.set(pixels.subarray(row * cols, (row + 1) * cols), row * (cols + 1) + 1);
  }
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(scanLines, { level: 9 })),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

/** Length, type, data, CRC-32 over type and data. */
function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
