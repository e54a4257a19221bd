import { metricDefinition } from '../../../domain/metrics.ts';
import type { JsonNumber, Verdict } from '../../../domain/run-files.ts';
import { overrun } from '../../findings.ts';

/** One metric of a finding that a waiver can cover. */
export interface WaivedMetric {
  readonly metric: string;
  /** The worst that was found. */
  readonly verdict: Verdict;
  /** How bad it may be: as found, rounded away from good to 4 digits; undefined for what no limit can hold, such as NaN. */
  readonly limit?: number;
}

/** What is over budget, waived or not: a waiver covers nothing else. */
export function waivedMetrics(verdicts: readonly Verdict[]): WaivedMetric[] {
  const worst = new Map<string, Verdict>();
  for (const verdict of verdicts) {
    if (verdict.status !== 'FAIL' && verdict.status !== 'WAIVED') continue;
    const known = worst.get(verdict.metric);
    if (known === undefined || overrun(verdict) > overrun(known)) worst.set(verdict.metric, verdict);
  }
  return [...worst].map(([metric, verdict]) => {
    const limit = waiverLimit(metric, verdict.actual);
    return { metric, verdict, ...(limit === undefined ? {} : { limit }) };
  });
}

const DIGITS = 4;

/** The value rounded to 4 significant digits, never to the better side; whole numbers stay as they are. */
export function waiverLimit(metric: string, actual: JsonNumber | null): number | undefined {
  if (typeof actual !== 'number') return undefined;
  const good = metricDefinition(metric)?.good;
  const value = good === 'magnitude' ? Math.abs(actual) : actual;
  if (Number.isInteger(value)) return value;
  const down = good === 'high';
  const rounded = Number(value.toPrecision(DIGITS));
  if (down ? rounded <= value : rounded >= value) return rounded;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - DIGITS + 1);
  return Number((down ? rounded - unit : rounded + unit).toPrecision(DIGITS));
}
