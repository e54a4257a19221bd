const DAY_MS = 86_400_000;

/**
 * Days that a waiver still held when it was judged, its last day counted.
 * @param expires YYYY-MM-DD, UTC
 * @returns undefined where either is no date
 */
export function daysLeft(expires: string | undefined, judgedAt: string): number | undefined {
  const days = Math.ceil((Date.parse(expires ?? '') + DAY_MS - Date.parse(judgedAt)) / DAY_MS);
  return Number.isFinite(days) ? days : undefined;
}
