import { z } from 'zod';
import type { Baseline, BaselineAnswer } from '../../domain/baseline.ts';
import { count, head, jsonNumber, name, sha256, target, text, texts } from './parts.ts';
import { approvedRun } from './verdicts.ts';

const answerId = z.string().regex(/^[0-9a-f]{32}$/, '32 hex digits');

export const baselineSchema: z.ZodType<Baseline> = z
  .object({
    ...head('baseline'),
    suite: name,
    target,
    environment: z.object({
      id: z.string().regex(/^[A-Za-z0-9_-]{1,60}$/, 'an architecture, "-" and six hex digits'),
      arch: text,
      isa: texts,
      emulator: text,
      adapter: text,
    }),
    approved: approvedRun,
    modelSha256: sha256,
    inputsSha256: sha256,
    placement: z.object({
      requested: text,
      status: z.enum(['attested', 'unknown']),
      nodes: z.array(z.object({ provider: text, count })),
    }),
    answers: z.array(z.object({ tensor: text, answer: answerId })),
  })
  .meta({
    title: 'baselines/<suite>/<device>.<delegate>@<class>.json',
    description: 'What a person approved of one suite on one target, in one class of environments.',
  });

export const baselineAnswerSchema: z.ZodType<BaselineAnswer> = z
  .object({
    ...head('baseline-answer'),
    suite: name,
    tensor: text,
    cases: z.array(z.object({ case: text, reference: sha256, answers: texts, identical: z.boolean() })),
    metrics: z.array(z.object({ metric: text, value: jsonNumber })),
  })
  .meta({
    title: 'baselines/<suite>/answers/<id>.json',
    description: 'An approved answer to one tensor; its id is the SHA-256 over its content.',
  });
