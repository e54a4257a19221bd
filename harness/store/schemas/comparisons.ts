import { z } from 'zod';
import type { Comparison, Comparisons } from '../../domain/run-files.ts';
import {
  count,
  dtype,
  head,
  histograms,
  jsonNumber,
  metrics,
  sha256,
  shape,
  text,
  worstElement,
} from './parts.ts';

const answer = z.object({ class: z.number().int(), score: jsonNumber, margin: jsonNumber });

const decisions = z
  .object({
    samples: count,
    /** Beside the topK_* metrics of the task, which the catch-all takes. */
    classes: count.exactOptional(),
    top1_agreement: jsonNumber,
    flips: count,
    near_ties: count,
    labelled: count,
    accuracy: jsonNumber.exactOptional(),
    accuracy_reference: jsonNumber.exactOptional(),
    flipped: z.array(
      z.object({
        sample: text,
        reference: answer,
        candidate: answer,
        nearTie: z.boolean(),
        expected: count.exactOptional(),
      }),
    ),
  })
  .catchall(jsonNumber)
  .meta({ description: 'Decision metrics of a classification, and the samples whose answer changed.' });

const comparisonHead = { suite: text, case: text, target: text, tensor: text } as const;

const comparison = z.discriminatedUnion('status', [
  z.object({
    ...comparisonHead,
    status: z.literal('compared'),
    dtype,
    shape,
    identical: z.boolean(),
    digest: z.object({ reference: sha256, candidate: sha256 }),
    metrics,
    worst: worstElement.exactOptional(),
    worstElements: z.array(worstElement),
    histograms: histograms.exactOptional(),
    decisions: decisions.exactOptional(),
  }),
  z.object({ ...comparisonHead, status: z.literal('notComparable'), reason: text }),
]) as unknown as z.ZodType<Comparison>; // catchall cannot express the template-literal keys of Decisions

export const comparisonsSchema: z.ZodType<Comparisons> = z
  .object({ ...head('comparisons'), run: text, comparisons: z.array(comparison) })
  .meta({
    title: 'comparisons.json',
    description:
      'Per suite, case, target and tensor the metrics of the candidate against the reference. No verdict.',
  });
