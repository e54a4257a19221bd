import { metricDefinition } from '../../../../domain/metrics.ts';
import type { Verdict } from '../../../../domain/run-files.ts';
import { fromJsonNumber } from '../../../../domain/run-files.ts';

/**
 * How much of what a limit allows is used: 0 is none, 1 the limit, more is over. A share or a cosine that must be high uses what it
 * lacks to 1; decibels use noise, as amplitudes. Undefined where there is no amount to speak of: no number, or a limit of 0 that is met.
 */
export function limitUse({
  metric,
  actual,
  limit,
  operator,
}: Pick<Verdict, 'metric' | 'actual' | 'limit' | 'operator'>): number | undefined {
  if (actual === null || limit === null || operator === '==') return undefined;
  const [found, allowed] = [fromJsonNumber(actual), fromJsonNumber(limit)];
  if (Number.isNaN(found) || Number.isNaN(allowed)) return undefined;
  if (operator === '<=') return ratio(Math.abs(found), allowed);
  const unit = metricDefinition(metric)?.unit;
  if (unit === 'dB') return 10 ** ((allowed - found) / 20);
  if (unit === 'share' || unit === 'ratio') return ratio(1 - found, 1 - allowed);
  return ratio(allowed, found);
}

function ratio(used: number, allowed: number): number | undefined {
  if (allowed <= 0) return used > allowed ? Number.POSITIVE_INFINITY : undefined;
  return Math.max(0, used / allowed);
}
