import type { Block } from './block.ts';
import type { SumScales, Sums } from './measurement.ts';

/** The sums of one block, in the order that sum-tree.ts defines. Values outside F must be 0 in it. */
export function sumBlock(block: Block, scales: SumScales, hasSteps: boolean): Sums {
  const { count, reference, candidate, error } = block;
  const { error: errorScale, reference: referenceScale, candidate: candidateScale } = scales;
  let absErrorEven = 0;
  let absErrorOdd = 0;
  let errorEven = 0;
  let errorOdd = 0;
  let squaredErrorEven = 0;
  let squaredErrorOdd = 0;
  let squaredReferenceEven = 0;
  let squaredReferenceOdd = 0;
  let squaredCandidateEven = 0;
  let squaredCandidateOdd = 0;
  let productEven = 0;
  let productOdd = 0;
  const pairs = count & ~1;
  for (let i = 0; i < pairs; i += 2) {
    const e0 = error[i]! * errorScale;
    const r0 = reference[i]! * referenceScale;
    const c0 = candidate[i]! * candidateScale;
    const e1 = error[i + 1]! * errorScale;
    const r1 = reference[i + 1]! * referenceScale;
    const c1 = candidate[i + 1]! * candidateScale;
    absErrorEven += Math.abs(e0);
    absErrorOdd += Math.abs(e1);
    errorEven += e0;
    errorOdd += e1;
    squaredErrorEven += e0 * e0;
    squaredErrorOdd += e1 * e1;
    squaredReferenceEven += r0 * r0;
    squaredReferenceOdd += r1 * r1;
    squaredCandidateEven += c0 * c0;
    squaredCandidateOdd += c1 * c1;
    productEven += r0 * c0;
    productOdd += r1 * c1;
  }
  if (pairs < count) {
    const e = error[pairs]! * errorScale;
    const r = reference[pairs]! * referenceScale;
    const c = candidate[pairs]! * candidateScale;
    absErrorEven += Math.abs(e);
    errorEven += e;
    squaredErrorEven += e * e;
    squaredReferenceEven += r * r;
    squaredCandidateEven += c * c;
    productEven += r * c;
  }
  return {
    absError: absErrorEven + absErrorOdd,
    error: errorEven + errorOdd,
    squaredError: squaredErrorEven + squaredErrorOdd,
    squaredReference: squaredReferenceEven + squaredReferenceOdd,
    squaredCandidate: squaredCandidateEven + squaredCandidateOdd,
    product: productEven + productOdd,
    steps: hasSteps ? laneSum(block.steps, count) : 0,
  };
}

function laneSum(values: Float64Array, count: number): number {
  let even = 0;
  let odd = 0;
  for (let i = 0; i < count; i += 2) even += values[i]!;
  for (let i = 1; i < count; i += 2) odd += values[i]!;
  return even + odd;
}
