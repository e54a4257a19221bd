import { z } from 'zod';
import type { Placements } from '../../domain/placement-summary.ts';
import { count, head, jsonNumber, text, texts } from './parts.ts';

const counts = z.record(text, count);

export const placementSchema: z.ZodType<Placements> = z
  .object({
    ...head('placement'),
    suites: z.array(
      z.object({
        suite: text,
        targets: z.array(
          z.object({
            target: text,
            requested: text,
            status: z.enum(['attested', 'unknown']),
            providers: counts,
            partitions: count,
            fallbacks: jsonNumber,
            operators: counts,
          }),
        ),
        fusions: z.array(z.object({ operator: text, nodes: texts, fired: texts, notFired: texts })),
        fusionsUnknown: text.exactOptional(),
      }),
    ),
  })
  .meta({
    title: 'placement.json',
    description:
      'Per suite and target, which provider ran the nodes, and which operators were fused on some targets only.',
  });
