import type { Device } from '../domain/device.ts';
import { PLAIN_NAME } from '../domain/plain-name.ts';
import type { Place } from '../domain/user-error.ts';
import { UserError } from '../domain/user-error.ts';
import type { YamlFile, YamlPath } from './read-yaml.ts';

/** Throws E_NAME for a name that cannot become a part of a file's name. */
export function checkName(what: string, name: string, place: Place): void {
  if (PLAIN_NAME.test(name)) return;
  throw new UserError(
    'E_NAME',
    `${what} "${name.slice(0, 120)}": expected letters, digits, ".", "-" and "_", led by a letter or digit, at most 100.`,
    { place },
  );
}

/**
 * Device names must differ, delegate names must differ within a device, and so must the folders `device.delegate` that targets
 * are captured into. Case does not tell two names apart: it does not on every file system.
 */
export function checkFleetNames(devices: readonly Device[], yaml: YamlFile): void {
  const seenDevices = new Map<string, Place>();
  const seenFolders = new Map<string, { target: string; place: Place }>();
  for (const [index, device] of devices.entries()) {
    const at: YamlPath = ['devices', index];
    const place = yaml.placeOf([...at, 'name']);
    checkName('Device name', device.name, place);
    const earlier = seenDevices.get(device.name.toLowerCase());
    if (earlier) {
      throw new UserError(
        'E_DEVICE_DUPLICATE',
        `The name "${device.name}" is taken by the device at line ${earlier.line}.`,
        {
          place,
          remedies: ['give one of the two another name; case alone does not tell them apart'],
        },
      );
    }
    seenDevices.set(device.name.toLowerCase(), place);
    for (const [position, delegate] of device.delegates.entries()) {
      const delegatePlace = yaml.placeOf([...at, 'delegates', position]);
      checkName('Delegate name', delegate.name, delegatePlace);
      const target = `${device.name}/${delegate.name}`;
      const folder = `${device.name}.${delegate.name}`.toLowerCase();
      const other = seenFolders.get(folder);
      if (other) throw duplicateTarget(target, other, delegatePlace);
      seenFolders.set(folder, { target, place: delegatePlace });
    }
  }
}

function duplicateTarget(target: string, other: { target: string; place: Place }, place: Place): UserError {
  if (target === other.target) {
    return new UserError('E_DEVICE_DUPLICATE', `The device lists target "${target}" twice.`, { place });
  }
  return new UserError(
    'E_DEVICE_DUPLICATE',
    `Target "${target}" would be stored in the same folder as "${other.target}" at line ${other.place.line}.`,
    { place, remedies: ['rename the device or the delegate of one of the two'] },
  );
}
