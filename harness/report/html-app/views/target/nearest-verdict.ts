import { metricDefinition } from '../../../../domain/metrics.ts';
import type { Verdict } from '../../../../domain/run-files.ts';
import { overrun } from '../../../findings.ts';
import { limitUse } from '../tensor/headroom.ts';

/**
 * The verdict that says most of how near a tensor is to its limits: of those over a limit the furthest beyond, else the one that
 * uses most of what it is allowed. Counts that may not be anything (0 of at most 0, 1 hash of 1) say nothing while they are met.
 */
export function nearestVerdict(verdicts: readonly Verdict[]): Verdict | undefined {
  const judged = verdicts.filter(({ actual, limit }) => actual !== null && limit !== null);
  const over = judged.filter(({ status }) => status !== 'PASS');
  if (over.length > 0) return largest(over, overrun);
  const telling = judged.filter(({ metric }) => metricDefinition(metric)?.scope !== 'target');
  return largest(
    telling.filter((verdict) => limitUse(verdict) !== undefined),
    (verdict) => limitUse(verdict) ?? 0,
  );
}

function largest(verdicts: readonly Verdict[], sizeOf: (verdict: Verdict) => number): Verdict | undefined {
  return verdicts.reduce<Verdict | undefined>(
    (most, next) => (most === undefined || sizeOf(next) > sizeOf(most) ? next : most),
    undefined,
  );
}
