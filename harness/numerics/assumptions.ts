import type { Assumptions, Measurement } from './measurement.ts';

/**
 * What to measure under first.
 * @param largestFinite largest finite |r| of the whole reference; the largest over F unless the candidate is not finite there
 */
export function guessAssumptions(largestFinite: number): Assumptions {
  return { maxAbsReference: largestFinite, scales: { error: 1, reference: 1, candidate: 1 } };
}

/**
 * The assumptions under which a tensor must be measured again, because what was found contradicts those that were used;
 * undefined when they hold, as they always do the second time.
 * @param measurement of the whole tensor
 */
export function nextAssumptions({ tally }: Measurement, used: Assumptions): Assumptions | undefined {
  const found: Assumptions = {
    maxAbsReference: tally.maxAbsReference,
    scales: {
      error: sumScale(tally.maxAbsError),
      reference: sumScale(tally.maxAbsReference),
      candidate: sumScale(tally.maxAbsCandidate),
    },
  };
  const holds =
    found.maxAbsReference === used.maxAbsReference &&
    found.scales.error === used.scales.error &&
    found.scales.reference === used.scales.reference &&
    found.scales.candidate === used.scales.candidate;
  return holds ? undefined : found;
}

/**
 * 1 for every magnitude whose square float64 holds with room for a sum, all of float32's included; else the power
 * of two that brings the largest magnitude near 1.
 */
function sumScale(largest: number): number {
  if (largest === 0 || !Number.isFinite(largest)) return 1;
  if (largest >= 2 ** -240 && largest <= 2 ** 240) return 1;
  return 2 ** Math.min(1023, -Math.floor(Math.log2(largest)));
}
