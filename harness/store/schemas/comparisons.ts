import { z } from 'zod';
import type { CaseComparison, Comparison, Comparisons } from '../../domain/run-files.ts';
import { comparisonsByTarget } from '../../domain/target-comparisons.ts';
import { listsOfTargets } from '../shared-lists.ts';
import { type Shared, whyNoSets } from '../shared-targets.ts';
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
import { targetOrTargets, targetSets, targetsOr } from './shared.ts';

const answer = z.object({ class: z.number().int(), score: jsonNumber, margin: jsonNumber });

export const flip = z.object({
  sample: text,
  reference: answer,
  candidate: answer,
  nearTie: z.boolean(),
  expected: count.exactOptional(),
});

export const decisions = z
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
    flipped: z.array(flip),
  })
  .catchall(jsonNumber)
  .meta({ description: 'Decision metrics of a classification, and the samples whose answer changed.' });

const compared = {
  case: text,
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
} as const;
const notComparable = { case: text, status: z.literal('notComparable'), reason: text } as const;
const whose = { suite: text, ...targetOrTargets, tensor: text } as const;

// The casts: catchall cannot express the template-literal keys of Decisions.
const comparison = z.discriminatedUnion('status', [
  z.object({ ...whose, ...compared }).meta(targetsOr('target')),
  z.object({ ...whose, ...notComparable }).meta(targetsOr('target')),
]) as unknown as z.ZodType<Comparison | Shared<Comparison>>;

export const caseComparison = z.discriminatedUnion('status', [
  z.object(compared),
  z.object(notComparable),
]) as unknown as z.ZodType<CaseComparison>;

export const comparisonsSchema: z.ZodType<Comparisons> = z
  .object({
    ...head('comparisons'),
    run: text,
    targetSets,
    comparisons: z.array(comparison),
  })
  .transform(({ targetSets, comparisons, ...head }, context): Comparisons => {
    const why = whyNoSets(targetSets, comparisons);
    if (why !== undefined) {
      context.addIssue({ code: 'custom', message: why });
      return z.NEVER;
    }
    if (targetSets === undefined) return { ...head, comparisons: comparisons as Comparison[] };
    const lists = listsOfTargets<Comparison>(targetSets, comparisons);
    return comparisonsByTarget(
      head,
      lists.map(({ suite, target, list }) => ({ suite, target, measured: list })),
    );
  })
  .meta({
    title: 'comparisons.json',
    description:
      'Per suite, case, target and tensor the metrics of the candidate against the reference. No verdict.',
  });
