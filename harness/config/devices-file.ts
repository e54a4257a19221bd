import { z } from 'zod';
import type { Delegate, Device, DriverName, Launch, Runtime } from '../domain/device.ts';
import { UserError } from '../domain/user-error.ts';
import { type AppiumServer, readAppiumServer } from './appium-server.ts';
import { checkFleetNames } from './check-fleet-names.ts';
import { checkShape, spellPath, valueAt } from './check-shape.ts';
import { readDelegate } from './delegates.ts';
import { type Environment, interpolate } from './environment.ts';
import { readLaunch } from './launch.ts';
import { didYouMean, quoteNames } from './nearest-name.ts';
import { parseYaml, readText, type YamlFile, type YamlPath } from './read-yaml.ts';

/** devices.yml */
export interface Fleet {
  readonly appium: AppiumServer;
  /** Names of all delegates that the file defines, used by a device or not: a budget may speak of any of them. */
  readonly delegates: readonly string[];
  readonly devices: readonly Device[];
}

const NOT_BUILT = ['uiautomator2', 'xcuitest'];
const RUNTIME_OF: Readonly<Record<DriverName, Runtime>> = {
  soc: 'onnxruntime-node',
  chromium: 'onnxruntime-web',
};

const fleetShape = z.strictObject({
  schema: z.literal('fleetdiff/devices@1'),
  appium: z.unknown().optional(),
  delegates: z.record(z.string(), z.unknown()).optional(),
  devices: z.array(z.looseObject({ name: z.string(), driver: z.string() })).min(1),
});

const deviceShape = z.strictObject({
  name: z.string(),
  driver: z.enum(['soc', 'chromium']),
  launch: z.unknown().optional(),
  soc: z.string().min(1).optional(),
  tags: z.array(z.string().min(1)).optional(),
  optional: z.boolean().optional(),
  delegates: z.array(z.unknown()).min(1),
  capabilities: z.record(z.string(), z.unknown()).optional(),
});

/**
 * Reads devices.yml. `${NAME}` and `${NAME:-default}` in its texts are filled in from `env`. What is filled in may be a secret, and
 * devices are written into plan.json, so:
 * - `appium.url` comes with a `display` that holds none;
 * - `capabilities` keep their `${NAME}` as written: `resolveCapabilities` fills them in for the session request alone;
 * - everything else (names, soc, tags, launch, delegates with their env) is filled in and stored: no place for a secret.
 */
export async function readDevicesFile(file: string, env: Environment): Promise<Fleet> {
  const text = await readText(file, ['write one:  fleetdiff init', 'or name another:  --devices FILE']);
  return parseDevices(text, file, env);
}

/** The same from text. */
export function parseDevices(text: string, file: string, env: Environment): Fleet {
  const yaml = parseYaml(text, file);
  checkShape(fleetShape, yaml, 'E_DEVICES_SHAPE');
  const value = interpolate(yaml.value, env, yaml);
  const shape = checkShape(fleetShape, yaml, 'E_DEVICES_SHAPE', { value });
  const defined = shape.delegates ?? {};
  // Delegates that no device uses are checked too: a typo in one would wait for whoever uses it first.
  for (const name of Object.keys(defined)) {
    readDelegate(name, { value: defined[name], path: ['delegates', name] }, undefined, yaml);
  }
  const devices = shape.devices.map((device, index) => readDevice(device, ['devices', index], defined, yaml));
  checkFleetNames(devices, yaml);
  return { appium: readAppiumServer(shape.appium, yaml), delegates: Object.keys(defined), devices };
}

/** A device's capabilities with the environment filled in: for the session request, never for a file. */
export function resolveCapabilities(device: Device, env: Environment): Readonly<Record<string, unknown>> {
  const yaml: YamlFile = { file: device.place.file, value: device.capabilities, placeOf: () => device.place };
  return interpolate(device.capabilities, env, yaml) as Record<string, unknown>;
}

