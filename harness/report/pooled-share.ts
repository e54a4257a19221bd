import type { JsonNumber } from '../domain/run-files.ts';
import { fromJsonNumber } from '../domain/run-files.ts';

/**
 * A share over several groups: each weighs by its members, so that 3 of 200 is 3 of 200 however they lie in cases. A group without
 * members has no say. Undefined where nobody is, or a group has members and no share.
 */
export function pooledShare(
  groups: readonly { readonly members: number; readonly share: JsonNumber | undefined }[],
): number | undefined {
  const counted = groups.filter(({ members }) => members > 0);
  if (counted.length === 0 || counted.some(({ share }) => share === undefined)) return undefined;
  const total = counted.reduce((sum, { members }) => sum + members, 0);
  return (
    counted.reduce((sum, { members, share }) => sum + members * fromJsonNumber(share ?? 'NaN'), 0) / total
  );
}
