import { z } from 'zod';
import type { Diff } from '../../domain/run-files.ts';
import { decisions } from './comparisons.ts';
import { dtype, head, histograms, metrics, shape, text, worstElement } from './parts.ts';
import { exitCode, status, verdict } from './verdicts.ts';

export const diffSchema: z.ZodType<Diff> = z
  .object({
    ...head('diff'),
    exitCode,
    tensors: z.array(
      z.object({
        tensor: text,
        status,
        dtype: dtype.nullable(),
        shape: shape.nullable(),
        reason: text.nullable(),
        metrics,
        worst: worstElement.nullable(),
        worstElements: z.array(worstElement).exactOptional(),
        histograms: histograms.exactOptional(),
        decisions: decisions.exactOptional(),
      }),
    ),
    verdicts: z.array(verdict).exactOptional(),
  })
  .meta({
    title: 'fleetdiff diff --json, compare --between … --json',
    description: 'Two files or folders of tensors, or two targets of a run, compared by name.',
  });
