import { z } from 'zod';
import { PLAIN_NAME, PLAIN_TARGET } from '../../domain/plain-name.ts';
import { DTYPES } from '../../domain/tensor.ts';

/** What the schemas of the run files are made of. A part with an `id` is a definition of its own in the JSON Schemas. */

export const count = z.number().int().nonnegative();
export const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a lower-case sha256')
  .meta({ id: 'sha256', description: 'SHA-256 over raw bytes, lower-case hex.' });
export const jsonNumber = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]).meta({
  id: 'jsonNumber',
  description: 'A number; those that JSON cannot hold are spelled.',
});
export const text = z.string();
export const texts = z.array(text);
const dictionary = z.record(text, text);
/** Names become paths: those of config/check-fleet-names.ts and no others, whoever wrote the file. */
export const name = z
  .string()
  .regex(PLAIN_NAME, 'letters, digits, ".", "-" and "_", led by a letter or digit');
export const target = z
  .string()
  .regex(PLAIN_TARGET, 'device/delegate')
  .meta({ id: 'target', description: 'device/delegate' });
export const filePath = z
  .string()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  .regex(/^[^\u0000-\u001f\u007f-\u009f]+$/, 'a path without control characters');

export const dtype = z.enum(DTYPES).meta({ id: 'dtype' });
export const shape = z.array(count);
export const storedTensor = z.object({ name: text, dtype, shape, sha256, bytes: count }).meta({
  id: 'storedTensor',
  description: 'A tensor whose bytes lie in blobs/<first two digits>/<sha256>, little-endian in C order.',
});
export const versioned = z.object({ name: text, version: text });

export const delegate = z
  .object({
    name,
    runtime: z.enum(['onnxruntime-node', 'onnxruntime-web']),
    provider: text,
    threads: count,
    optimization: z.enum(['disabled', 'basic', 'extended', 'all']),
    bundle: z.enum(['wasm', 'webgpu', 'all']).exactOptional(),
    sessionConfig: dictionary,
    env: dictionary,
    optional: z.boolean().exactOptional(),
  })
  .meta({ id: 'delegate', description: 'How a device runs the model.' });

export const metrics = z
  .record(text, jsonNumber.nullable())
  .meta({ id: 'metrics', description: 'By name, see docs/metrics.md; null: undefined for these tensors.' });

export const worstElement = z
  .object({
    index: z.array(count),
    reference: z.union([jsonNumber, text]),
    candidate: z.union([jsonNumber, text]),
  })
  .meta({ id: 'worstElement', description: 'The element furthest from the reference.' });

const bins = z.array(z.tuple([z.number().int(), count]));

export const histograms = z
  .object({
    error: z.object({ zero: count, decades: bins }),
    ulp: z.object({ zero: count, octaves: bins }).exactOptional(),
    steps: bins.exactOptional(),
  })
  .meta({
    id: 'histograms',
    description:
      'How the finite elements spread. Decades: [k, n] says that n elements have 10^k <= |error| < 10^(k+1). Octaves: 2^k <= ' +
      'ULP distance < 2^(k+1). Steps: [s, n] of signed quantization steps; the outermost bins hold what is beyond too.',
  });

/** What every run file begins with. */
export function head<const Kind extends string>(kind: Kind) {
  return {
    schemaVersion: z.literal(1).meta({ description: 'A newer version is refused.' }),
    kind: z.literal(kind),
  } as const;
}
