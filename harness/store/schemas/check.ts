import { z } from 'zod';
import { CHECK_OUTCOMES, type ModelCheck } from '../../domain/model-check.ts';
import { flip } from './comparisons.ts';
import { count, dtype, head, jsonNumber, name, sha256, shape, target, text, texts } from './parts.ts';
import { decidingRule, exitCode, status } from './verdicts.ts';

const side = z.object({
  given: text,
  revision: text.exactOptional(),
  model: z.object({ path: text, sha256, bytes: count }),
  folder: text,
  run: text,
  reference: z.object({
    kind: z.enum(['golden', 'computed', 'target']),
    words: text,
    why: text.exactOptional(),
  }),
  captures: z.object({ planned: count, captured: count }),
  reused: z.array(z.object({ target, run: text })),
  exitCode,
});

const seen = z.object({ status, actual: jsonNumber.nullable() }).nullable();

const violation = z
  .object({
    id: text,
    case: text,
    tensor: text,
    metric: text,
    operator: z.enum(['<=', '>=', '==']),
    limit: jsonNumber.nullable(),
    base: seen,
    head: seen,
    rule: decidingRule,
    waiver: decidingRule.extend({ expired: z.boolean() }).exactOptional(),
    worse: z.literal(true).exactOptional(),
  })
  .meta({ id: 'checkedViolation', description: 'What one limit says of both models.' });

const share = z.number().nullable();

const checkedTarget = z.object({
  suite: name,
  target,
  outcome: z.enum(CHECK_OUTCOMES),
  newViolations: z.array(violation),
  accepted: z.array(violation),
  still: z.array(violation),
  fixed: z.array(violation),
  unknown: texts,
  skipped: text.exactOptional(),
  answers: z.array(z.object({ metric: text, base: share, head: share })),
  agreement: z
    .object({
      cases: count,
      identicalCases: count,
      samples: count,
      top1_agreement: z.number().exactOptional(),
      flips: count,
      near_ties: count,
      flipped: z.array(flip),
    })
    .exactOptional(),
  cause: z
    .object({
      cause: text,
      confidence: z.number().min(0).max(1),
      title: text,
      remedy: text,
      background: text,
      firstDivergence: z
        .object({ tensor: text, node: text, opType: text, index: count, of: count })
        .nullable(),
    })
    .exactOptional(),
});

const weight = z.object({
  initializer: text,
  change: z.enum(['changed', 'added', 'removed', 'reshaped']),
  dtype,
  shape,
  before: z.object({ dtype, shape }).exactOptional(),
  elements: count,
  changed: count,
  max_abs: jsonNumber.nullable(),
  bytes: count,
});

const counts = z.object({ base: count, head: count });

export const checkSchema: z.ZodType<ModelCheck> = z
  .object({
    ...head('check'),
    checkedAt: text,
    exitCode,
    suite: name,
    base: side,
    head: side,
    targets: z.array(checkedTarget),
    weights: z.array(weight),
    initializers: counts,
    nodes: counts,
    budgetsChanged: z.boolean(),
  })
  .meta({
    title: 'check.json',
    description: 'Two models on the same fleet: what head breaks, mends and leaves as it was.',
  });
