import { z } from 'zod';
import type { ClassPairs } from '../../domain/run-files.ts';
import { caseComparison } from './comparisons.ts';
import { count, head, text } from './parts.ts';

const side = z.object({ id: text, digest: text });

export const classPairsSchema: z.ZodType<ClassPairs> = z
  .object({
    ...head('class-pairs'),
    run: text,
    pairs: z.array(
      z.object({
        suite: text,
        tensor: text,
        reference: side,
        candidate: side,
        comparisons: z.array(caseComparison),
      }),
    ),
    leftOut: z.array(z.object({ suite: text, tensor: text, pairs: count })),
  })
  .meta({
    title: 'class-pairs.json',
    description:
      'Classes of equivalence.json that differ from the reference, against each other. It informs; no verdict is made of it.',
  });
