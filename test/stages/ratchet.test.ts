import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { metricDefinition } from '../../harness/domain/metrics.ts';
import type { Plan, Status, Verdict, Verdicts } from '../../harness/domain/run-files.ts';
import { openBudgetsText } from '../../harness/stages/ratchet/edit-budgets.ts';
import { lineDiff } from '../../harness/stages/ratchet/line-diff.ts';
import { observedWorst, tighterLimit } from '../../harness/stages/ratchet/propose.ts';
import { proposeRatchet } from '../../harness/stages/ratchet.ts';
import { runPaths } from '../../harness/store/run-folder.ts';
import { BUDGETS, copyRecording, judged, type Recording } from '../recorded-runs/recording.ts';

const verdict = (line: number, metric: string, actual: number, more: Partial<Verdict> = {}): Verdict => ({
  id: 'v-1',
  suite: 's',
  case: '*',
  target: 'a/x',
  tensor: 'y',
  metric,
  actual,
  limit: 9,
  operator: '<=',
  status: 'PASS',
  rule: { file: 'budgets.yml', line, reason: 'a test' },
  ...more,
});

const night = (run: string, ...verdicts: Verdict[]) => ({ run, verdicts });
const readUtf8 = (file: string) => readFile(file, 'utf8');
const waived = (status: Status): Partial<Verdict> => ({ status });

test('the worst that a limit let pass, over nights and targets, by rule and metric', () => {
  const nights = [
    night('n1', verdict(5, 'max_steps', 1), verdict(5, 'top1_agreement', 0.99), verdict(9, 'max_steps', 0)),
    night('n2', verdict(5, 'max_steps', 2, { target: 'b/x' }), verdict(5, 'top1_agreement', 1)),
  ];
  expect(observedWorst(nights, 'budgets.yml')).toEqual([
    { line: 5, metric: 'max_steps', worst: 2, run: 'n2', target: 'b/x' },
    { line: 5, metric: 'top1_agreement', worst: 0.99, run: 'n1', target: 'a/x' },
    { line: 9, metric: 'max_steps', worst: 0, run: 'n1', target: 'a/x' },
  ]);
  expect(observedWorst(nights, 'other.yml')).toEqual([]);
});

test('what a waiver let pass, or noise raised, says nothing about the limit', () => {
  const raised = { noise: { factor: 4, noise_max_abs: 1, ruleLimit: 1 } };
  expect(
    observedWorst(
      [
        night('n1', verdict(5, 'max_steps', 1), verdict(5, 'max_steps', 19, waived('WAIVED'))),
        night('n2', verdict(6, 'max_abs', 0.1), verdict(6, 'max_abs', 3, raised)),
      ],
      'budgets.yml',
    ),
  ).toEqual([{ line: 5, metric: 'max_steps', worst: 1, run: 'n1', target: 'a/x' }]);
});

describe('a tighter limit', () => {
  test.for([
    ['counts become the worst seen', 'max_steps', 4, 1, 1],
    ['a limit that is needed stays', 'max_steps', 1, 1, undefined],
    ['nothing is loosened', 'max_steps', 1, 2, undefined],
    ['a value gets a quarter on top, and two digits', 'max_abs', 1, 0.1873, 0.24],
    ['rounding is never tighter than what was seen and its quarter', 'max_abs', 1, 0.1601, 0.21],
    ['a share that is good when high keeps its distance to 1', 'top1_agreement', 0.9, 0.98, 0.975],
    ['perfect becomes perfect', 'top1_agreement', 0.9, 1, 1],
    ['zero becomes zero', 'mismatch_fraction', 0.5, 0, 0],
    ['a bias is bound by its magnitude', 'bias', 1, -0.2, 0.25],
  ] as const)('%s', ([, metric, limit, worst, expected]) => {
    expect(tighterLimit(metric, limit, worst)).toBe(expected);
  });
});

const TEXT = `schema: fleetdiff/budgets@1
rules:
  - match: {} # every target
    limits:
      max_steps: {warn: 1, fail: 2} # steps
      max_abs: 0.50   # as exported
    reason: a test
`;

