import { z } from 'zod';
import type { Delegate, Runtime } from '../domain/device.ts';
import type { Place } from '../domain/user-error.ts';
import { UserError } from '../domain/user-error.ts';
import { checkShape, describeValue, valueAt } from './check-shape.ts';
import { didYouMean, quoteNames } from './nearest-name.ts';
import type { YamlFile, YamlPath } from './read-yaml.ts';
import { sessionConfigMistake } from './session-config-keys.ts';

/** A mapping of devices.yml and where it stands; `value` has the environment filled in. */
export interface PlacedValue {
  readonly value: unknown;
  readonly path: YamlPath;
}

const entries = z
  .record(z.string(), z.union([z.string(), z.number()], { error: 'text or a number' }))
  .optional();

const delegateShape = z.strictObject({
  runtime: z.enum(['onnxruntime-node', 'onnxruntime-web']),
  provider: z.string().min(1),
  threads: z.int().min(1).max(1024).optional(),
  optimization: z.enum(['disabled', 'basic', 'extended', 'all']).optional(),
  bundle: z.enum(['wasm', 'webgpu', 'all']).optional(),
  sessionConfig: entries,
  env: entries,
  optional: z.boolean().optional(),
});

const PROVIDERS: Readonly<Record<Runtime, readonly string[]>> = {
  'onnxruntime-node': ['cpu', 'webgpu', 'cuda', 'coreml', 'dml'],
  'onnxruntime-web': ['wasm', 'webgpu'],
};

/**
 * The delegate that a mapping describes, with its defaults: 1 thread, optimization all, and in a browser the bundle of its
 * provider. `overrides`, a device's own mapping for a delegate, replaces key by key what `base` says.
 */
export function readDelegate(
  name: string,
  base: PlacedValue | undefined,
  overrides: PlacedValue | undefined,
  yaml: YamlFile,
): Delegate {
  // Each key's mistake is told where that key was written, so both are checked alone before they are laid over one another.
  const partial = delegateShape.partial();
  const below =
    base &&
    checkShape(overrides ? partial : delegateShape, yaml, 'E_DEVICES_SHAPE', {
      at: base.path,
      value: base.value,
    });
  const schema = base ? partial : delegateShape;
  const above =
    overrides && checkShape(schema, yaml, 'E_DEVICES_SHAPE', { at: overrides.path, value: overrides.value });
  const shape = delegateShape.parse({ ...below, ...above });
  const placeOf = (key: string): Place => {
    const source = overrides && (!base || valueAt(overrides.value, [key]) !== undefined) ? overrides : base!;
    return yaml.placeOf([...source.path, key]);
  };

  const { runtime, provider } = shape;
  checkProvider(runtime, provider, placeOf('provider'));
  checkRuntimeKeys(runtime, shape, placeOf);
  const sessionConfig = toTexts(shape.sessionConfig);
  for (const key of Object.keys(sessionConfig)) {
    const mistake = sessionConfigMistake(key);
    if (!mistake) continue;
    const place = placeOfEntry(yaml, base, overrides, ['sessionConfig', key]);
    throw new UserError('E_DEVICE_SESSION_CONFIG', mistake.message, { place, remedies: mistake.remedies });
  }
  const bundle =
    runtime === 'onnxruntime-web' ? (shape.bundle ?? (provider === 'wasm' ? 'wasm' : 'webgpu')) : undefined;
  return {
    name,
    runtime,
    provider,
    threads: shape.threads ?? 1,
    optimization: shape.optimization ?? 'all',
    ...(bundle === undefined ? {} : { bundle }),
    sessionConfig,
    env: toTexts(shape.env),
    ...(shape.optional === undefined ? {} : { optional: shape.optional }),
  };
}

/** Refuses a provider that the runtime does not have: ONNX Runtime would drop it with a warning and run on the CPU. */
function checkProvider(runtime: Runtime, provider: string, place: Place): void {
  const known = PROVIDERS[runtime];
  if (known.includes(provider)) return;
  throw new UserError(
    'E_DEVICE_PROVIDER',
    `${runtime} has no provider ${describeValue(provider)}; it has: ${quoteNames(known)}.`,
    { place, remedies: didYouMean(provider, known) },
  );
}

function checkRuntimeKeys(
  runtime: Runtime,
  shape: z.infer<typeof delegateShape>,
  placeOf: (key: string) => Place,
): void {
  if (runtime === 'onnxruntime-node' && shape.bundle !== undefined) {
    throw new UserError(
      'E_DEVICE_DELEGATE',
      'A bundle is a build of onnxruntime-web; onnxruntime-node has none.',
      {
        place: placeOf('bundle'),
        remedies: ['take the bundle out, or write  runtime: onnxruntime-web'],
      },
    );
  }
  if (runtime === 'onnxruntime-web' && shape.env !== undefined) {
    throw new UserError('E_DEVICE_DELEGATE', 'A page in a browser has no environment variables.', {
      place: placeOf('env'),
      remedies: ['take env out, or write  runtime: onnxruntime-node'],
    });
  }
}

function placeOfEntry(
  yaml: YamlFile,
  base: PlacedValue | undefined,
  overrides: PlacedValue | undefined,
  path: YamlPath,
): Place {
  const source = overrides && valueAt(overrides.value, path) !== undefined ? overrides : (base ?? overrides!);
  return yaml.placeOf([...source.path, ...path]);
}

function toTexts(values: Readonly<Record<string, string | number>> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(values ?? {}).map(([key, value]) => [key, String(value)]));
}
