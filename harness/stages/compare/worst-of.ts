import { metricDefinition } from '../../domain/metrics.ts';
import { type Decisions, fromJsonNumber, type JsonNumber, type Metrics } from '../../domain/run-files.ts';

/** Of every metric the value of the worst repeat: a target cannot pass on the luck of one. */
export function worstMetrics(all: readonly Metrics[]): Metrics {
  const [first, ...rest] = all;
  if (!first || rest.length === 0) return first ?? {};
  return Object.fromEntries(
    Object.keys(first).map((name) => [
      name,
      all.map((metrics) => metrics[name] ?? null).reduce(worseOf(name)),
    ]),
  );
}

/** The worst repeat's flips to look at, and of every decision metric its worst repeat. */
export function worstDecisions(all: readonly Decisions[]): Decisions | undefined {
  const [first, ...rest] = all;
  if (!first || rest.length === 0) return first;
  const numbers = worstMetrics(all.map(({ flipped: _, ...metrics }) => metrics as unknown as Metrics));
  const flipped = all
    .map((each) => each.flipped)
    .reduce((most, next) => (next.length > most.length ? next : most));
  return { ...first, ...numbers, flipped } as Decisions;
}

/** Which of two repeats is further from the reference: NaN and infinities out of place first, then the largest error; strings have neither. */
export function isFurther(left: Metrics, right: Metrics): boolean {
  for (const name of ['nonfinite_mismatch', 'max_abs', 'mismatch_fraction']) {
    const [l, r] = [sizeOf(left[name]), sizeOf(right[name])];
    if (l !== r) return l > r;
  }
  return false;
}

function sizeOf(value: JsonNumber | null | undefined): number {
  const size = fromJsonNumber(value ?? 'NaN');
  return Number.isNaN(size) ? Number.POSITIVE_INFINITY : size;
}

function worseOf(name: string) {
  const good = metricDefinition(name)?.good ?? 'informs';
  return (left: JsonNumber | null, right: JsonNumber | null): JsonNumber | null => {
    // What one repeat leaves undefined is undefined: no other repeat may answer for it.
    if (left === null || right === null) return null;
    if (left === 'NaN' || right === 'NaN') return 'NaN';
    const [l, r] = [fromJsonNumber(left), fromJsonNumber(right)];
    if (good === 'high') return r < l ? right : left;
    if (good === 'magnitude') return Math.abs(r) > Math.abs(l) ? right : left;
    return r > l ? right : left;
  };
}
