import { z } from 'zod';
import type { Determinism } from '../../domain/run-files.ts';
import { count, head, jsonNumber, text, texts } from './parts.ts';
import { factor, variedFactor } from './stability.ts';

export const determinismSchema: z.ZodType<Determinism> = z
  .object({
    ...head('determinism'),
    targets: z.array(
      z.object({
        suite: text,
        target: text,
        repeats: count,
        tensors: z.array(
          z.object({ tensor: text, distinct_outputs: count, cases: texts, noise_max_abs: jsonNumber }),
        ),
        factors: z.array(variedFactor).exactOptional(),
        attributed: factor.nullable().exactOptional(),
      }),
    ),
  })
  .meta({
    title: 'determinism.json',
    description:
      'Per target, how many different outputs the repeats of one input gave, and what else was varied.',
  });
