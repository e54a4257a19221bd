import type { Entry } from './encode-entries.ts';

/** Samples of a suite that a view shows the input of, worst entry first: those whose answer changed, and the worst cases of what does not pass. */
export function shownSamples(entries: readonly Entry[], suite: number): readonly string[] {
  const samples = entries
    .filter(({ head }) => head.suite === suite)
    .flatMap(({ comparisons, verdicts }) => [
      ...comparisons.flatMap((comparison) =>
        comparison.status === 'compared'
          ? (comparison.decisions?.flipped ?? []).map(({ sample }) => sample)
          : [],
      ),
      ...verdicts.flatMap(({ status, worst }) =>
        status === 'PASS' || worst === undefined ? [] : [worst.case],
      ),
    ]);
  return [...new Set(samples)].slice(0, MOST_SAMPLES);
}

const MOST_SAMPLES = 1000;
