import { z } from 'zod';
import type { Plan } from '../../domain/run-files.ts';
import {
  count,
  delegate,
  dtype,
  filePath,
  head,
  name,
  sha256,
  storedTensor,
  target,
  text,
  texts,
} from './parts.ts';

const launch = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('host') }),
  z.object({
    kind: z.literal('emulator'),
    emulator: z.literal('qemu-user'),
    arch: z.enum(['x86_64', 'aarch64']),
    cpu: text,
  }),
  z.object({
    kind: z.literal('ssh'),
    destination: text,
    port: count.exactOptional(),
    identityFile: text.exactOptional(),
    knownHostsFile: text.exactOptional(),
    node: text.exactOptional(),
  }),
]);

const device = z.object({
  name,
  driver: z.enum(['soc', 'chromium']),
  launch: launch.exactOptional(),
  soc: text,
  tags: texts,
  optional: z.boolean(),
  delegates: z.array(delegate),
  capabilities: z.record(text, z.unknown()),
  place: z.object({ file: text, line: count.exactOptional() }),
});

const quantization = z
  .object({ scale: z.array(z.number()), zeroPoint: z.array(z.number()), axis: count.nullable() })
  .meta({ description: 'real = (q - zeroPoint) * scale; axis null: one scale for the whole tensor.' });

/** A dimension that the model leaves open is -1. */
const header = z.object({ name: text, dtype, shape: z.array(z.number().int().min(-1)) });

const reference = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('computed'), target }),
  z.object({
    kind: z.literal('golden'),
    origin: text,
    cases: z.array(z.object({ case: text, outputs: z.array(storedTensor) })),
  }),
  z.object({ kind: z.literal('target'), target }),
]);

const task = z.object({
  kind: z.literal('classification'),
  output: text,
  topK: z.array(count),
  batchAxis: count.exactOptional(),
  labels: texts.exactOptional(),
  expected: z.record(text, count).exactOptional(),
  preview: z.object({ input: text, as: z.literal('grayscale') }).exactOptional(),
});

const preview = z
  .object({
    input: text,
    as: z.enum(['grayscale', 'rgb', 'waveform', 'text']),
    layout: z.enum(['NCHW', 'NHWC']).exactOptional(),
    vocabulary: z.object({ sha256, bytes: count }).exactOptional(),
  })
  .meta({ description: 'How the report shows inputs to a person. A vocabulary has one token a line.' });

const plannedSuite = z.object({
  name,
  folder: text,
  model: z.object({
    path: text,
    sha256,
    bytes: count,
    facts: z.object({
      inputs: z.array(header),
      outputs: z.array(header.extend({ quantization: quantization.exactOptional() })),
      u8s8FullRange: z.boolean(),
      integerOperators: z.boolean(),
    }),
  }),
  cases: z.array(z.object({ name: text, inputs: z.array(storedTensor) })),
  reference,
  task: task.exactOptional(),
  preview: preview.exactOptional(),
  budgets: z
    .object({ path: filePath, text })
    .meta({ description: 'The budget file and its text on the day of the plan.' })
    .exactOptional(),
});

export const planSchema: z.ZodType<Plan> = z
  .object({
    ...head('plan'),
    run: text,
    createdAt: text,
    planHash: sha256,
    harness: z.object({ version: text }),
    repeats: count.min(1),
    suites: z.array(plannedSuite),
    devices: z.array(device),
    fleet: z.object({
      devices: texts,
      delegates: texts,
      socs: texts,
      tags: texts,
      targets: texts.exactOptional(),
    }),
    captures: z.array(
      z.object({
        suite: name,
        target,
        role: z.enum(['candidate', 'reference']),
        optional: z.boolean(),
      }),
    ),
    shard: z
      .object({ index: count.min(1), count: count.min(1) })
      .meta({ description: 'This run captures its own part of the plan only.' })
      .exactOptional(),
  })
  .meta({
    title: 'plan.json',
    description: 'The ledger of a run: every capture that must exist, written before any device is touched.',
  });
