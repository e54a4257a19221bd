import { expect, test } from 'vitest';
import type { Verdict } from '../../harness/domain/run-files.ts';
import { collectFindings } from '../../harness/report/findings.ts';
import { suiteTargets } from '../../harness/report/suite-targets.ts';
import { headline, referenceWords } from '../../harness/report/wording.ts';
import { DEFAULT_FLEET } from './sample-fleet.ts';
import { sampleRun } from './sample-run.ts';

/** The headline of a target whose only open verdict is this one. */
function headlineOf(verdict: Pick<Verdict, 'metric' | 'actual' | 'message'>): string {
  const run = sampleRun({ fleet: DEFAULT_FLEET.filter(({ device }) => device === 'cortex-a53') });
  const [like] = run.verdicts.verdicts;
  const baseline = {
    run: 'r-1',
    at: '2026-11-20T08:00:00.000Z',
    reason: 'looked at',
  };
  const only: Verdict = { ...like!, ...verdict, limit: 0, status: 'FAIL', tensor: 'logits', baseline };
  const targets = suiteTargets({ ...run, verdicts: { ...run.verdicts, verdicts: [only] } });
  return headline(collectFindings(targets)[0]!);
}

test.for([
  ['new_divergences', 1, 'x', '1 case no longer bit-identical with the reference since 2026-11-20'],
  ['changed_answers', 2, 'x', '2 cases changed since 2026-11-20'],
  ['worse_metrics', 1, 'max_abs 0 → 0.2', 'worse since 2026-11-20: max_abs 0 → 0.2'],
  ['class_changes', 1, 'no longer agrees with a/x', 'no longer agrees with a/x since 2026-11-20'],
  ['moved_nodes', 'NaN', 'no profile', 'moved_nodes NaN, allowed ≤ 0'],
] as const)('%s is told in words', ([metric, actual, message, words]) => {
  expect(headlineOf({ metric, actual, message })).toBe(words);
});

test('what was compared with reads as a part of a sentence', () => {
  const [suite] = sampleRun().plan.suites;
  const computed = { ...suite!, reference: { kind: 'computed', target: 'reference/cpu' } } as const;
  expect(`compared with ${referenceWords(computed)}`).toBe('compared with outputs computed by reference/cpu');
});
