import { byteLength, type TensorSource } from '../domain/tensor.ts';
import { kernelStaging } from '../numerics/kernels/kernel-meter.ts';
import {
  type Assumptions,
  type Measurement,
  type MeasureRules,
  STRETCH_LENGTH,
} from '../numerics/measurement.ts';
import { pickLargestFinite, pickMeter } from '../numerics/pick-meter.ts';

import { type OpenFiles, withFiles } from './open-files.ts';
import type { Range } from './ranges.ts';
import { openStretchReader, type StretchReader } from './read-stretches.ts';

export interface MeasureTask {
  readonly reference: TensorSource;
  readonly candidate: TensorSource;
  readonly rules: MeasureRules;
  readonly assumptions: Assumptions;
  readonly range: Range;
}

export interface MeasuredRange {
  readonly measurement: Measurement;
  /** CRC-32 of the range's bytes on each side that has a checksum. */
  readonly crc: { readonly reference: number | undefined; readonly candidate: number | undefined };
}

/** Measures a range of a pair of tensors of one dtype and shape. */
export function measureRange({
  reference,
  candidate,
  rules,
  assumptions,
  range,
}: MeasureTask): MeasuredRange {
  return withFiles((files) => {
    const left = openReader(reference, 'reference', files);
    const right = openReader(candidate, 'candidate', files);
    const meter = pickMeter(rules)(range.start, rules, assumptions);
    for (const { start, count } of stretchesOf(range)) {
      meter.add({ start, count, reference: left.read(start, count), candidate: right.read(start, count) });
    }
    return { measurement: meter.finish(), crc: { reference: left.crc(), candidate: right.crc() } };
  });
}

/** Largest finite |value| of a range; 0 when there is none. */
export function largestInRange({ source, range }: { source: TensorSource; range: Range }): number {
  return withFiles((files) => {
    const reader = openReader(source, 'reference', files);
    let largest = 0;
    for (const { start, count } of stretchesOf(range)) {
      largest = Math.max(largest, pickLargestFinite(source.dtype, reader.read(start, count), count));
    }
    return largest;
  });
}

function openReader(source: TensorSource, side: 'reference' | 'candidate', files: OpenFiles): StretchReader {
  const needed = byteLength(source.dtype, [STRETCH_LENGTH])!;
  const kernel = kernelStaging()[side];
  // What is read straight to where the kernels look for it need not be copied.
  return openStretchReader(source, needed <= kernel.length ? kernel : ownStaging(side, needed), files);
}

/** Kept for as long as the thread lives: fresh memory costs more than reading. */
const staging = { reference: new Uint8Array(0), candidate: new Uint8Array(0) };

function ownStaging(side: 'reference' | 'candidate', bytes: number): Uint8Array {
  if (staging[side].length < bytes) staging[side] = new Uint8Array(bytes);
  return staging[side];
}

function* stretchesOf({ start, count }: Range): Generator<Range> {
  const end = start + count;
  for (let next = start; next < end; next += STRETCH_LENGTH) {
    yield { start: next, count: Math.min(STRETCH_LENGTH, end - next) };
  }
}
