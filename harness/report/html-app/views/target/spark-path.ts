/** Space around the line, so that its ends are not cut. */
const INSET = 2;

/**
 * The SVG path of a line over runs, as steps from the least to the greatest value; a level line lies on the ground. NaN is a gap.
 * @param values oldest first
 */
export function sparkPath(values: readonly number[], width: number, height: number): string {
  const finite = values.filter(Number.isFinite);
  const least = finite.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
  const greatest = finite.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
  const span = greatest - least;
  const step = (width - 2 * INSET) / values.length;
  const round = (value: number) => Math.round(value * 10) / 10;
  const levelOf = (value: number) =>
    round(height - INSET - (span > 0 ? (value - least) / span : 0) * (height - 2 * INSET));
  let path = '';
  let isOpen = false;
  for (const [place, value] of values.entries()) {
    if (!Number.isFinite(value)) {
      isOpen = false;
      continue;
    }
    const [from, until, level] = [
      round(INSET + place * step),
      round(INSET + (place + 1) * step),
      levelOf(value),
    ];
    path += `${isOpen ? `V${level}` : `M${from} ${level}`}H${until}`;
    isOpen = true;
  }
  return path;
}