test('an edit changes the number and nothing else, and its diff says so', () => {
  const file = openBudgetsText(TEXT);
  expect(file.boundsOf(3, 'max_steps')).toEqual({ warn: 1, fail: 2 });
  expect(file.boundsOf(3, 'max_abs')).toEqual({ fail: 0.5 });
  expect(file.boundsOf(4, 'max_abs')).toEqual({});
  const after = file.edited([
    { line: 3, metric: 'max_abs', bound: 'fail', to: 0.25 },
    { line: 3, metric: 'max_steps', bound: 'warn', to: 0 },
  ]);
  expect(lineDiff('budgets.yml', TEXT, after)).toBe(`--- a/budgets.yml
+++ b/budgets.yml
@@ -2,6 +2,6 @@
 rules:
   - match: {} # every target
     limits:
-      max_steps: {warn: 1, fail: 2} # steps
+      max_steps: {warn: 0, fail: 2} # steps
-      max_abs: 0.50   # as exported
+      max_abs: 0.25   # as exported
     reason: a test
`);
  expect(lineDiff('budgets.yml', TEXT, TEXT)).toBe('');
});

test('changes far apart are hunks of their own; a file without a last newline says so', () => {
  const before = Array.from({ length: 20 }, (_, n) => `line ${n}`).join('\n');
  const after = before.replace('line 1\n', 'first\n').replace('line 19', 'last');
  const diff = lineDiff('b', before, after);
  expect(diff.match(/^@@.*@@$/gm)).toEqual(['@@ -1,5 +1,5 @@', '@@ -17,4 +17,4 @@']);
  expect(diff).toContain('-line 19\n\\ No newline at end of file\n+last\n\\ No newline at end of file\n');
});

describe('over recorded nights', () => {
  async function twoNights(): Promise<Recording & { readonly reports: string }> {
    const recording = await copyRecording();
    await judged(recording);
    const plan = JSON.parse(await readUtf8(path.join(recording.run, 'plan.json'))) as Plan;
    const budgets = plan.suites[0]!.budgets!;
    await mkdir(path.join(recording.workFolder, path.dirname(BUDGETS)), { recursive: true });
    await writeFile(path.join(recording.workFolder, BUDGETS), budgets.text);
    return { ...recording, reports: recording.workFolder };
  }

  test('one clean night proposes what it kept within', async () => {
    const { workFolder, reports } = await twoNights();
    const { nights, proposals, diff } = await proposeRatchet(reports, workFolder, 1);
    expect(nights).toHaveLength(1);
    expect(proposals.length).toBeGreaterThan(0);
    for (const { metric, to, from, worst } of proposals) {
      const isHigh = metricDefinition(metric)?.good === 'high';
      const [least, middle, most] = isHigh ? [from, to, worst] : [worst, to, from];
      expect([metric, least <= middle, middle <= most, to === from]).toEqual([metric, true, true, false]);
    }
    expect(diff.split('\n').filter((line) => /^\+ /.test(line))).toHaveLength(
      diff.split('\n').filter((line) => /^- /.test(line)).length,
    );
  });

  test('a target that no night captured is named', async () => {
    const { workFolder, reports, run } = await twoNights();
    expect((await proposeRatchet(reports, workFolder, 1)).unseen).toEqual([]);
    const file = runPaths.verdicts({ root: run });
    const all = JSON.parse(await readUtf8(file)) as Verdicts;
    const [{ target }] = all.verdicts as [Verdict];
    const others = all.verdicts.filter((each) => each.target !== target);
    const skipped = { ...verdict(1, 'capture', 0), suite: others[0]!.suite, target, status: 'SKIPPED' };
    await writeFile(file, JSON.stringify({ ...all, verdicts: [skipped, ...others] }));
    expect((await proposeRatchet(reports, workFolder, 1)).unseen).toEqual([target]);
  });

  test('too few nights, a night over budget and other budgets are no ground for a proposal', async () => {
    const { workFolder, reports, run } = await twoNights();
    await expect(proposeRatchet(reports, workFolder, 2)).rejects.toMatchObject({ code: 'E_RATCHET_NIGHTS' });
    await writeFile(runPaths.check({ root: run }), '{}');
    await expect(proposeRatchet(reports, workFolder, 1)).rejects.toMatchObject({ code: 'E_RATCHET_NIGHTS' });
    await rm(runPaths.check({ root: run }));
    const file = runPaths.verdicts({ root: run });
    const verdicts = JSON.parse(await readUtf8(file)) as Verdicts;
    await writeFile(file, JSON.stringify({ ...verdicts, exitCode: 1 }));
    await expect(proposeRatchet(reports, workFolder, 1)).rejects.toMatchObject({
      code: 'E_RATCHET_NOT_CLEAN',
    });
    await writeFile(file, JSON.stringify(verdicts));
    const budgets = path.join(workFolder, BUDGETS);
    await writeFile(budgets, `${await readUtf8(budgets)}# another\n`);
    await expect(proposeRatchet(reports, workFolder, 1)).rejects.toMatchObject({
      code: 'E_RATCHET_NOT_CLEAN',
    });
  });
});
