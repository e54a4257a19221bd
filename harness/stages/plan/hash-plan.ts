import type { Plan } from '../../domain/run-files.ts';
import { sha256Hex } from '../../formats/golden-file.ts';

/** What of a plan is hashed: all but its own name, day and maker. */
export type PlanContent = Pick<Plan, 'repeats' | 'suites' | 'devices' | 'fleet' | 'captures'>;

/**
 * The plan's hash, which every capture bears: over everything that decides what is captured and how it is judged. Where a
 * device stands in devices.yml decides nothing. Read back from a file, the same plan has the same hash.
 */
export function hashPlan({ repeats, suites, devices, fleet, captures }: PlanContent): string {
  const placeless = devices.map(({ place: _, ...device }) => device);
  const content = JSON.stringify({ repeats, suites, devices: placeless, fleet, captures }, sortedKeys);
  return sha256Hex(new TextEncoder().encode(content));
}

/** Readers order keys as they like. */
function sortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}
