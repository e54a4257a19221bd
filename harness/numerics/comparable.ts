import type { Quantization, Tensor, TensorHeader } from '../domain/tensor.ts';
import { byteLength, DTYPES, isDType } from '../domain/tensor.ts';
import { quantizationMistake } from './quantization-steps.ts';

/** A tensor whose bytes need not be in memory. */
export interface SizedHeader extends TensorHeader {
  readonly byteLength: number;
}

/** `whyHeadersDiffer` for tensors in memory. */
export function whyNotComparable(
  reference: Tensor,
  candidate: Tensor,
  quantization: Quantization | undefined,
): string | undefined {
  return whyHeadersDiffer(sized(reference), sized(candidate), quantization);
}

function sized({ name, dtype, shape, data }: Tensor): SizedHeader {
  return { name, dtype, shape, byteLength: data.byteLength };
}

/**
 * Why two tensors cannot be compared element by element, in words; undefined when they can. Tensors are never matched
 * by position, cast or broadcast.
 */
export function whyHeadersDiffer(
  reference: SizedHeader,
  candidate: SizedHeader,
  quantization: Quantization | undefined,
): string | undefined {
  if (reference.name !== candidate.name) {
    return `the reference is named "${reference.name}", the candidate "${candidate.name}"`;
  }
  const unknown = [reference, candidate].find((tensor) => !isDType(tensor.dtype));
  if (unknown) return `dtype ${unknown.dtype} is not one that fleetdiff compares: ${DTYPES.join(', ')}`;
  if (reference.dtype !== candidate.dtype) {
    return `the reference is ${reference.dtype}, the candidate ${candidate.dtype}`;
  }
  if (!sameShape(reference.shape, candidate.shape)) {
    return `the reference has shape ${spelled(reference.shape)}, the candidate ${spelled(candidate.shape)}`;
  }
  if (!reference.shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    return `${spelled(reference.shape)} is no shape`;
  }
  return (
    wrongSize('reference', reference) ??
    wrongSize('candidate', candidate) ??
    (quantization && quantizationMistake(reference, quantization))
  );
}

function wrongSize(side: 'reference' | 'candidate', tensor: SizedHeader): string | undefined {
  const expected = byteLength(tensor.dtype, tensor.shape);
  const found = tensor.byteLength;
  if (expected === undefined || expected === found) return undefined;
  return `the ${side} has ${found} bytes; ${tensor.dtype} ${spelled(tensor.shape)} takes ${expected}`;
}

function sameShape(reference: readonly number[], candidate: readonly number[]): boolean {
  return (
    reference.length === candidate.length && reference.every((length, axis) => length === candidate[axis])
  );
}

function spelled(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
