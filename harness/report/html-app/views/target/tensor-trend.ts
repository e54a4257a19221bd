import { count } from '../../../format-number.ts';
import type { TrendLine, TrendLines } from '../../../page-data/page-data.ts';
import type { TrendPoint } from '../tensor/trend-points.ts';
import type { TensorRow } from './tensor-rows.ts';

/** The line of the metric that is nearest to its limit, else the tensor's first one; undefined where nothing moved. */
export function lineOfTensor(
  { lines }: TrendLines,
  target: number,
  { tensor, metric }: Pick<TensorRow, 'tensor' | 'metric'>,
): TrendLine | undefined {
  const own = lines.filter((line) => line.target === target && line.tensor === tensor);
  return own.find((line) => line.metric === metric) ?? own[0];
}

/** "max_steps over 3 runs: first 0 steps, last 1 step, least 0 steps, greatest 1 step". */
export function sparkWords(metric: string, points: readonly TrendPoint[]): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return `${metric}: no run has a number`;
  const finite = points.filter(({ value }) => Number.isFinite(value));
  const by = (isBetter: (one: number, other: number) => boolean) =>
    finite.reduce<TrendPoint>(
      (best, next) => (isBetter(next.value, best.value) ? next : best),
      finite[0] ?? first,
    );
  const least = by((one, other) => one < other);
  const greatest = by((one, other) => one > other);
  return `${metric} over ${count(points.length, 'run')}: first ${first.text}, last ${last.text}, least ${least.text}, greatest ${greatest.text}`;
}

/** undefined: nothing can be said, as lines were left out or no earlier run is kept. */
export function stillWords({ runs, leftOut }: TrendLines): string | undefined {
  if (leftOut > 0 || runs.length < 2) return undefined;
  return `no change in the last ${runs.length} runs`;
}
