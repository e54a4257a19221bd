import { createHash } from 'node:crypto';
import type { Tensor } from '../domain/tensor.ts';
import { elementCount } from '../domain/tensor.ts';
import { whyNotComparable } from './comparable.ts';
import { blockReader, decodeToBigInt, is64BitInteger } from './decode.ts';
import { BLOCK_LENGTH } from './measurement.ts';

/** One output of one repeat; `sha256` over its bytes when it is known already. */
export type RepeatedTensor = Tensor & { readonly sha256?: string };

export interface RepeatNoise {
  /** Different outputs over the repeats: dtype, shape and bytes; 1 is deterministic. */
  readonly distinctOutputs: number;
  /**
   * Largest |difference| of one element between any two repeats, in the tensor's unit; 0 when deterministic.
   * NaN when there is no such number: NaN or infinity in some repeats only, changing shapes, strings. NaN excuses
   * nothing.
   */
  readonly maxAbs: number;
}

/** How much a target differs from itself over repeats of one case, for one output. */
export function repeatNoise(repeats: readonly RepeatedTensor[]): RepeatNoise {
  const distinct = [...new Map(repeats.map((tensor) => [identity(tensor), tensor])).values()];
  return { distinctOutputs: distinct.length, maxAbs: distinct.length > 1 ? largestRange(distinct) : 0 };
}

function identity(tensor: RepeatedTensor): string {
  const sha256 = tensor.sha256 ?? createHash('sha256').update(tensor.data).digest('hex');
  return JSON.stringify([tensor.dtype, tensor.shape, sha256]);
}

function largestRange(tensors: readonly Tensor[]): number {
  const first = tensors[0]!;
  const comparable = tensors.every((tensor) => whyNotComparable(first, tensor, undefined) === undefined);
  if (!comparable || first.dtype === 'string') return Number.NaN;
  return is64BitInteger(first.dtype) ? largestWideRange(tensors) : largestFloatRange(tensors);
}

/** max over elements of (max over tensors - min over tensors). */
function largestFloatRange(tensors: readonly Tensor[]): number {
  const elements = elementCount(tensors[0]!.shape);
  const sources = tensors.map((tensor) => ({
    read: blockReader(tensor),
    block: new Float64Array(BLOCK_LENGTH),
  }));
  let largest = 0;
  for (let start = 0; start < elements; start += BLOCK_LENGTH) {
    const count = Math.min(BLOCK_LENGTH, elements - start);
    for (const { read, block } of sources) read(start, count, block);
    for (let i = 0; i < count; i++) {
      const range = rangeAt(sources, i);
      if (Number.isNaN(range)) return Number.NaN;
      if (range > largest) largest = range;
    }
  }
  return largest;
}

/** 0 where all are the same NaN or infinity; NaN where only some are. */
function rangeAt(sources: readonly { readonly block: Float64Array }[], i: number): number {
  const first = sources[0]!.block[i]!;
  let lowest = first;
  let highest = first;
  let same = true;
  for (const { block } of sources) {
    const value = block[i]!;
    if (value !== first && !(Number.isNaN(value) && Number.isNaN(first))) same = false;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  if (same) return 0;
  return Number.isFinite(lowest) && Number.isFinite(highest) ? highest - lowest : Number.NaN;
}

function largestWideRange(tensors: readonly Tensor[]): number {
  const views = tensors.map(decodeToBigInt);
  let largest = 0n;
  for (let i = 0; i < views[0]!.length; i++) {
    let lowest = views[0]![i]!;
    let highest = lowest;
    for (const view of views) {
      const value = view[i]!;
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
    }
    if (highest - lowest > largest) largest = highest - lowest;
  }
  return Number(largest);
}
