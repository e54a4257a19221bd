import { type DType, elementCount } from '../domain/tensor.ts';
import type { Evidence, Sample, SeenTensor } from './evidence.ts';

/** Rules look at no more elements than these of all samples together. */
const MOST_ELEMENTS = 2 ** 22;

/** Values this near a whole number of steps lie on the grid. */
const ON_GRID = 1 / 256;

/** What differs between the two sides, in one unit: quantization steps where both lie on a grid, else the tensor's own. */
export interface Difference {
  readonly unit: 'steps' | 'value';
  readonly dtype: DType;
  /** At least two axes. Of several samples: one along axis 0 after the other. */
  readonly shape: readonly number[];
  /** Elements looked at. */
  readonly count: number;
  /** float64[count] each, zero point taken off. */
  readonly reference: Float64Array;
  readonly candidate: Float64Array;
  /** uint8[count], 1: both sides are finite, and neither stands at an end of its integer type. */
  readonly interior: Uint8Array;
  readonly differing: number;
  readonly negative: number;
  /** The reference is finite, the candidate is not. */
  readonly becameNonfinite: number;
  readonly bothFinite: number;
  /** Over the positions where both are finite, as are all below. */
  readonly maxAbs: number;
  readonly rmse: number;
  readonly bias: number;
  readonly referenceRms: number;
  readonly referenceMax: number;
}

/** Inclusive ends of the integer types that quantizers write. */
const ENDS: Partial<Record<DType, readonly [number, number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  uint16: [0, 65_535],
  int16: [-32_768, 32_767],
  uint4: [0, 15],
  int4: [-8, 7],
};

const perSample = new WeakMap<Sample, Difference>();
const pooled = new WeakMap<readonly Sample[], Difference>();

/** Of the case that was traced. Nothing differs where the two shapes do: there is nothing to hold against each other. */
export function differenceOf({ samples }: Pick<Evidence, 'samples'>): Difference {
  const sample = samples[0]!;
  const known = perSample.get(sample) ?? measure([sample]);
  perSample.set(sample, known);
  return known;
}

/** Of all samples of the first one's shape, pooled. */
export function pooledDifferenceOf({ samples }: Pick<Evidence, 'samples'>): Difference {
  const known = pooled.get(samples) ?? measure(samples.filter((sample) => isLike(sample, samples[0]!)));
  pooled.set(samples, known);
  return known;
}

export function isFloat(dtype: DType): boolean {
  return dtype.startsWith('float') || dtype === 'bfloat16';
}

/** Elements of one slice along `axis`, and how far apart slices of it lie. */
export function strideOf(shape: readonly number[], axis: number): number {
  return elementCount(shape.slice(axis + 1));
}

function isLike({ reference, candidate }: Sample, first: Sample): boolean {
  return (
    reference.dtype === first.reference.dtype &&
    String(reference.shape) === String(first.reference.shape) &&
    String(candidate.shape) === String(reference.shape)
  );
}

function measure(samples: readonly Sample[]): Difference {
  const first = samples[0]?.reference;
  const alike = samples.filter((sample) => isLike(sample, sample));
  const lengths = alike.map(({ reference, candidate }) =>
    Math.min(reference.values.length, candidate.values.length),
  );
  const count = Math.min(
    MOST_ELEMENTS,
    lengths.reduce((sum, length) => sum + length, 0),
  );
  const reference = new Float64Array(count);
  const candidate = new Float64Array(count);
  let at = 0;
  for (const [index, sample] of alike.entries()) {
    const length = Math.min(lengths[index]!, count - at);
    takeOffZeroPoint(sample.reference, length, reference.subarray(at));
    takeOffZeroPoint(sample.candidate, length, candidate.subarray(at));
    at += length;
  }
  const dtype = first?.dtype ?? 'float32';
  const unit = unitOf(dtype, first, reference, candidate);
  return {
    unit,
    dtype,
    shape: pooledShape(first?.shape ?? [], alike.length),
    count,
    reference,
    candidate,
    interior: interiorOf(alike, count),
    ...tally(reference, candidate),
  };
}

