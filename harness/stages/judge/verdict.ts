import { metricDefinition } from '../../domain/metrics.ts';
import type { DecidingRule, JsonNumber, Status, Verdict } from '../../domain/run-files.ts';
import { toJsonNumber } from '../../domain/run-files.ts';
import { verdictId } from '../../domain/verdict-id.ts';
import { type ResolvedLimit, withinLimit } from './resolve-rule.ts';

/** What a verdict is about. */
export interface VerdictSubject {
  readonly suite: string;
  readonly case: string;
  readonly target: string;
  readonly tensor: string;
  readonly metric: string;
}

/** PASS, WARN or FAIL by the bounds of one rule. */
export function judgeValue(subject: VerdictSubject, actual: number, resolved: ResolvedLimit): Verdict {
  const { fail, warn } = resolved.limit;
  const fails = fail !== undefined && !withinLimit(subject.metric, actual, fail);
  const warns = warn !== undefined && !withinLimit(subject.metric, actual, warn);
  const status: Status = fails ? 'FAIL' : warns ? 'WARN' : 'PASS';
  const limit = status === 'WARN' ? warn : (fail ?? warn);
  return {
    id: verdictId(subject),
    ...subject,
    actual: toJsonNumber(actual),
    limit: limit === undefined ? null : toJsonNumber(limit),
    operator: metricDefinition(subject.metric)?.good === 'high' ? '>=' : '<=',
    status,
    rule: resolved.rule,
  };
}

/** A verdict that no number decides: an absent capture, a pair that cannot be compared. */
export function stateVerdict(
  subject: VerdictSubject,
  status: Status,
  message: string,
  reason: string,
): Verdict {
  const rule: DecidingRule = { file: 'built-in', reason };
  const none: JsonNumber | null = null;
  return {
    id: verdictId(subject),
    ...subject,
    actual: none,
    limit: none,
    operator: '==',
    status,
    message,
    rule,
  };
}
