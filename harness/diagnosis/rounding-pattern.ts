import type { Difference } from './difference.ts';

/** How the candidate breaks ties where the reference breaks them to even; undefined when the differences show no such rule. */
export type TieBreak = 'away from zero' | 'up' | 'toward zero' | 'down';

/** Fewer differences meet a rule by chance too often: each does so with 1/4. */
const LEAST_DIFFERENCES = 6;
const NOT_BY_CHANCE = 0.98;

const BREAKS: readonly { readonly name: TieBreak; readonly holds: (r: number, c: number) => boolean }[] = [
  { name: 'away from zero', holds: (r, c) => c === r + (isNegative(r, c) ? -1 : 1) },
  { name: 'up', holds: (r, c) => c === r + 1 },
  { name: 'toward zero', holds: (r, c) => c === r - (isNegative(r, c) ? -1 : 1) },
  { name: 'down', holds: (r, c) => c === r - 1 },
];

/** True when no element is more than one step off. */
export function isOneStep({ unit, maxAbs, differing, becameNonfinite }: Difference): boolean {
  return unit === 'steps' && differing > 0 && maxAbs <= 1 && becameNonfinite === 0;
}

/**
 * Ties broken to even leave an even reference; whoever breaks them otherwise stands at the odd neighbour, on one side.
 * Steps are counted from the zero point.
 */
export function tieBreakOf({ reference, candidate }: Difference): TieBreak | undefined {
  const holding = BREAKS.map(() => 0);
  let differences = 0;
  for (let i = 0; i < reference.length; i++) {
    const r = reference[i]!;
    const c = candidate[i]!;
    if (r === c) continue;
    differences += 1;
    if (r % 2 !== 0) continue;
    for (const [index, { holds }] of BREAKS.entries()) if (holds(r, c)) holding[index]! += 1;
  }
  if (differences < LEAST_DIFFERENCES) return undefined;
  const best = holding.indexOf(Math.max(...holding));
  return holding[best]! >= NOT_BY_CHANCE * differences ? BREAKS[best]!.name : undefined;
}

/** The tie lies between the two: it is negative when both are at or below zero. */
function isNegative(r: number, c: number): boolean {
  return r + c < 0;
}
