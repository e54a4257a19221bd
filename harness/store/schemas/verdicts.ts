import { z } from 'zod';
import type { Verdicts } from '../../domain/run-files.ts';
import { STATUSES } from '../../domain/run-files.ts';
import { count, head, jsonNumber, text, worstElement } from './parts.ts';

export const status = z.enum(STATUSES);
export const exitCode = z.union([z.literal(0), z.literal(1), z.literal(3)]);

export const decidingRule = z.object({
  file: text,
  line: count.exactOptional(),
  reason: text,
  owner: text.exactOptional(),
  expires: text.exactOptional(),
});

export const approvedRun = z.object({ run: text, at: text, reason: text });

export const verdict = z
  .object({
    id: text,
    suite: text,
    case: text,
    target: text,
    tensor: text,
    metric: text,
    actual: jsonNumber.nullable(),
    limit: jsonNumber.nullable(),
    operator: z.enum(['<=', '>=', '==']),
    status,
    message: text.exactOptional(),
    worst: worstElement.extend({ case: text }).exactOptional(),
    rule: decidingRule,
    noise: z.object({ factor: z.number(), noise_max_abs: z.number(), ruleLimit: z.number() }).exactOptional(),
    baseline: approvedRun.exactOptional(),
    waiver: decidingRule.extend({ expired: z.boolean() }).exactOptional(),
  })
  .meta({ id: 'verdict', description: 'What one budget rule says about one comparison.' });

export const verdictsSchema: z.ZodType<Verdicts> = z
  .object({
    ...head('verdicts'),
    run: text,
    judgedAt: text,
    summary: z.object({
      pass: count,
      warn: count,
      waived: count,
      fail: count,
      incomplete: count,
      notComparable: count,
      skipped: count,
    }),
    exitCode,
    verdicts: z.array(verdict),
  })
  .meta({ title: 'verdicts.json', description: 'Every verdict of a run, with the rule that decided.' });
