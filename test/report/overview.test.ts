import { expect, test } from 'vitest';
import { overviewOf } from '../../harness/report/overview.ts';
import type { ReportInput } from '../../harness/report/report-input.ts';
import { DEFAULT_FLEET, type SampleTarget } from './sample-fleet.ts';
import { sampleRun, shippableRun } from './sample-run.ts';

const unwaived = ({ waiver: _, ...target }: SampleTarget): SampleTarget => target;
const failing = () =>
  sampleRun({
    fleet: DEFAULT_FLEET.filter((target) => target.capture !== 'failed').map(unwaived),
    exitCode: 1,
  });

test.for<[string, () => ReportInput, string]>([
  ['waived', shippableRun, 'May ship: yes, with 2 waived findings and 1 warning'],
  ['clean', () => sampleRun({ fleet: DEFAULT_FLEET.slice(0, 2), exitCode: 0 }), 'May ship: yes'],
  [
    'skipped',
    () => sampleRun({ fleet: DEFAULT_FLEET.slice(0, 3), exitCode: 0 }),
    'May ship: yes, with 1 skipped target',
  ],
  ['failing', failing, 'May ship: no, with 2 findings over budget'],
  ['incomplete', sampleRun, 'May ship: cannot tell, the run is incomplete (1 incomplete)'],
])('the verdict in words: %s', ([, build, expected]) => {
  expect(overviewOf(build()).sentence).toBe(expected);
});

test('no verdict is no pass, whatever exit code the file claims', () => {
  const run = shippableRun();
  const overview = overviewOf({ ...run, verdicts: { ...run.verdicts, verdicts: [], exitCode: 0 } });
  expect(overview.outcome).toBe('unknown');
  expect(overview.unjudged).toHaveLength(9);
});

test('one candidate without a verdict makes the outcome unknown', () => {
  const run = shippableRun();
  const verdicts = run.verdicts.verdicts.filter((verdict) => verdict.target !== 'chromium/wasm');
  const overview = overviewOf({ ...run, verdicts: { ...run.verdicts, verdicts } });
  expect(overview.sentence).toBe('May ship: cannot tell, the run is incomplete (1 not judged)');
});

test('coverage adds up to the plan; a capture without a file is missing', () => {
  const run = sampleRun();
  expect(overviewOf(run).coverage).toEqual({ planned: 11, captured: 9, failed: 1, skipped: 1, missing: 0 });
  const fewer = { ...run, captures: run.captures.slice(1) };
  expect(overviewOf(fewer).coverage).toEqual({ planned: 11, captured: 8, failed: 1, skipped: 1, missing: 1 });
});
