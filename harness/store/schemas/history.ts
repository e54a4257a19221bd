import { z } from 'zod';
import type { Attribution } from '../../domain/attribution.ts';
import { ENVIRONMENT_FACTS } from '../../domain/history.ts';
import type { Trends } from '../../domain/trends.ts';
import { count, head, jsonNumber, text, texts } from './parts.ts';
import { status } from './verdicts.ts';

const suiteOnTarget = z.object({ suite: text, target: text });

export const attributionSchema: z.ZodType<Attribution> = z
  .object({
    ...head('attribution'),
    run: text,
    moved: z.array(
      suiteOnTarget.extend({
        before: text,
        by: z.enum(['answer', 'status']),
        tensors: texts,
        statusBefore: status.nullable(),
        statusNow: status.nullable(),
      }),
    ),
    unmoved: count,
    fresh: z.array(suiteOnTarget),
    lost: z.array(suiteOnTarget),
    causes: z.array(
      z.object({
        changes: z.array(
          z.object({
            of: z.enum(['target', 'reference']),
            fact: z.enum(ENVIRONMENT_FACTS),
            steps: z.array(z.object({ from: text, to: text })),
          }),
        ),
        movedChanged: count,
        movedTotal: count,
        unmovedChanged: count,
        unmovedTotal: count,
        phi: jsonNumber.nullable(),
      }),
    ),
    unexplained: z.array(suiteOnTarget),
  })
  .meta({
    title: 'attribution.json',
    description:
      'What moved since the runs before, and what changed with it, ranked by how well it splits the fleet.',
  });

export const trendsSchema: z.ZodType<Trends> = z
  .object({
    ...head('trends'),
    run: text,
    runs: z.array(z.object({ run: text, judgedAt: text })),
    series: z.array(
      z.object({
        suite: text,
        target: text,
        tensor: text,
        metric: text,
        values: z.array(jsonNumber.nullable()),
        changes: z.array(count),
      }),
    ),
    leftOut: count,
  })
  .meta({ title: 'trends.json', description: 'Metrics of what moved lately, over the last runs.' });