function readDevice(
  value: Readonly<Record<string, unknown>>,
  at: YamlPath,
  defined: Readonly<Record<string, unknown>>,
  yaml: YamlFile,
): Device {
  refuseUnbuiltDriver(String(value.driver), at, yaml);
  const shape = checkShape(deviceShape, yaml, 'E_DEVICES_SHAPE', { at, value });
  const launch = readLaunchOf(shape, at, yaml);
  const delegates = shape.delegates.map((entry, index) =>
    readDelegateEntry(entry, [...at, 'delegates', index], defined, yaml),
  );
  for (const [index, delegate] of delegates.entries()) {
    checkRuntime(shape.driver, delegate, [...at, 'delegates', index], yaml);
  }
  return {
    name: shape.name,
    driver: shape.driver,
    ...(launch ? { launch } : {}),
    soc: shape.soc ?? defaultSoc(launch),
    tags: shape.tags ?? [],
    optional: shape.optional ?? false,
    delegates,
    capabilities: (valueAt(yaml.value, [...at, 'capabilities']) ?? {}) as Record<string, unknown>,
    place: yaml.placeOf(at),
  };
}

function refuseUnbuiltDriver(driver: string, at: YamlPath, yaml: YamlFile): void {
  if (!NOT_BUILT.includes(driver)) return;
  throw new UserError(
    'E_DEVICE_DRIVER_NOT_BUILT',
    `fleetdiff cannot drive a device through "${driver}" yet; it can through "soc" and "chromium".`,
    {
      place: yaml.placeOf([...at, 'driver']),
      remedies: [
        'take the device out of the file, or put it in comments',
        'a board that runs Node can be reached with  driver: soc  and  launch: {ssh: user@host}',
      ],
    },
  );
}

function readLaunchOf(shape: z.infer<typeof deviceShape>, at: YamlPath, yaml: YamlFile): Launch | undefined {
  if (shape.driver === 'soc') return readLaunch(shape.launch, yaml, [...at, 'launch']);
  if (shape.launch === undefined) return undefined;
  throw new UserError('E_DEVICES_SHAPE', `${spellPath(at)}: only the driver "soc" takes a launch.`, {
    place: yaml.placeOf([...at, 'launch']),
    remedies: ['take it out, or write  driver: soc'],
  });
}

/** An entry is a delegate's name, or `{name: {…}}` with what is different on this device. */
function readDelegateEntry(
  entry: unknown,
  at: YamlPath,
  defined: Readonly<Record<string, unknown>>,
  yaml: YamlFile,
): Delegate {
  const base = (name: string) =>
    Object.hasOwn(defined, name) ? { value: defined[name], path: ['delegates', name] as const } : undefined;
  if (typeof entry === 'string') {
    const found = base(entry);
    if (found) return readDelegate(entry, found, undefined, yaml);
    const known = Object.keys(defined);
    throw new UserError(
      'E_DEVICE_UNKNOWN_DELEGATE',
      `The device names delegate "${entry}", but the file's delegates are: ${quoteNames(known) || 'none'}.`,
      { place: yaml.placeOf(at), remedies: didYouMean(entry, known) },
    );
  }
  const names =
    entry !== null && typeof entry === 'object' && !Array.isArray(entry) ? Object.keys(entry) : [];
  const name = names.length === 1 ? names[0] : undefined;
  if (name === undefined) {
    const wanted = "a delegate's name, or one name with what is different here, such as  cpu: {threads: 4}";
    return checkShape(z.never({ error: wanted }), yaml, 'E_DEVICES_SHAPE', { at, value: entry });
  }
  return readDelegate(name, base(name), { value: valueAt(entry, [name]), path: [...at, name] }, yaml);
}

function checkRuntime(driver: DriverName, delegate: Delegate, at: YamlPath, yaml: YamlFile): void {
  const expected = RUNTIME_OF[driver];
  if (delegate.runtime === expected) return;
  throw new UserError(
    'E_DEVICE_RUNTIME',
    `The driver "${driver}" runs ${expected}, but delegate "${delegate.name}" is for ${delegate.runtime}.`,
    {
      place: yaml.placeOf(at),
      remedies: [`give the device a delegate with  runtime: ${expected}`],
    },
  );
}

function defaultSoc(launch: Launch | undefined): string {
  if (launch?.kind === 'emulator') return launch.cpu;
  return launch?.kind === 'ssh' ? 'unknown' : 'host';
}
