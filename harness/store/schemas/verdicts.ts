import { z } from 'zod';
import type { Verdict, Verdicts } from '../../domain/run-files.ts';
import { STATUSES } from '../../domain/run-files.ts';
import { verdictsByTarget } from '../../domain/verdicts-by-target.ts';
import { listsOfTargets } from '../shared-lists.ts';
import { type Shared, whyNoSets } from '../shared-targets.ts';
import { count, head, jsonNumber, text, worstElement } from './parts.ts';
import { targetOrTargets, targetSets, targetsOr } from './shared.ts';

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

const said = {
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
} as const;

export const verdict = z
  .object({ id: text, suite: text, case: text, target: text, ...said })
  .meta({ id: 'verdict', description: 'What one budget rule says about one comparison.' });

/** Of several targets it has no id: each target's follows from what it is about (verdict-id.ts). */
const oneOrShared = z
  .object({ id: text.exactOptional(), suite: text, case: text, ...targetOrTargets, ...said })
  .meta({
    description: 'What one budget rule says about one comparison, or the same one of several targets.',
    ...targetsOr('id', 'target'),
  });

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
    targetSets,
    verdicts: z.array(oneOrShared),
  })
  .transform(({ targetSets, verdicts, ...head }, context): Verdicts => {
    const why = whyNoSets(targetSets, verdicts) ?? whyNoIds(verdicts);
    if (why !== undefined) {
      context.addIssue({ code: 'custom', message: why });
      return z.NEVER;
    }
    if (targetSets === undefined) return { ...head, verdicts: verdicts as Verdict[] };
    const lists = listsOfTargets<Verdict>(targetSets, verdicts as (Verdict | Shared<Verdict>)[]);
    return verdictsByTarget(
      head,
      lists.map(({ suite, target, list }) => ({ suite, target, said: list })),
    );
  })
  .meta({ title: 'verdicts.json', description: 'Every verdict of a run, with the rule that decided.' });

function whyNoIds(
  verdicts: readonly { readonly id?: string; readonly target?: string }[],
): string | undefined {
  const isOdd = verdicts.some(({ id, target }) => (id === undefined) !== (target === undefined));
  return isOdd ? 'a verdict of one target has an id, one of several has none' : undefined;
}
