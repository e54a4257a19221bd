import { z } from 'zod';
import type { Diagnosis, TargetDiagnosis } from '../../domain/diagnosis.ts';
import { count, dtype, head, metrics, shape, target, text, texts } from './parts.ts';

const traceRow = z.object({
  tensor: text,
  node: text,
  opType: text,
  nodes: texts,
  dtype,
  shape,
  accumulated: metrics.nullable(),
  intrinsic: metrics.nullable(),
  provider: text.exactOptional(),
});

const targetDiagnosis = {
  target,
  suite: text,
  case: text,
  observerEffect: z.enum(['none', 'perturbed']),
  way: z.enum(['taps', 'single-taps', 'replay']),
  nondeterministic: z.literal(true).exactOptional(),
  firstDivergence: z
    .object({ tensor: text, node: text, opType: text, index: count, of: count, metrics })
    .nullable(),
  trace: z.array(traceRow),
  findings: z.array(
    z.object({
      cause: text,
      confidence: z.number().min(0).max(1),
      title: text,
      node: text,
      evidence: texts,
      remedy: text,
      background: text,
    }),
  ),
  experiments: z.array(
    z.object({
      name: text,
      change: text,
      node: text,
      identical: z.boolean(),
      metrics,
      reason: text.exactOptional(),
    }),
  ),
  notes: texts,
};

const other: z.ZodType<TargetDiagnosis> = z.object(targetDiagnosis).meta({
  id: 'targetDiagnosis',
  description: 'What localize found of one suite on one target.',
});

export const diagnosisSchema: z.ZodType<Diagnosis> = z
  .object({ ...head('diagnosis'), run: text, ...targetDiagnosis, others: z.array(other) })
  .meta({
    title: 'diagnosis.json',
    description:
      'The first divergent tensor along the graph, what each node adds, and the likely causes; of the target that was localized last, with the others below it.',
  });
