import type { JsonNumber } from '../domain/run-files.ts';
import { toJsonNumber } from '../domain/run-files.ts';
import type { DType } from '../domain/tensor.ts';
import { DTYPE_BITS } from '../domain/tensor.ts';
import { blockReader, decodeToBigInt, is64BitInteger } from './decode.ts';
import type { Stretch, WorstEntry } from './measurement.ts';

/** The elements furthest apart, while they are being sought. */
export interface WorstList {
  readonly capacity: number;
  /** Pairs of which one side is not finite and the other differs, in C order. These rank above all. */
  readonly nonfinite: Seat[];
  /** Finite pairs, the largest |e| first; of equals the first in C order comes first. */
  readonly finite: Seat[];
  /** Only a larger |e| can still enter. */
  threshold: number;
}

interface Seat {
  readonly index: number;
  readonly magnitude: number;
  /** Undefined until the values of its stretch are read. */
  values: Pick<WorstEntry, 'reference' | 'candidate'> | undefined;
}

export function emptyWorstList(capacity: number): WorstList {
  return { capacity, nonfinite: [], finite: [], threshold: capacity > 0 ? 0 : Infinity };
}

/** Enters a finite pair. Call it in C order and only with |e| above the threshold. */
export function enterWorst(list: WorstList, index: number, magnitude: number): void {
  const { finite, capacity } = list;
  // The last seat falls out of a full list; the others below the newcomer move down.
  let position = finite.length < capacity ? finite.length : capacity - 1;
  for (; position > 0 && finite[position - 1]!.magnitude < magnitude; position--) {
    finite[position] = finite[position - 1]!;
  }
  finite[position] = { index, magnitude, values: undefined };
  if (finite.length === capacity) list.threshold = finite[capacity - 1]!.magnitude;
}

/** Enters a pair of which one side is not finite and the other differs. Call it in C order. */
export function enterNonfinite(list: WorstList, index: number): void {
  if (list.nonfinite.length < list.capacity)
    list.nonfinite.push({ index, magnitude: Infinity, values: undefined });
}

/** Notes the values of the elements that entered from this stretch; call it while its bytes are there. */
export function readWorst(list: WorstList, stretch: Stretch, dtype: DType): void {
  for (const seats of [list.nonfinite, list.finite]) {
    for (const seat of seats) {
      seat.values ??= {
        reference: elementValue(dtype, stretch.reference, seat.index - stretch.start),
        candidate: elementValue(dtype, stretch.candidate, seat.index - stretch.start),
      };
    }
  }
}

/** Worst first; at most as many as the list holds. Every stretch's values must have been read. */
export function worstEntries({ capacity, nonfinite, finite }: WorstList): readonly WorstEntry[] {
  return [...nonfinite, ...finite]
    .slice(0, capacity)
    .map(({ index, magnitude, values }) => ({ index, magnitude, ...values! }));
}

/** The worst of two neighbouring ranges together. */
export function mergeWorst(
  left: readonly WorstEntry[],
  right: readonly WorstEntry[],
  worstCount: number,
): readonly WorstEntry[] {
  // sort is stable: of equals those of the left range stay first.
  return [...left, ...right].sort(byRank).slice(0, worstCount);
}

function byRank(one: WorstEntry, other: WorstEntry): number {
  if (isNonfinite(one) !== isNonfinite(other)) return isNonfinite(one) ? -1 : 1;
  return one.magnitude === other.magnitude ? 0 : other.magnitude - one.magnitude;
}

/** Text stands for NaN and infinities here: a 64-bit integer's |e| is finite. */
function isNonfinite({ magnitude, reference, candidate }: WorstEntry): boolean {
  return magnitude === Infinity && (typeof reference === 'string' || typeof candidate === 'string');
}

/** The row-major index of a flat position; [] in a scalar. */
export function multiIndex(flat: number, shape: readonly number[]): readonly number[] {
  const index = new Array<number>(shape.length);
  let rest = flat;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}

/** 64-bit integers that a JSON number would round are written out in decimal. */
function elementValue(dtype: DType, data: Uint8Array, index: number): JsonNumber | string {
  // Its own bytes alone: a view that must be copied to be aligned copies no more than them.
  const bits = DTYPE_BITS[dtype];
  const firstByte = Math.floor((index * bits) / 8);
  const own = { dtype, data: data.subarray(firstByte, firstByte + Math.max(1, bits / 8)) };
  if (is64BitInteger(dtype)) {
    const value = decodeToBigInt(own)[0]!;
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  }
  const values = new Float64Array(2);
  blockReader(own)(0, bits < 8 ? 2 : 1, values);
  return toJsonNumber(values[bits < 8 ? index % 2 : 0]!);
}
