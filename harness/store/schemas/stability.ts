import { z } from 'zod';
import { FACTORS, type Stability, type VariedFactor } from '../../domain/stability.ts';
import { count, head, jsonNumber, name, sha256, target, text } from './parts.ts';

export const factor = z.enum(FACTORS).meta({ id: 'factor' });

const triedValue = z.discriminatedUnion('status', [
  z.object({ value: text, status: z.literal('ran'), sha256 }),
  z.object({ value: text, status: z.literal('failed'), reason: text }),
]);

export const variedFactor: z.ZodType<VariedFactor> = z
  .discriminatedUnion('status', [
    z.object({
      factor,
      status: z.literal('varied'),
      values: z.array(triedValue),
      distinct_outputs: count,
      noise_max_abs: jsonNumber,
    }),
    z.object({ factor, status: z.literal('notVaried'), reason: text }),
  ])
  .meta({ id: 'variedFactor', description: 'What was varied on a target, and whether its answer changed.' });

export const stabilitySchema: z.ZodType<Stability> = z
  .object({
    ...head('stability'),
    suite: name,
    target,
    planHash: sha256,
    case: text,
    samples: count.nullable(),
    factors: z.array(variedFactor),
    attributed: factor.nullable(),
  })
  .meta({
    title: 'stability/<device>.<delegate>/<suite>.json',
    description:
      'One case on one target under other repeats, sessions, batch positions, thread counts and optimization: the smallest that changes the answer.',
  });
