import type { TraceRow } from '../../../../domain/diagnosis.ts';
import type { Metrics } from '../../../../domain/run-files.ts';
import { fromJsonNumber } from '../../../../domain/run-files.ts';
import { formatNumber } from '../../../format-number.ts';

/** How the error along the graph may be measured, the best first where several fit. */
export const MEASURES = ['max_steps', 'sqnr_db', 'max_abs'] as const;
export type Measure = (typeof MEASURES)[number];

export const MEASURE_WORDS: Readonly<Record<Measure, string>> = {
  max_steps: 'largest error in quantization steps',
  sqnr_db: 'noise against signal in dB (−SQNR)',
  max_abs: 'largest |error|',
};

/** The measures that some differing tensor has; those that more of them have come first. */
export function measuresOf(trace: readonly TraceRow[]): readonly Measure[] {
  const seen = trace.flatMap(({ accumulated, intrinsic }) => [accumulated, intrinsic]);
  const covers = (measure: Measure) =>
    seen.filter((metrics) => Number.isFinite(levelOf(metrics, measure) ?? Number.NaN)).length;
  return MEASURES.map((measure) => ({ measure, n: covers(measure) }))
    .filter(({ n }) => n > 0)
    .sort((left, right) => right.n - left.n)
    .map(({ measure }) => measure);
}

/**
 * Height of an error in the chart: −sqnr_db in dB, else the decimal logarithm of the value. -Infinity: bit-identical, or no error
 * of this kind; +Infinity: no finite number; undefined: not seen, or the tensor has no such metric.
 */
export function levelOf(metrics: Metrics | null, measure: Measure): number | undefined {
  if (metrics === null) return undefined;
  if (metrics.identical === 1) return Number.NEGATIVE_INFINITY;
  const value = metrics[measure];
  if (value === undefined || value === null) return undefined;
  const number = fromJsonNumber(value);
  if (Number.isNaN(number)) return Number.POSITIVE_INFINITY;
  return measure === 'sqnr_db' ? -number : Math.log10(Math.abs(number));
}

export interface LevelScale {
  /** Where bit-identical tensors lie, below all others. */
  readonly ground: number;
  readonly high: number;
  /** Where errors that are no finite number lie; undefined when there are none. */
  readonly beyond?: number;
  readonly ticks: readonly number[];
}

/** @returns undefined when no level is a finite number */
export function levelScale(
  levels: readonly (number | undefined)[],
  measure: Measure,
): LevelScale | undefined {
  const finite = levels.filter((level): level is number => level !== undefined && Number.isFinite(level));
  if (finite.length === 0) return undefined;
  const step = measure === 'sqnr_db' ? 20 : 1;
  const least = finite.reduce((low, level) => Math.min(low, level));
  const most = finite.reduce((high, level) => Math.max(high, level));
  const low = Math.floor(least / step) * step;
  const top = Math.max(low + step, Math.ceil(most / step) * step);
  const beyond = levels.includes(Number.POSITIVE_INFINITY);
  const pad = (top - low) * 0.15;
  return {
    ground: low - pad,
    high: beyond ? top + pad : top,
    ...(beyond ? { beyond: top + pad } : {}),
    ticks: ticksOf(low, top, measure === 'sqnr_db' ? 20 : 1),
  };
}

const MOST_TICKS = 6;

function ticksOf(low: number, top: number, step: number): number[] {
  const steps = Math.round((top - low) / step);
  const stride = Math.ceil(steps / MOST_TICKS);
  const ticks: number[] = [];
  for (let n = 0; n <= steps; n += stride) ticks.push(low + n * step);
  // A single decade says more with marks inside.
  if (step === 1 && steps === 1) ticks.push(low + Math.log10(2), low + Math.log10(5));
  return ticks.sort((left, right) => left - right);
}

export function tickText(level: number, measure: Measure): string {
  if (measure === 'sqnr_db') return `${formatNumber(level)} dB`;
  return formatNumber(Number((10 ** level).toPrecision(3)));
}

/** Index of the row at `px` of a chart `width` wide with these margins. */
export function rowAt(
  px: number,
  width: number,
  rows: number,
  margins: { left: number; right: number },
): number {
  const inner = Math.max(1, width - margins.left - margins.right);
  const index = Math.floor(((px - margins.left) / inner) * rows);
  return Math.min(rows - 1, Math.max(0, index));
}

/** The rows that are drawn: all, or as many as fit around the first that differs. */
export function windowAround(rows: number, first: number, most: number): { start: number; end: number } {
  if (rows <= most) return { start: 0, end: rows };
  const start = Math.min(Math.max(0, first - Math.floor(most / 4)), rows - most);
  return { start, end: start + most };
}