function pooledShape(shape: readonly number[], samples: number): readonly number[] {
  if (shape.length < 2) return [samples, ...(shape.length === 0 ? [1] : shape)];
  return [shape[0]! * samples, ...shape.slice(1)];
}

/** Integers: q - zero point. Floats stay as they are, for now. */
function takeOffZeroPoint(
  { dtype, shape, values, quantization }: SeenTensor,
  length: number,
  into: Float64Array,
): void {
  const slice = values.subarray(0, length);
  if (isFloat(dtype) || !quantization) {
    into.set(slice);
    return;
  }
  const { zeroPoint, axis } = quantization;
  const stride = axis === null ? 1 : strideOf(shape, axis);
  const channels = axis === null ? 1 : (shape[axis] ?? 1);
  for (let i = 0; i < length; i++) {
    into[i] = slice[i]! - (zeroPoint[Math.floor(i / stride) % channels] ?? 0);
  }
}

/** A float tensor with one known scale counts in steps where both sides lie on its grid; it is then divided by the scale. */
function unitOf(
  dtype: DType,
  first: SeenTensor | undefined,
  reference: Float64Array,
  candidate: Float64Array,
): Difference['unit'] {
  if (!isFloat(dtype)) return 'steps';
  const scale = first?.quantization?.scale[0];
  if (!scale || first?.quantization?.axis !== null || !(scale > 0)) return 'value';
  if (!liesOnGrid(reference, scale) || !liesOnGrid(candidate, scale)) return 'value';
  for (const side of [reference, candidate]) {
    for (let i = 0; i < side.length; i++) {
      if (Number.isFinite(side[i])) side[i] = Math.round(side[i]! / scale);
    }
  }
  return 'steps';
}

function liesOnGrid(values: Float64Array, scale: number): boolean {
  for (let i = 0; i < values.length; i++) {
    const steps = values[i]! / scale;
    if (Number.isFinite(steps) && Math.abs(steps - Math.round(steps)) > ON_GRID) return false;
  }
  return true;
}

function interiorOf(samples: readonly Sample[], count: number): Uint8Array {
  const interior = new Uint8Array(count);
  let at = 0;
  for (const { reference, candidate } of samples) {
    const [low, high] = ENDS[reference.dtype] ?? [-Infinity, Infinity];
    const [r, c] = [reference.values, candidate.values];
    for (let i = 0; i < Math.min(r.length, c.length) && at < count; i++, at++) {
      // Strict, so that NaN and the infinities are out too.
      interior[at] = r[i]! > low && r[i]! < high && c[i]! > low && c[i]! < high ? 1 : 0;
    }
  }
  return interior;
}

function tally(reference: Float64Array, candidate: Float64Array) {
  let [differing, negative, becameNonfinite, bothFinite] = [0, 0, 0, 0];
  let [maxAbs, squares, sum, referenceSquares, referenceMax] = [0, 0, 0, 0, 0];
  for (let i = 0; i < reference.length; i++) {
    const r = reference[i]!;
    const c = candidate[i]!;
    if (!Object.is(r, c) && r !== c) differing += 1;
    if (!Number.isFinite(r)) continue;
    if (!Number.isFinite(c)) {
      becameNonfinite += 1;
      continue;
    }
    bothFinite += 1;
    const error = c - r;
    if (error < 0) negative += 1;
    maxAbs = Math.max(maxAbs, Math.abs(error));
    squares += error * error;
    sum += error;
    referenceSquares += r * r;
    referenceMax = Math.max(referenceMax, Math.abs(r));
  }
  const over = Math.max(bothFinite, 1);
  return {
    differing,
    negative,
    becameNonfinite,
    bothFinite,
    maxAbs,
    rmse: Math.sqrt(squares / over),
    bias: sum / over,
    referenceRms: Math.sqrt(referenceSquares / over),
    referenceMax,
  };
}
