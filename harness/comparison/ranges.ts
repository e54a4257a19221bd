import { STRETCH_LENGTH } from '../numerics/measurement.ts';

/** Consecutive elements of a tensor; `start` is a multiple of STRETCH_LENGTH. */
export interface Range {
  readonly start: number;
  readonly count: number;
}

/** Cuts a tensor into ranges of whole stretches, all but the last of one length. */
export function cutIntoRanges(elements: number, stretchesPerRange: number): readonly Range[] {
  const length = stretchesPerRange * STRETCH_LENGTH;
  return Array.from({ length: Math.ceil(elements / length) }, (_, index) => {
    const start = index * length;
    return { start, count: Math.min(length, elements - start) };
  });
}
