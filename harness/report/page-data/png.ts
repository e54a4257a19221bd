import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Colour types by channels. */
const COLOUR_TYPE = { 1: 0, 3: 2 } as const;

/** 8 bits a channel, interleaved in row-major order, 0 is black: rows·cols·channels bytes. */
export interface Pixels {
  readonly rows: number;
  readonly cols: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

/** An 8-bit PNG (W3C PNG, third edition), grayscale or truecolour, no filter, one IDAT chunk. */
export function encodePng({ rows, cols, channels, pixels }: Pixels): Uint8Array {
  const width = cols * channels;
  if (pixels.length !== rows * width) {
    throw new RangeError(`${rows}×${cols}×${channels} values expected, ${pixels.length} found`);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(cols, 0);
  header.writeUInt32BE(rows, 4);
  header[8] = 8;
  header[9] = COLOUR_TYPE[channels];
  // Every scan line is led by its filter type, 0.
  const scanLines = Buffer.alloc(rows * (width + 1));
  for (let row = 0; row < rows; row++) {
    scanLines.set(pixels.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
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
