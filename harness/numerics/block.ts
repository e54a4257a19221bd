import { BLOCK_LENGTH } from './measurement.ts';

/** One block of both sides, decoded to float64; only the first `count` elements count. Every array has BLOCK_LENGTH elements. */
export interface Block {
  /** Flat index of the first element. */
  start: number;
  count: number;
  readonly reference: Float64Array;
  readonly candidate: Float64Array;
  /** candidate - reference, rounded once. */
  readonly error: Float64Array;
  /** Of float dtypes: distance in representable numbers, meaningless where a side is NaN. */
  readonly ulp: Float64Array;
  /** Of float tensors with a quantization: signed steps. */
  readonly steps: Float64Array;
}

export function emptyBlock(): Block {
  const values = () => new Float64Array(BLOCK_LENGTH);
  return {
    start: 0,
    count: 0,
    reference: values(),
    candidate: values(),
    error: values(),
    ulp: values(),
    steps: values(),
  };
}
