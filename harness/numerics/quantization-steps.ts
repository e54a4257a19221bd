import type { DType, Quantization, TensorHeader } from '../domain/tensor.ts';
import type { Block } from './block.ts';
import { floatPrecision } from './float-formats.ts';
import type { Tally } from './measurement.ts';

/** Fills `block.steps` and adds the block to the step counts of the tally. Values outside F must be 0 in the block. */
export type StepTally = (block: Block, tally: Tally) => void;

/**
 * Steps between two dequantized float tensors: round(c/s) - round(r/s), halves to even as ONNX QuantizeLinear does.
 * The zero point cancels.
 *
 * A value v is on the grid when |v/s - round(v/s)| <= 4·u·(|round(v/s)| + |zeroPoint|), u the dtype's unit roundoff:
 * a dequantization rounds the product, and either the difference or zeroPoint·s; the scale and this division
 * round once each. `floatPrecision` must know the dtype.
 */
export function stepTally(
  dtype: DType,
  shape: readonly number[],
  { scale, zeroPoint, axis }: Quantization,
): StepTally {
  const slack = 4 * 2 ** -floatPrecision(dtype)!;
  if (axis === null || scale.length === 1) {
    const offset = Math.abs(zeroPoint[0] ?? 0);
    return (block, tally) => tallyRun(block, 0, block.count, scale[0]!, offset, slack, tally);
  }
  /** Consecutive elements of one slice. */
  const inner = shape.slice(normalizedAxis(axis, shape.length) + 1).reduce((product, n) => product * n, 1);
  return (block, tally) => {
    for (let from = 0; from < block.count; ) {
      const run = Math.floor((block.start + from) / inner);
      const to = Math.min(block.count, (run + 1) * inner - block.start);
      const slice = run % scale.length;
      const offset = Math.abs(zeroPoint[zeroPoint.length === 1 ? 0 : slice] ?? 0);
      tallyRun(block, from, to, scale[slice]!, offset, slack, tally);
      from = to;
    }
  };
}

/** Elements [from, to) of a block, which share a scale. */
function tallyRun(
  { reference, candidate, steps }: Block,
  from: number,
  to: number,
  step: number,
  offset: number,
  slack: number,
  tally: Tally,
): void {
  let { maxSteps, offByOne, offGrid } = tally;
  for (let i = from; i < to; i++) {
    const r = reference[i]! / step;
    const c = candidate[i]! / step;
    const referenceStep = roundHalfEven(r);
    const candidateStep = roundHalfEven(c);
    const apart = candidateStep - referenceStep;
    const distance = Math.abs(apart);
    steps[i] = apart;
    // NaN (both quotients overflowed) must win, and Math.max lets it: a maximum that skips NaN hides it.
    maxSteps = Math.max(maxSteps, distance);
    if (distance === 1) offByOne++;
    const onGrid =
      Math.abs(r - referenceStep) <= slack * (Math.abs(referenceStep) + offset) &&
      Math.abs(c - candidateStep) <= slack * (Math.abs(candidateStep) + offset);
    if (!onGrid) offGrid++;
  }
  tally.maxSteps = maxSteps;
  tally.offByOne = offByOne;
  tally.offGrid = offGrid;
}

/** Why this quantization cannot be one of this tensor; undefined when it can. */
export function quantizationMistake(tensor: TensorHeader, quantization: Quantization): string | undefined {
  const { scale, zeroPoint, axis } = quantization;
  if (scale.length === 0) return 'the quantization has no scale';
  const bad = scale.find((step) => !(step > 0 && step < Infinity));
  if (bad !== undefined) return `the quantization has a scale of ${bad}; expected a positive number`;
  if (zeroPoint.length > 1 && zeroPoint.length !== scale.length) {
    return `the quantization has ${scale.length} scales and ${zeroPoint.length} zero points`;
  }
  if (scale.length === 1) return undefined;
  if (axis === null) return `the quantization has ${scale.length} scales and no axis`;
  const length = tensor.shape[normalizedAxis(axis, tensor.shape.length)];
  if (length === undefined)
    return `the quantization's axis ${axis} is not one of shape [${tensor.shape.join(', ')}]`;
  if (length === scale.length) return undefined;
  return `the quantization has ${scale.length} scales, axis ${axis} has length ${length}`;
}

/** The whole number nearest to x; halves go to the even one. */
function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const above = x - below;
  if (above < 0.5) return below;
  if (above > 0.5) return below + 1;
  return below % 2 === 0 ? below : below + 1;
}

function normalizedAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}
