import { expect, test } from 'vitest';
import type { Verdict } from '../../harness/domain/run-files.ts';
import { collectFindings, overrun } from '../../harness/report/findings.ts';
import { suiteTargets } from '../../harness/report/suite-targets.ts';
import { DEFAULT_FLEET } from './sample-fleet.ts';
import { sampleRun } from './sample-run.ts';

const findingsOf = (input: ReturnType<typeof sampleRun>) => collectFindings(suiteTargets(input));

test('worst first: by status, then by the share of answers that change', () => {
  expect(findingsOf(sampleRun()).map((finding) => [finding.status, finding.of.target])).toEqual([
    ['INCOMPLETE', 'nehalem/cpu'],
    ['WAIVED', 'chromium/webgpu-jsep'],
    ['WAIVED', 'haswell/cpu'],
    ['WARN', 'chromium/webgpu'],
    ['SKIPPED', 'workstation/webgpu'],
  ]);
});

test('more changed answers are worse than a larger error', () => {
  const haswell = DEFAULT_FLEET.find((target) => target.device === 'haswell')!;
  const { flips: _, ...base } = haswell;
  const fleet = [
    { ...base, device: 'large-error', maxSteps: 500, flipCount: 1 },
    { ...base, device: 'many-flips', maxSteps: 5, flipCount: 50 },
  ];
  expect(findingsOf(sampleRun({ fleet })).map((finding) => finding.of.target)).toEqual([
    'many-flips/cpu',
    'large-error/cpu',
  ]);
});

test('the order does not depend on the order of the verdicts', () => {
  const run = sampleRun({ fleet: DEFAULT_FLEET.toReversed() });
  expect(findingsOf(run).map((finding) => finding.of.target)).toEqual(
    findingsOf(sampleRun()).map((finding) => finding.of.target),
  );
});

test('several metrics of one tensor are one finding; what passes is none', () => {
  const haswell = findingsOf(sampleRun()).find((finding) => finding.of.target === 'haswell/cpu')!;
  expect(haswell.verdicts.map((verdict) => verdict.metric)).toEqual(['max_steps', 'top1_agreement']);
});

test('of many cases that break one limit the worst speaks', () => {
  const run = sampleRun();
  const [verdict] = run.verdicts.verdicts.filter((own) => own.target === 'haswell/cpu');
  const verdicts = [3, 19, 7].map((actual, n) => ({ ...verdict!, case: `case-${n}`, actual }));
  const [finding] = findingsOf({ ...run, verdicts: { ...run.verdicts, verdicts } });
  expect(finding!.verdicts.map((own) => own.actual)).toEqual([19]);
});

test('verdicts without a number are all kept: each has a message of its own', () => {
  const run = sampleRun();
  const [verdict] = run.verdicts.verdicts.filter((own) => own.target === 'nehalem/cpu');
  const verdicts = ['shape', 'dtype'].map((message) => ({ ...verdict!, message }));
  const [finding] = findingsOf({ ...run, verdicts: { ...run.verdicts, verdicts } });
  expect(finding!.verdicts.map((own) => own.message)).toEqual(['shape', 'dtype']);
});

test('a verdict on a pair that the plan does not name is shown all the same', () => {
  const run = sampleRun({ fleet: DEFAULT_FLEET.slice(0, 1) });
  const stray = sampleRun().verdicts.verdicts.filter((own) => own.target === 'haswell/cpu');
  const targets = suiteTargets({ ...run, verdicts: { ...run.verdicts, verdicts: stray } });
  expect(targets.map((target) => target.target)).toEqual(['workstation/cpu', 'haswell/cpu']);
});

test.for<[Verdict['actual'], Verdict['limit'], Verdict['operator'], number]>([
  [19, 2, '<=', 8.5],
  [1, 2, '<=', -0.5],
  [-4, 2, '<=', 1],
  [0.985, 1, '>=', 0.015],
  ['NaN', 2, '<=', Number.POSITIVE_INFINITY],
  ['Infinity', 'Infinity', '>=', 0],
  [null, null, '==', 0],
])('overrun of %j against %j %s', ([actual, limit, operator, expected]) => {
  const [verdict] = sampleRun().verdicts.verdicts;
  expect(overrun({ ...verdict!, actual, limit, operator })).toBeCloseTo(expected, 12);
});
