import type { Elements } from './decode.ts';
import { is64BitInteger } from './decode.ts';
import { aligned } from './typed-views.ts';

/** Fills `into[i]` with candidate - reference, given the decoded values of both blocks. */
export type BlockDifference = (
  start: number,
  count: number,
  reference: Float64Array,
  candidate: Float64Array,
  into: Float64Array,
) => void;

/**
 * e = candidate - reference in float64, rounded once from the exact difference. 64-bit integers are subtracted
 * in halves: two values above 2^53 that differ by one differ by one, and MAX - MIN is 2^64 - 1 and wraps nowhere.
 */
export function differences(reference: Elements, candidate: Elements): BlockDifference {
  if (!is64BitInteger(reference.dtype)) return subtracted;
  const high = reference.dtype === 'int64' ? Int32Array : Uint32Array;
  return subtractedInHalves(
    {
      low: aligned(Uint32Array, reference.data),
      high: aligned<Int32Array | Uint32Array>(high, reference.data),
    },
    {
      low: aligned(Uint32Array, candidate.data),
      high: aligned<Int32Array | Uint32Array>(high, candidate.data),
    },
  );
}

interface Halves {
  readonly low: Uint32Array;
  readonly high: Int32Array | Uint32Array;
}

function subtracted(
  _start: number,
  count: number,
  reference: Float64Array,
  candidate: Float64Array,
  into: Float64Array,
): void {
  for (let i = 0; i < count; i++) into[i] = candidate[i]! - reference[i]!;
}

function subtractedInHalves(reference: Halves, candidate: Halves): BlockDifference {
  return (start, count, _reference, _candidate, into) => {
    for (let i = 0; i < count; i++) {
      const low = 2 * (start + i);
      const high = low + 1;
      into[i] =
        (candidate.high[high]! - reference.high[high]!) * 2 ** 32 +
        (candidate.low[low]! - reference.low[low]!);
    }
  };
}
