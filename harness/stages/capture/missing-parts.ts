import type { Arch, Delegate, Device } from '../../domain/device.ts';
import type { PartStatus } from '../../provision/part-status.ts';
import { partsNeededBy } from '../../provision/parts-needed.ts';

/** Why a target cannot be tried on this machine, and what to type. */
export interface MissingParts {
  readonly reason: string;
  readonly remedy: string;
}

/** Undefined when this machine has all that the target needs. */
export function missingPartsOf(
  device: Device,
  delegate: Delegate,
  statuses: readonly PartStatus[],
  hostArch: Arch,
): MissingParts | undefined {
  const needed = partsNeededBy(device, hostArch, delegate);
  const missing = statuses.filter(({ id, status }) => needed.includes(id) && status === 'missing');
  if (missing.length === 0) return undefined;
  const names = missing.map(({ title }) => title).join(', ');
  return { reason: `this machine lacks ${names}`, remedy: 'fleetdiff doctor --fix' };
}
