import { z } from 'zod';
import type { Capture } from '../../domain/run-files.ts';
import {
  count,
  delegate,
  head,
  name,
  sha256,
  storedTensor,
  target,
  text,
  texts,
  versioned,
} from './parts.ts';

const captureHead = { ...head('capture'), suite: name, target, planHash: sha256, capturedAt: text } as const;

const deviceFacts = z.object({
  soc: text,
  arch: text,
  isa: texts,
  os: text,
  runtime: versioned,
  host: versioned,
  emulator: text.exactOptional(),
  adapter: text.exactOptional(),
  memoryBytes: count.exactOptional(),
});

const milliseconds = z.number().nonnegative();

export const placement = z
  .object({
    requested: text,
    status: z.enum(['attested', 'unknown']),
    nodes: z.array(z.object({ name: text, opType: text, provider: text })),
  })
  .meta({ description: "Which node ran on which provider, from the runtime's own profile." });

export const capturedCases = z
  .array(z.object({ case: text, repeats: z.array(z.array(storedTensor)) }))
  .meta({ description: 'Per case and repeat, in the order of the plan, every output.' });

const captured = z.object({
  ...captureHead,
  status: z.literal('captured'),
  provenance: z
    .object({
      device: deviceFacts,
      driver: versioned,
      delegate,
      modelSha256: sha256,
      inputsSha256: sha256,
      agentSha256: sha256,
      harness: z.object({ version: text }),
    })
    .meta({ description: 'What the bytes depend on.' }),
  placement,
  timings: z.object({
    sessionMs: milliseconds,
    loadMs: milliseconds,
    inferenceMs: milliseconds,
    jobMs: milliseconds,
  }),
  peakMemoryBytes: count.exactOptional(),
  cases: capturedCases,
});

export const captureSchema: z.ZodType<Capture> = z
  .discriminatedUnion('status', [
    captured,
    z.object({ ...captureHead, status: z.literal('failed'), reason: text, attempts: count }),
    z.object({ ...captureHead, status: z.literal('skipped'), reason: text, remedy: text }),
  ])
  .meta({
    title: 'captures/<device>.<delegate>/<suite>.json',
    description: 'The record of one suite on one target: what it answered, or why it did not.',
  });
