import { metricDefinition } from '../../domain/metrics.ts';
import type { Verdict } from '../../domain/run-files.ts';
import { fromJsonNumber } from '../../domain/run-files.ts';
import { isWorse } from '../judge/measured.ts';

/** The worst that one limit let pass over some nights. */
export interface Observed {
  /** Of the rule in the budgets file. */
  readonly line: number;
  readonly metric: string;
  readonly worst: number;
  /** Where the worst was seen. */
  readonly run: string;
  readonly target: string;
}

/** What float metrics may move by from night to night and still be what was seen: a quarter. */
const MARGIN = 1.25;
const DIGITS = 2;

/**
 * The worst value that each limit of a budgets file decided on, over all nights. What a waiver or repeat noise let pass says nothing
 * about the limit; a metric whose worst is no number is left out.
 */
export function observedWorst(
  nights: readonly { readonly run: string; readonly verdicts: readonly Verdict[] }[],
  file: string,
): readonly Observed[] {
  const worst = new Map<string, Observed>();
  for (const { run, verdicts } of nights) {
    for (const { rule, metric, actual, status, noise, target } of verdicts) {
      if (rule.file !== file || rule.line === undefined || actual === null) continue;
      if (status !== 'PASS' && status !== 'WARN') continue;
      const key = `${rule.line}\0${metric}`;
      // Raised by noise: the rule itself was never asked.
      const value = noise === undefined ? fromJsonNumber(actual) : Number.NaN;
      const known = worst.get(key);
      if (known === undefined || isWorse(metric, value, known.worst))
        worst.set(key, { line: rule.line, metric, worst: value, run, target });
    }
  }
  return [...worst.values()].filter((each) => Number.isFinite(each.worst));
}

/**
 * A limit that what was seen keeps within, or undefined where the one that stands is as tight. Counts become the worst that was
 * seen; other numbers get a quarter of their distance to perfect on top, and two digits.
 */
export function tighterLimit(metric: string, limit: number, worst: number): number | undefined {
  const definition = metricDefinition(metric);
  if (definition === undefined || definition.good === 'informs') return undefined;
  const proposed = roundLoose(metric, proposedFor(definition.good, definition.unit, worst));
  return isWorse(metric, limit, proposed) ? proposed : undefined;
}

const COUNTS: ReadonlySet<string> = new Set([
  'steps',
  'ULP',
  'elements',
  'samples',
  'hashes',
  'nodes',
  'cases',
  'metrics',
  'targets',
]);

function proposedFor(good: 'low' | 'high' | 'magnitude', unit: string, worst: number): number {
  if (COUNTS.has(unit)) return good === 'magnitude' ? Math.abs(worst) : worst;
  if (good === 'magnitude') return Math.abs(worst) * MARGIN;
  if (good === 'low') return worst * MARGIN;
  // A share of 1 is perfect; decibels have no such end.
  return unit === 'dB' ? worst / MARGIN : 1 - (1 - worst) * MARGIN;
}

/** Two digits, never tighter than the number. */
function roundLoose(metric: string, value: number): number {
  if (value === 0 || Number.isInteger(value)) return value;
  const isHigh = metricDefinition(metric)?.good === 'high';
  const distance = isHigh && value < 1 && value > 0 ? 1 - value : value;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(distance))) - DIGITS + 1);
  const rounded = isHigh ? Math.floor(value / unit) * unit : Math.ceil(value / unit) * unit;
  // 0.30000000000000004 is written 0.3.
  return Number(rounded.toPrecision(12));
}
