/** Scores of one sample, one per class; 64-bit integers as BigInt, because float64 would make neighbours tie. */
export type Scores = ArrayLike<number | bigint>;

/**
 * The k best classes: value descending, index ascending among equals (-0 equals +0). NaN ranks last, in index order.
 * A k above the number of classes gives all of them.
 */
export function topK(scores: Scores, k: number): readonly number[] {
  const best: number[] = [];
  for (let index = 0; index < scores.length; index++) {
    const position = placeOf(scores, index, best);
    if (position >= k) continue;
    best.splice(position, 0, index);
    if (best.length > k) best.pop();
  }
  return best;
}

/** How many of `best`, best first, rank before class `index`; all of them come before it in index order. */
function placeOf(scores: Scores, index: number, best: readonly number[]): number {
  let from = 0;
  let to = best.length;
  // Most classes rank behind all of a full list.
  if (to > 0 && !ranksBefore(scores[index]!, scores[best[to - 1]!]!)) return to;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (ranksBefore(scores[index]!, scores[best[middle]!]!)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** True when both sides have the same k best classes in the same order, and NaN in none or both of each. */
export function sameTopK(reference: Scores, candidate: Scores, k: number): boolean {
  const referenceBest = topK(reference, k);
  const candidateBest = topK(candidate, k);
  return referenceBest.every(
    (index, rank) => candidateBest[rank] === index && alike(reference, candidate, index),
  );
}

/**
 * |top k of the reference ∩ top k of the candidate| / k, tie-aware: where classes tie for the last places, each side's
 * winners are chosen so that the overlap is largest. A class that is NaN on one side only is never in common.
 */
export function topKOverlap(reference: Scores, candidate: Scores, k: number): number {
  const wanted = Math.min(k, reference.length);
  if (wanted === 0) return Number.NaN;
  const r = border(reference, wanted);
  const c = border(candidate, wanted);
  const inCommon = (left: ReadonlySet<number>, right: ReadonlySet<number>) =>
    [...left].filter((index) => right.has(index) && alike(reference, candidate, index)).length;
  // A place taken by a class that is certain on the other side costs one choice; one tied on both sides costs two.
  const referenceChoices = Math.min(r.open, inCommon(r.tied, c.certain));
  const candidateChoices = Math.min(c.open, inCommon(c.tied, r.certain));
  const bothChoose = Math.min(r.open - referenceChoices, c.open - candidateChoices, inCommon(r.tied, c.tied));
  return (inCommon(r.certain, c.certain) + referenceChoices + candidateChoices + bothChoose) / wanted;
}

interface Border {
  /** Classes that are among the best however ties are broken. */
  readonly certain: ReadonlySet<number>;
  /** Classes that tie for the last places. NaN ties with nothing. */
  readonly tied: ReadonlySet<number>;
  /** Places left for them. */
  readonly open: number;
}

function border(scores: Scores, k: number): Border {
  const best = topK(scores, k);
  const last = scores[best[k - 1]!]!;
  const certain = best.filter((index) => scores[index] !== last);
  const tied = Array.from(scores, (_, index) => index).filter((index) => scores[index] === last);
  return { certain: new Set(certain), tied: new Set(tied), open: k - certain.length };
}

function ranksBefore(score: number | bigint, other: number | bigint): boolean {
  return score > other || (isNaNScore(other) && !isNaNScore(score));
}

function alike(reference: Scores, candidate: Scores, index: number): boolean {
  return isNaNScore(reference[index]!) === isNaNScore(candidate[index]!);
}

/** Number.isNaN that also takes a BigInt. */
export function isNaNScore(score: number | bigint): boolean {
  return typeof score === 'number' && Number.isNaN(score);
}
