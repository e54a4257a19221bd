import { attributionWords } from '../attribution-words.ts';
import type { ReportInput } from '../report-input.ts';
import { pairKey, type SuiteTarget } from '../suite-targets.ts';
import type { MovedHead, TrendLines } from './page-data.ts';

/** What moved since the runs before; undefined where nothing did, or no history keeps the run. */
export function movedHead(
  { attribution }: ReportInput,
  targets: readonly SuiteTarget[],
): MovedHead | undefined {
  if (attribution === undefined || attribution.moved.length === 0) return undefined;
  const indices = indicesOf(targets);
  return {
    sentences: attributionWords(attribution),
    targets: attribution.moved.flatMap((moved) => indices.get(pairKey(moved)) ?? []),
  };
}

/** Lines of what moved over the last runs, by target; undefined where no history keeps the run. */
export function trendLines({ trends }: ReportInput, targets: readonly SuiteTarget[]): TrendLines | undefined {
  if (trends === undefined) return undefined;
  const indices = indicesOf(targets);
  return {
    runs: trends.runs,
    leftOut: trends.leftOut,
    lines: trends.series.flatMap(({ suite, target, ...line }) => {
      const index = indices.get(pairKey({ suite, target }));
      return index === undefined ? [] : [{ target: index, ...line }];
    }),
  };
}

function indicesOf(targets: readonly SuiteTarget[]): ReadonlyMap<string, number> {
  return new Map(targets.map((target, index) => [pairKey(target), index]));
}
