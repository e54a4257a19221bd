import type { PlannedSuite } from '../../domain/suite.ts';
import { elementCount, type Tensor } from '../../domain/tensor.ts';
import { UserError } from '../../domain/user-error.ts';
import { decodeToFloat64 } from '../../numerics/decode.ts';
import type { PreviewImage } from '../../report/report-input.ts';
import { type BlobStore, loadTensor } from '../../store/blob-store.ts';

/**
 * A sample's input as a grayscale picture: the last two axes are rows and columns. Values in 0..1 or 0..255 keep their
 * brightness; others are stretched from their smallest to their largest. Undefined when the suite names no preview, or the
 * input's bytes are gone or damaged.
 */
export async function loadPreview(
  suite: PlannedSuite,
  sample: string,
  blobs: BlobStore,
): Promise<PreviewImage | undefined> {
  const { task } = suite;
  if (!task?.preview) return undefined;
  const { name, row } = splitSample(sample, task.batchAxis !== undefined);
  const stored = suite.cases
    .find((each) => each.name === name)
    ?.inputs.find((input) => input.name === task.preview?.input);
  if (!stored) return undefined;
  const tensor = await loadTensor(blobs, stored).catch((error: unknown) => {
    // The verdicts stand without the picture; a damaged run must still have its report.
    if (error instanceof UserError) return undefined;
    throw error;
  });
  if (!tensor) return undefined;
  const values =
    task.batchAxis === undefined ? decodeToFloat64(tensor) : sliceRow(tensor, task.batchAxis, row);
  const [rows, cols] = tensor.shape.slice(-2);
  if (rows === undefined || cols === undefined || values.length !== rows * cols) return undefined;
  return { rows, cols, pixels: toPixels(values) };
}

function splitSample(sample: string, batched: boolean): { name: string; row: number } {
  const at = sample.lastIndexOf('#');
  if (!batched || at < 0) return { name: sample, row: 0 };
  return { name: sample.slice(0, at), row: Number(sample.slice(at + 1)) };
}

/** The elements with index `row` on `axis`, in C order. */
function sliceRow(tensor: Tensor, axis: number, row: number): Float64Array {
  const all = decodeToFloat64(tensor);
  const length = tensor.shape[axis] ?? 1;
  const inner = elementCount(tensor.shape.slice(axis + 1));
  const outer = elementCount(tensor.shape.slice(0, axis));
  const slice = new Float64Array(outer * inner);
  for (let block = 0; block < outer; block += 1) {
    const start = (block * length + row) * inner;
    slice.set(all.subarray(start, start + inner), block * inner);
  }
  return slice;
}

function toPixels(values: Float64Array): Uint8Array {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const unit = least >= 0 && most <= 1 ? [0, 1] : least >= 0 && most <= 255 ? [0, 255] : [least, most];
  const [from, to] = unit as [number, number];
  return Uint8Array.from(values, (value) => Math.round(((value - from) / (to - from || 1)) * 255));
}
