import type { SumNode, Sums } from './measurement.ts';

/**
 * Sums that come out bit for bit the same however a tensor is cut and whoever adds: one fixed order of additions.
 *
 * - Inside a block of 1,024 elements the even and the odd elements (by their index within the block) are each added one
 *   after the other in float64, from +0; the block's sum is even + odd. Positions outside F add 0. Nothing is fused.
 * - Blocks are the leaves of a binary tree over the whole tensor: a node and its right neighbour are added when they are
 *   the two children of one parent.
 * - The nodes that are left at the end have falling levels. They are folded from the right: total = last, then
 *   total = node + total.
 *
 * Error bound: for n elements in b = ceil(n/1024) blocks, every term passes at most ceil(min(n, 1024)/2) + ceil(log2 b)
 * additions, and was itself rounded t times: t = 1 for e, |e|, r², c² and r·c, 3 for e²; 3 for all products of 64-bit
 * integers, whose values round first. With k the sum of the three,
 *
 *   |computed - exact| <= γ_k · Σ|term|,  γ_k = k·u / (1 - k·u),  u = 2^-53
 *
 * (Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., lemma 3.1 and section 4.2), plus n·2^-800, in the
 * scaled unit, for terms that underflow. Of a tensor of 2^31 elements k is at most 536: 13 digits are right wherever the
 * terms do not cancel.
 */
export function pushNode(nodes: SumNode[], node: SumNode): void {
  let { level, position, sums } = node;
  for (let last = nodes.at(-1); last && areSiblings(last, level, position); last = nodes.at(-1)) {
    nodes.pop();
    sums = added(last.sums, sums);
    level++;
    position = last.position / 2;
  }
  nodes.push({ level, position, sums });
}

/** The sums of all nodes of a whole tensor; zeros when there is none. */
export function totalSums(nodes: readonly SumNode[]): Sums {
  return (
    nodes.reduceRight<Sums | undefined>(
      (total, { sums }) => (total === undefined ? sums : added(sums, total)),
      undefined,
    ) ?? NO_SUMS
  );
}

const NO_SUMS: Sums = {
  absError: 0,
  error: 0,
  squaredError: 0,
  squaredReference: 0,
  squaredCandidate: 0,
  product: 0,
  steps: 0,
};

function areSiblings(left: SumNode, level: number, position: number): boolean {
  return left.level === level && left.position % 2 === 0 && left.position + 1 === position;
}

function added(left: Sums, right: Sums): Sums {
  return {
    absError: left.absError + right.absError,
    error: left.error + right.error,
    squaredError: left.squaredError + right.squaredError,
    squaredReference: left.squaredReference + right.squaredReference,
    squaredCandidate: left.squaredCandidate + right.squaredCandidate,
    product: left.product + right.product,
    steps: left.steps + right.steps,
  };
}
