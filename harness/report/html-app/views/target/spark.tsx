import type { TrendPoint } from '../tensor/trend-points.ts';
import { sparkPath } from './spark-path.ts';

const WIDTH = 120;
const HEIGHT = 24;

/** A line over runs, small enough for a row. @param label absent: the words stand beside it */
export function Spark({
  points,
  label,
}: {
  readonly points: readonly TrendPoint[];
  readonly label?: string;
}) {
  const path = sparkPath(
    points.map(({ value }) => value),
    WIDTH,
    HEIGHT,
  );
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={label}
      aria-hidden={label === undefined}
    >
      <path d={path} />
    </svg>
  );
}
