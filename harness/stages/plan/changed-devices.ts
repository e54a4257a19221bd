import { isDeepStrictEqual } from 'node:util';
import type { Device } from '../../domain/device.ts';
import { REFERENCE_DEVICE } from './reference-device.ts';

/** Planned devices that the fleet no longer has, or has otherwise; where they stand in devices.yml does not count. */
export function changedDevices(planned: readonly Device[], fleet: readonly Device[]): readonly Device[] {
  return planned.filter((device) => {
    if (device.place.file === REFERENCE_DEVICE.place.file) return false;
    const now = fleet.find(({ name }) => name === device.name);
    if (!now) return true;
    // A plan holds the delegates that were asked for, and not the device's others.
    const names = device.delegates.map(({ name }) => name);
    const delegates = now.delegates.filter(({ name }) => names.includes(name));
    return !isDeepStrictEqual(comparable(device), comparable({ ...now, delegates }));
  });
}

function comparable({ place: _, delegates, ...device }: Device): unknown {
  const sorted = delegates.toSorted((left, right) => (left.name < right.name ? -1 : 1));
  // As plan.json spells it: what is undefined is not there.
  return JSON.parse(JSON.stringify({ ...device, delegates: sorted }));
}
