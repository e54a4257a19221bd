import { z } from 'zod';
import type { Equivalence } from '../../domain/run-files.ts';
import { head, text, texts } from './parts.ts';

const equivalenceClass = z
  .object({ id: text, digest: text, targets: texts, reference: z.boolean() })
  .meta({ id: 'equivalenceClass', description: 'Targets with bit-identical outputs over all cases.' });

export const equivalenceSchema: z.ZodType<Equivalence> = z
  .object({
    ...head('equivalence'),
    suites: z.array(
      z.object({
        suite: text,
        tensors: z.array(z.object({ tensor: text, classes: z.array(equivalenceClass) })),
        overall: z.array(equivalenceClass),
      }),
    ),
  })
  .meta({
    title: 'equivalence.json',
    description: 'Per suite and tensor, which targets answered alike to the bit.',
  });
