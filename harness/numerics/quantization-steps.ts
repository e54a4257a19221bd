import type { Quantization, Tensor } from '../domain/tensor.ts';
import { floatPrecision } from './float-formats.ts';

/** Sums over the positions where both sides are finite. */
export interface StepTally {
  /** Largest |round(c/s) - round(r/s)|. */
  maxSteps: number;
  /** Elements exactly one step apart. */
  offByOne: number;
  /** Σ round(c/s) - round(r/s); whole numbers, so exact up to 2^53. */
  sumOfSteps: number;
  /** Elements of which at least one side lies on no step. */
  offGrid: number;
}

/** Adds elements [start, start + count) to the tally. */
export type BlockStepTally = (
  start: number,
  count: number,
  reference: Float64Array,
  candidate: Float64Array,
  tally: StepTally,
) => void;

export const NO_STEPS: Readonly<StepTally> = { maxSteps: 0, offByOne: 0, sumOfSteps: 0, offGrid: 0 };

/**
 * Steps between two dequantized float tensors: round(c/s) - round(r/s), halves to even as ONNX QuantizeLinear does.
 * The zero point cancels.
 *
 * A value v is on the grid when |v/s - round(v/s)| <= 4·u·(|round(v/s)| + |zeroPoint|), u the dtype's unit roundoff:
 * a dequantization rounds the product, and either the difference or zeroPoint·s; the scale and this division
 * round once each. `floatPrecision` must know the tensor's dtype.
 */
export function quantizationSteps(tensor: Tensor, quantization: Quantization): BlockStepTally {
  const { scale, zeroPoint, axis } = quantization;
  const slack = 4 * 2 ** -floatPrecision(tensor.dtype)!;
  const perTensor = axis === null || scale.length === 1;
  const axisIndex = perTensor ? 0 : normalizedAxis(axis, tensor.shape.length);
  const inner = perTensor
    ? 1
    : tensor.shape.slice(axisIndex + 1).reduce((product, length) => product * length, 1);
  const slices = perTensor ? 1 : scale.length;

  return (start, count, reference, candidate, tally) => {
    for (let i = 0; i < count; i++) {
      const slice = slices === 1 ? 0 : Math.floor((start + i) / inner) % slices;
      const step = scale[slice]!;
      const r = reference[i]! / step;
      const c = candidate[i]! / step;
      if (!bothFinite(reference[i]!, candidate[i]!)) continue;
      const referenceStep = roundHalfEven(r);
      const candidateStep = roundHalfEven(c);
      const apart = candidateStep - referenceStep;
      const distance = Math.abs(apart);
      // NaN (both quotients overflowed) must win: a maximum that skips NaN hides it.
      if (!(distance <= tally.maxSteps)) tally.maxSteps = distance;
      if (distance === 1) tally.offByOne++;
      tally.sumOfSteps += apart;
      const offset = Math.abs(zeroPoint[slice] ?? 0);
      const onGrid =
        Math.abs(r - referenceStep) <= slack * (Math.abs(referenceStep) + offset) &&
        Math.abs(c - candidateStep) <= slack * (Math.abs(candidateStep) + offset);
      if (!onGrid) tally.offGrid++;
    }
  };
}

/** Why this quantization cannot be one of this tensor; undefined when it can. */
export function quantizationMistake(tensor: Tensor, quantization: Quantization): string | undefined {
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

function bothFinite(left: number, right: number): boolean {
  return Number.isFinite(left) && Number.isFinite(right);
}
