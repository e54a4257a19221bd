import type { Budgets, Waiver } from '../../domain/budgets.ts';
import type { DecidingRule, Verdict } from '../../domain/run-files.ts';
import { fromJsonNumber } from '../../domain/run-files.ts';
import { withinLimit } from './resolve-rule.ts';

/**
 * FAIL becomes WAIVED when one waiver that has not expired covers everything that fails and is no worse than the waiver's own
 * limit. A waiver that would have, and has expired or is exceeded, leaves FAIL and says so.
 * @param covers whether nothing is left over its limit once what the waiver matches is set aside
 */
export function applyWaivers(
  verdict: Verdict,
  budgets: Budgets | undefined,
  now: Date,
  covers: (waiver: Waiver) => boolean,
): Verdict {
  if (verdict.status !== 'FAIL') return verdict;
  const today = now.toISOString().slice(0, 10);
  const covering = (budgets?.waivers ?? []).filter(
    (waiver) => waiver.metrics.includes(verdict.metric) && covers(waiver),
  );
  const valid = covering.find((waiver) => today <= waiver.expires && isBounded(waiver, verdict));
  if (valid) return { ...verdict, status: 'WAIVED', waiver: { ...cite(valid), expired: false } };
  const other = covering[0];
  if (!other) return verdict;
  const expired = today > other.expires;
  const why = expired
    ? `the waiver expired on ${other.expires}`
    : `worse than what is waived: ${boundOf(other, verdict.metric)}`;
  return {
    ...verdict,
    message: [verdict.message, why].filter(Boolean).join('; '),
    waiver: { ...cite(other), expired },
  };
}

/** NaN is within no limit. */
function isBounded(waiver: Waiver, { metric, actual }: Verdict): boolean {
  const bound = boundOf(waiver, metric);
  return bound === undefined || withinLimit(metric, fromJsonNumber(actual ?? 'NaN'), bound);
}

function boundOf(waiver: Waiver, metric: string): number | undefined {
  return waiver.limits?.[metric]?.fail;
}

/** A waiver as verdicts and explanations name it. */
export function cite(waiver: Waiver): DecidingRule & { readonly owner: string; readonly expires: string } {
  const { file, line } = waiver.place;
  const { reason, owner, expires } = waiver;
  return { file, ...(line === undefined ? {} : { line }), reason, owner, expires };
}
