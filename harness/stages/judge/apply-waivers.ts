import type { Budgets, Waiver } from '../../domain/budgets.ts';
import type { Verdict } from '../../domain/run-files.ts';
import type { Matches, Subject } from './resolve-rule.ts';

/**
 * FAIL becomes WAIVED when one waiver that has not expired covers the metric and every subject that fails. A waiver that
 * would have, and has expired, leaves FAIL and says so.
 */
export function applyWaivers(
  verdict: Verdict,
  failing: readonly Subject[],
  budgets: Budgets | undefined,
  now: Date,
  matches: Matches,
): Verdict {
  if (verdict.status !== 'FAIL') return verdict;
  const covering = (budgets?.waivers ?? []).filter(
    (waiver) =>
      waiver.metrics.includes(verdict.metric) && failing.every((subject) => matches(waiver.match, subject)),
  );
  const today = now.toISOString().slice(0, 10);
  const valid = covering.find((waiver) => today <= waiver.expires);
  if (valid) return { ...verdict, status: 'WAIVED', waiver: { ...cite(valid), expired: false } };
  const expired = covering[0];
  if (!expired) return verdict;
  return {
    ...verdict,
    message: [verdict.message, `the waiver expired on ${expired.expires}`].filter(Boolean).join('; '),
    waiver: { ...cite(expired), expired: true },
  };
}

/** A waiver as verdicts and explanations name it. */
export function cite(waiver: Waiver) {
  const { file, line } = waiver.place;
  return {
    file,
    ...(line === undefined ? {} : { line }),
    reason: waiver.reason,
    owner: waiver.owner,
    expires: waiver.expires,
  };
}
