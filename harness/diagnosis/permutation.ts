import type { Difference } from './difference.ts';

/** Least share of the error that a permutation must explain. */
const EXPLAINED = 0.98;
/** Rounding beside a permutation: so many steps, or so much of the largest |reference|. */
const ROUNDING_STEPS = 1;
const ROUNDING_SHARE = 2 ** -9;

/** What rounding may add to an error without anything else being wrong. */
export function rounding({ unit, referenceMax }: Difference): number {
  return unit === 'steps' ? ROUNDING_STEPS : referenceMax * ROUNDING_SHARE;
}

/** Squared error beyond rounding; Infinity where one side is not finite and the other is something else. */
export function excess(reference: number, candidate: number, tolerance: number): number {
  const apart = Math.abs(candidate - reference);
  if (apart <= tolerance || Object.is(candidate, reference)) return 0;
  return Number.isFinite(apart) ? (apart - tolerance) ** 2 : Infinity;
}

/** True when what is left of an error is next to nothing of what was there. */
export function explains(left: number, before: number): boolean {
  return before > 0 && Number.isFinite(left) && left <= before * (1 - EXPLAINED);
}
