import type { Elements } from './decode.ts';
import { aligned } from './typed-views.ts';

/**
 * Fills `into[i]` with the distance, in representable numbers, between element `referenceStart + i` of the reference
 * and element `candidateStart + i` of the candidate. Meaningless where either is NaN.
 */
export type BlockUlpDistance = (
  referenceStart: number,
  candidateStart: number,
  count: number,
  into: Float64Array,
) => void;

/**
 * ULP distance |order(c) - order(r)|, where order maps a float's sign and magnitude to a line: -0 and +0 are 0
 * apart, the two smallest subnormals 2, MAX and Inf 1. Exact below 2^53, beyond it rounded once.
 * Undefined for dtypes that are not floats: their ULP distance is |candidate - reference|.
 */
export function ulpDistances(reference: Elements, candidate: Elements): BlockUlpDistance | undefined {
  switch (reference.dtype) {
    case 'float64':
      return double(aligned(Int32Array, reference.data), aligned(Int32Array, candidate.data));
    case 'float32':
      return single(aligned(Int32Array, reference.data), aligned(Int32Array, candidate.data));
    case 'float16':
    case 'bfloat16':
      return small(aligned(Uint16Array, reference.data), aligned(Uint16Array, candidate.data), 0x8000);
    case 'float8e4m3fn':
    case 'float8e5m2':
      return small(reference.data, candidate.data, 0x80);
    default:
      return undefined;
  }
}

function small(
  reference: Uint8Array | Uint16Array,
  candidate: Uint8Array | Uint16Array,
  signBit: number,
): BlockUlpDistance {
  const order = (bits: number) => (bits < signBit ? bits : signBit - bits);
  return (referenceStart, candidateStart, count, into) => {
    for (let i = 0; i < count; i++) {
      into[i] = Math.abs(order(candidate[candidateStart + i]!) - order(reference[referenceStart + i]!));
    }
  };
}

function single(reference: Int32Array, candidate: Int32Array): BlockUlpDistance {
  // (m ^ -1) + 1 = -m: no branch, because signs are as good as random.
  const order = (bits: number) => ((bits & 0x7fffffff) ^ (bits >> 31)) - (bits >> 31);
  return (referenceStart, candidateStart, count, into) => {
    for (let i = 0; i < count; i++) {
      into[i] = Math.abs(order(candidate[candidateStart + i]!) - order(reference[referenceStart + i]!));
    }
  };
}

/** In halves: 64-bit magnitudes do not fit a number, but the differences of their halves do. */
function double(reference: Int32Array, candidate: Int32Array): BlockUlpDistance {
  return (referenceStart, candidateStart, count, into) => {
    for (let i = 0; i < count; i++) {
      const r = 2 * (referenceStart + i);
      const c = 2 * (candidateStart + i);
      const referenceSign = reference[r + 1]! < 0 ? -1 : 1;
      const candidateSign = candidate[c + 1]! < 0 ? -1 : 1;
      const high =
        candidateSign * (candidate[c + 1]! & 0x7fffffff) - referenceSign * (reference[r + 1]! & 0x7fffffff);
      const low = candidateSign * (candidate[c]! >>> 0) - referenceSign * (reference[r]! >>> 0);
      into[i] = Math.abs(high * 2 ** 32 + low);
    }
  };
}
