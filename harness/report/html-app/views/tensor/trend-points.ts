import { fromJsonNumber } from '../../../../domain/run-files.ts';
import { count, formatMetric } from '../../../format-number.ts';
import type { TrendLine, TrendLines } from '../../../page-data/page-data.ts';

/** One run of a line. */
export interface TrendPoint {
  readonly run: string;
  readonly at: Date;
  /** NaN where it has no finite number: the line has a gap. */
  readonly value: number;
  /** The value in words. */
  readonly text: string;
  /** Other bytes than in the run before. */
  readonly isChange: boolean;
}

export function trendPoints({ runs }: TrendLines, { metric, values, changes }: TrendLine): TrendPoint[] {
  const changed = new Set(changes);
  return runs.flatMap(({ run, judgedAt }, place) => {
    const value = values[place] ?? null;
    if (value === null) return [];
    const number = fromJsonNumber(value);
    return [
      {
        run,
        at: new Date(judgedAt),
        value: Number.isFinite(number) ? number : Number.NaN,
        text: formatMetric(metric, value),
        isChange: changed.has(place),
      },
    ];
  });
}

/** "0 → 1 step over 2 runs, other bytes in 1 of them". */
export function trendWords(points: readonly TrendPoint[]): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return 'no run has a number';
  const changes = points.filter(({ isChange }) => isChange).length;
  const far = farthest(points, first);
  const span =
    first.text !== last.text
      ? `${first.text} → ${last.text}`
      : far === undefined || far.text === first.text
        ? first.text
        : `${first.text}, ${far.text} in between,`;
  return `${span} over ${count(points.length, 'run')}, other bytes in ${changes} of them`;
}

/** The point that lies farthest from where the line began; from infinity, the least one. */
function farthest(points: readonly TrendPoint[], { value: from }: TrendPoint): TrendPoint | undefined {
  const wayOf = ({ value }: TrendPoint) => (Number.isFinite(from) ? Math.abs(value - from) : -value);
  return points
    .filter(({ value }) => Number.isFinite(value))
    .reduce<TrendPoint | undefined>(
      (most, next) => (most === undefined || wayOf(next) > wayOf(most) ? next : most),
      undefined,
    );
}
