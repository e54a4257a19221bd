import { metricDefinition } from '../domain/metrics.ts';
import type { JsonNumber } from '../domain/run-files.ts';
import { fromJsonNumber } from '../domain/run-files.ts';

const DIGITS = 4;
const MOST_DIGITS = 17;

const SINGULAR: Readonly<Record<string, string>> = {
  steps: 'step',
  elements: 'element',
  samples: 'sample',
  hashes: 'hash',
  cases: 'case',
  metrics: 'metric',
  targets: 'target',
  nodes: 'node',
};

/** At most `digits` significant digits; integers up to a million in full; null is undefined for these tensors. */
export function formatNumber(value: JsonNumber | null, digits = DIGITS): string {
  if (value === null) return 'undefined';
  if (typeof value === 'string') return value;
  if (Object.is(value, -0)) return '-0';
  const magnitude = Math.abs(value);
  if (Number.isInteger(value) && magnitude < 1e6) return String(value);
  const rounded = Number(value.toPrecision(digits));
  if (magnitude < 1e-4 || magnitude >= 1e6) return rounded.toExponential();
  return String(rounded);
}

/** A share of 1 in percent; never rounded up to 100 % nor down to 0 %. */
export function formatShare(value: JsonNumber | null, digits = DIGITS): string {
  if (typeof value !== 'number') return formatNumber(value);
  if (value === 0) return `${formatNumber(value)} %`;
  for (let precision = digits; precision <= MOST_DIGITS; precision++) {
    const percent = Number((value * 100).toPrecision(precision));
    if ((percent !== 100 || value === 1) && percent !== 0) return `${formatNumber(percent, precision)} %`;
  }
  return `${formatNumber(value * 100, MOST_DIGITS)} %`;
}

/** A metric's value with its unit from the one table of metrics; an unknown metric is a plain number. */
export function formatMetric(metric: string, value: JsonNumber | null, digits = DIGITS): string {
  const unit = metricDefinition(metric)?.unit;
  if (value === null || unit === undefined || unit === 'value') return formatNumber(value, digits);
  if (unit === 'share') return formatShare(value, digits);
  if (unit === 'ratio') return formatRatio(value, digits);
  return `${formatNumber(value, digits)} ${value === 1 ? (SINGULAR[unit] ?? unit) : unit}`;
}

/** A cosine of 0.99999 is not 1. */
function formatRatio(value: JsonNumber, digits: number): string {
  if (typeof value !== 'number' || value === 1) return formatNumber(value);
  for (let precision = digits; precision < MOST_DIGITS; precision++) {
    if (Number(value.toPrecision(precision)) !== 1) return formatNumber(value, precision);
  }
  return formatNumber(value, MOST_DIGITS);
}

/** Both sides of a budget, with as many digits as it takes to see that they differ. */
export function formatActualAndLimit(
  metric: string,
  actual: JsonNumber | null,
  limit: JsonNumber | null,
): { actual: string; limit: string } {
  for (let digits = DIGITS; ; digits++) {
    const texts = {
      actual: formatMetric(metric, actual, digits),
      limit: formatMetric(metric, limit, digits),
    };
    if (actual === limit || texts.actual !== texts.limit || digits === MOST_DIGITS) return texts;
  }
}

/** As `formatActualAndLimit`, without the units that a metric's name says already: `max_steps 19`, not `19 steps`. */
export function formatBareActualAndLimit(
  metric: string,
  actual: JsonNumber | null,
  limit: JsonNumber | null,
): { actual: string; limit: string } {
  const texts = formatActualAndLimit(metric, actual, limit);
  const unit = metricDefinition(metric)?.unit;
  if (unit === undefined || unit === 'share') return texts;
  const bare = (text: string) => text.replace(/ [A-Za-z]+$/, '');
  return { actual: bare(texts.actual), limit: bare(texts.limit) };
}

/** How far the value is from its limit, in words; empty when there is nothing to compare. */
export function formatHeadroom(
  metric: string,
  actual: JsonNumber | null,
  limit: JsonNumber | null,
  operator: '<=' | '>=' | '==',
): string {
  if (actual === null || limit === null) return '';
  const found = fromJsonNumber(actual);
  const allowed = fromJsonNumber(limit);
  if (Number.isNaN(found)) return 'not a number';
  if (operator === '==') return found === allowed ? 'met' : 'not met';
  if (operator === '>=') {
    if (found >= allowed) return found === allowed ? 'at the limit' : `${gap(metric, found - allowed)} above`;
    return `${gap(metric, allowed - found)} below`;
  }
  // |value| is what a two-sided metric is judged by.
  const size = metricDefinition(metric)?.good === 'magnitude' ? Math.abs(found) : found;
  if (size === allowed) return 'at the limit';
  if (allowed <= 0 || !Number.isFinite(size)) return size < allowed ? 'within' : 'over';
  return size < allowed
    ? `${formatShare(1 - size / allowed, 2)} left`
    : `${formatNumber(size / allowed, 2)}× the limit`;
}

function gap(metric: string, difference: number): string {
  if (metricDefinition(metric)?.unit === 'share') return `${formatNumber(difference * 100, 2)} points`;
  return formatMetric(metric, Number.isFinite(difference) ? difference : 'Infinity', 2);
}

/** Milliseconds below a second, else seconds, else minutes. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  if (durationMs < 120_000) return `${(durationMs / 1000).toFixed(1)} s`;
  return `${(durationMs / 60_000).toFixed(1)} min`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KiB`;
  if (bytes < 1024 ** 3) return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
  return `${(bytes / 1024 ** 3).toFixed(2)} GiB`;
}

/** "1 target", "2 targets". */
export function count(n: number, singular: string, plural = `${singular}s`): string {
  return `${n} ${n === 1 ? singular : plural}`;
}
