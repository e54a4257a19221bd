import { z } from 'zod';
import type { Determinism } from '../../domain/run-files.ts';
import type { Shared } from '../shared-targets.ts';
import { count, head, jsonNumber, text, texts } from './parts.ts';
import { expanded, targetOrTargets, targetSets, targetsOr } from './shared.ts';
import { factor, variedFactor } from './stability.ts';

type Entry = Determinism['targets'][number];

const entriesOf =
  ({ targets: _, ...rest }: Shared<Entry>) =>
  (target: string): Entry => ({ ...rest, target });

export const determinismSchema: z.ZodType<Determinism> = z
  .object({
    ...head('determinism'),
    targetSets,
    targets: z.array(
      z
        .object({
          suite: text,
          ...targetOrTargets,
          repeats: count,
          tensors: z.array(
            z.object({ tensor: text, distinct_outputs: count, cases: texts, noise_max_abs: jsonNumber }),
          ),
          factors: z.array(variedFactor).exactOptional(),
          attributed: factor.nullable().exactOptional(),
        })
        .meta(targetsOr('target')),
    ),
  })
  .transform(({ targetSets, targets, ...rest }, context) => ({
    ...rest,
    targets: expanded<Entry>(targetSets, targets as (Entry | Shared<Entry>)[], entriesOf, context),
  }))
  .meta({
    title: 'determinism.json',
    description:
      'Per target, how many different outputs the repeats of one input gave, and what else was varied.',
  });
