import { describe, expect, test } from 'vitest';
import { renderJunit } from '../../harness/report/junit.ts';
import { overviewOf } from '../../harness/report/overview.ts';
import type { ReportInput } from '../../harness/report/report-input.ts';
import { renderSarif } from '../../harness/report/sarif.ts';
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

describe('verdicts are held against what lies there', () => {
  const fine = shippableRun();

  test.for<[string, ReportInput, string]>([
    [
      'an exit code that its verdicts contradict',
      withVerdicts(fine, { exitCode: 0, add: 'INCOMPLETE' }),
      'incomplete',
    ],
    ['a failure beside an exit code of 0', withVerdicts(fine, { exitCode: 0, add: 'FAIL' }), 'May ship: no'],
    [
      'verdicts of another run',
      { ...fine, verdicts: { ...fine.verdicts, run: 'another' } },
      'of another run',
    ],
    ['captures that are gone', { ...fine, captures: [] }, 'captures that were judged are gone'],
    [
      'comparisons that are gone',
      { ...fine, comparisons: { ...fine.comparisons, comparisons: [] } },
      'comparisons.json is not what was judged',
    ],
    [
      'comparisons of another run',
      { ...fine, comparisons: { ...fine.comparisons, run: 'another' } },
      'comparisons.json is not what was judged',
    ],
    [
      'a capture that is younger',
      { ...fine, verdicts: { ...fine.verdicts, judgedAt: '2026-11-22T13:05:30Z' } },
      'captured after it was judged',
    ],
  ])('%s: not shipped', ([, input, words]) => {
    const { outcome, sentence } = overviewOf(input);
    expect(outcome).not.toBe('ship');
    expect(sentence).toContain(words);
  });

  test('untouched it may ship', () => {
    expect(overviewOf(fine).outcome).toBe('ship');
  });
});

function withVerdicts(
  input: ReportInput,
  change: { exitCode: 0 | 1 | 3; add: 'INCOMPLETE' | 'FAIL' },
): ReportInput {
  const [first] = input.verdicts.verdicts;
  const added = { ...first!, id: 'v-added', metric: 'capture', status: change.add };
  return {
    ...input,
    verdicts: { ...input.verdicts, exitCode: change.exitCode, verdicts: [...input.verdicts.verdicts, added] },
  };
}

test('a run of which nothing can be told is an error to whoever reads JUnit or SARIF only', () => {
  const input = { ...shippableRun(), captures: [] };
  expect(renderJunit(input)).toMatch(/errors="[1-9]/);
  expect(renderJunit(input)).toContain('captures that were judged are gone');
  const sarif = JSON.parse(renderSarif(input)) as { runs: { results: { level: string }[] }[] };
  expect(sarif.runs[0]!.results[0]!.level).toBe('error');
});
