import ndarray from 'ndarray';
import type { JsonNumber, WorstElement } from '../domain/run-files.ts';
import { toJsonNumber } from '../domain/run-files.ts';
import type { Tensor } from '../domain/tensor.ts';
import { blockReader, decodeToBigInt, is64BitInteger } from './decode.ts';

/** The elements furthest apart, while they are being sought. */
export interface WorstList {
  readonly capacity: number;
  /** Flat indices where one side is not finite and the other differs, in C order. These rank above all. */
  readonly nonfinite: number[];
  /** Flat indices of finite pairs and their |e|, largest first; of equals the first in C order comes first. */
  readonly indices: number[];
  readonly magnitudes: number[];
  /** Only a larger |e| can still enter. */
  threshold: number;
}

export function emptyWorstList(capacity: number): WorstList {
  return { capacity, nonfinite: [], indices: [], magnitudes: [], threshold: capacity > 0 ? 0 : Infinity };
}

/** Enters a finite pair. Call it in C order and only with |e| above the threshold. */
export function enterWorst(list: WorstList, index: number, magnitude: number): void {
  const { magnitudes, indices, capacity } = list;
  let position = magnitudes.length;
  while (position > 0 && magnitudes[position - 1]! < magnitude) position--;
  magnitudes.splice(position, 0, magnitude);
  indices.splice(position, 0, index);
  if (magnitudes.length > capacity) {
    magnitudes.pop();
    indices.pop();
  }
  if (magnitudes.length === capacity) list.threshold = magnitudes[capacity - 1]!;
}

/** The elements furthest apart with both values, worst first. */
export function worstElements(
  list: WorstList,
  reference: Tensor,
  candidate: Tensor,
): readonly WorstElement[] {
  return [...list.nonfinite, ...list.indices].slice(0, list.capacity).map((flat) => ({
    index: multiIndex(flat, reference.shape),
    reference: elementValue(reference, flat),
    candidate: elementValue(candidate, flat),
  }));
}

/** The row-major index of a flat position; [] in a scalar. */
export function multiIndex(flat: number, shape: readonly number[]): readonly number[] {
  const { stride } = ndarray([], [...shape]);
  return shape.map((length, axis) => Math.floor(flat / stride[axis]!) % length);
}

/** 64-bit integers that a JSON number would round are written out in decimal. */
function elementValue(tensor: Tensor, flat: number): JsonNumber | string {
  if (is64BitInteger(tensor.dtype)) {
    const value = decodeToBigInt(tensor)[flat]!;
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  }
  const block = new Float64Array(1);
  blockReader(tensor)(flat, 1, block);
  return toJsonNumber(block[0]!);
}
