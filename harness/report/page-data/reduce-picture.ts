import type { Pixels } from './png.ts';

/** A picture of at most `most` pixels a side: each is the average of the area that it covers. One that fits is given back as it is. */
export function reducePicture(picture: Pixels, most: number): Pixels {
  const { rows, cols, channels } = picture;
  const longest = Math.max(rows, cols);
  if (longest <= most) return picture;
  const scaled = (length: number) => Math.max(1, Math.round((length * most) / longest));
  const [fewerRows, fewerCols] = [scaled(rows), scaled(cols)];
  const narrow = averaged(picture.pixels, { outer: rows, from: cols, to: fewerCols, inner: channels });
  const small = averaged(narrow, { outer: 1, from: rows, to: fewerRows, inner: fewerCols * channels });
  return { rows: fewerRows, cols: fewerCols, channels, pixels: Uint8Array.from(small, Math.round) };
}

interface Axis {
  /** Lengths before, of, and after the axis that is shortened. */
  readonly outer: number;
  readonly from: number;
  readonly to: number;
  readonly inner: number;
}

/** Shortens one axis; an element at the border of two areas counts for each by the share that lies in it. */
function averaged(values: Uint8Array | Float64Array, { outer, from, to, inner }: Axis): Float64Array {
  const result = new Float64Array(outer * to * inner);
  const step = from / to;
  for (let target = 0; target < to; target++) {
    const [start, end] = [target * step, Math.min(from, (target + 1) * step)];
    for (let source = Math.floor(start); source < end; source++) {
      const weight = (Math.min(source + 1, end) - Math.max(source, start)) / step;
      for (let block = 0; block < outer; block++) {
        const [into, out] = [(block * to + target) * inner, (block * from + source) * inner];
        for (let at = 0; at < inner; at++) result[into + at]! += weight * values[out + at]!;
      }
    }
  }
  return result;
}
