import type { InputSample } from '../../report/report-input.ts';

/**
 * Elements as a picture. Values in 0..1 or 0..255 keep their brightness; others are stretched from their smallest to their
 * largest, over all channels alike. What is not finite is black or white.
 * @param shape [rows, cols] in grayscale; [3, rows, cols] or [rows, cols, 3] in rgb; axes of length 1 around them do not count
 * @param layout where the channels of rgb are; told by the shape when absent
 */
export function inputImage(
  values: Float64Array,
  shape: readonly number[],
  as: 'grayscale' | 'rgb',
  layout?: 'NCHW' | 'NHWC',
): InputSample {
  const spelled = `[${shape.join(', ')}]`;
  if (as === 'grayscale') {
    const [rows, cols, ...more] = withoutOnes(shape, 2);
    if (rows === undefined || cols === undefined || more.length > 0) {
      return { kind: 'none', reason: `expected rows and columns, found ${spelled}` };
    }
    return image(rows, cols, 1, toPixels(values));
  }
  const axes = withoutOnes(shape, 3);
  const first = axes[0] === 3 && layout !== 'NHWC';
  const last = axes[2] === 3 && layout !== 'NCHW';
  if (axes.length !== 3 || (!first && !last)) {
    return { kind: 'none', reason: `expected rows, columns and three channels, found ${spelled}` };
  }
  if (first && last)
    return { kind: 'none', reason: `layout: NCHW or NHWC must say which axis of ${spelled} is colour` };
  const pixels = toPixels(values);
  if (last) return image(axes[0]!, axes[1]!, 3, pixels);
  return image(axes[1]!, axes[2]!, 3, interleaved(pixels));
}

function image(rows: number, cols: number, channels: 1 | 3, pixels: Uint8Array): InputSample {
  if (pixels.length === 0) return { kind: 'none', reason: 'it has no elements' };
  return { kind: 'image', rows, cols, channels, pixels };
}

/** Takes leading, then trailing axes of length 1 away, while there are more than `wanted` axes. */
function withoutOnes(shape: readonly number[], wanted: number): readonly number[] {
  const axes = [...shape];
  while (axes.length > wanted && axes[0] === 1) axes.shift();
  while (axes.length > wanted && axes.at(-1) === 1) axes.pop();
  return axes;
}

function toPixels(values: Float64Array): Uint8Array {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const unit = least >= 0 && most <= 1 ? [0, 1] : least >= 0 && most <= 255 ? [0, 255] : [least, most];
  const [from, to] = unit as [number, number];
  // Clamped, so that an infinity is white or black; NaN becomes 0.
  return Uint8Array.from(
    Uint8ClampedArray.from(values, (value) => ((value - from) / (to - from || 1)) * 255),
  );
}

function interleaved(planes: Uint8Array): Uint8Array {
  const size = planes.length / 3;
  return Uint8Array.from(planes, (_, at) => planes[(at % 3) * size + Math.floor(at / 3)]!);
}
