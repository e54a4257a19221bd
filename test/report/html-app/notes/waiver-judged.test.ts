import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Verdicts } from '../../../../harness/domain/run-files.ts';
import { acceptanceOf, draftOf } from '../../../../harness/report/html-app/notes/accept-draft.ts';
import type { FindingScope } from '../../../../harness/report/html-app/notes/use-scope.ts';
import { waivedMetrics } from '../../../../harness/report/html-app/notes/waived-metrics.ts';
import { waiversYaml } from '../../../../harness/report/html-app/notes/waiver-yaml.ts';
import {
  answerOtherwise,
  BUDGETS,
  copyRecording,
  judged,
  type Recording,
} from '../../../recorded-runs/recording.ts';

/** What the page hands out is pasted into budgets.yml, and the recorded run is judged again: really read, really waived. */

const NOW = new Date('2026-11-23T00:00:00Z');

const RULES = `schema: fleetdiff/budgets@1
rules:
  - match: {}
    limits: { max_steps: { warn: 1, fail: 2 }, top1_agreement: 1.0, top2_overlap: 0.9 }
    reason: requantization may move one step
`;
const OTHER_WAIVER = `waivers:
  - match: { device: phone }
    metrics: [fallback_nodes]
    reason: known
    owner: "@vision"
    expires: 2099-12-31
`;

async function writeBudgets({ workFolder }: Recording, text: string): Promise<void> {
  const file = path.join(workFolder, BUDGETS);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** The code 133 of the first case answered as something else: three steps off is 136. */
const answer = (recording: Recording, byte: number) =>
  answerOtherwise(recording, 'board/cpu', { case: 'batch', tensor: 'codes', at: 8, byte });

const codesOfBoard = ({ verdicts }: Verdicts) =>
  verdicts.filter(
    ({ target, tensor, metric }) => [target, tensor, metric].join(' ') === 'board/cpu codes max_steps',
  );

const SCOPE: FindingScope = {
  tensor: 'codes',
  targets: [{ device: 'board', delegate: 'cpu' }],
  budgets: BUDGETS,
  tags: ['lab'],
  isa: 'aarch64 !asimddp !i8mm',
};

const TOLD = { wanted: true, reason: 'a "known" one: see #5 \u202e and {this}', owner: '@vision' } as const;

test.for([
  ['of the targets alone, the only waiver of the file', { cover: 'targets', value: '' }, RULES, true],
  ['by features, beside another waiver', { cover: 'isa', value: SCOPE.isa }, RULES + OTHER_WAIVER, false],
  ['by a tag', { cover: 'tag', value: 'lab' }, RULES, true],
  ['by the SoC', { cover: 'soc', value: 'A b*' }, RULES, true],
] as const)('a waiver %s makes the finding WAIVED, and no worse one', async ([, cover, budgets, heading]) => {
  const recording = await copyRecording();
  await writeBudgets(recording, budgets);
  await answer(recording, 136);
  const before = await judged(recording, NOW);
  expect(codesOfBoard(before).map(({ status, actual }) => [status, actual])).toEqual([['FAIL', 3]]);
  expect(before.exitCode).toBe(1);

  const metrics = waivedMetrics(codesOfBoard(before));
  const draft = { ...draftOf(undefined, metrics, undefined, NOW), ...TOLD, ...cover };
  const accepted = acceptanceOf(draft, metrics, SCOPE);
  await writeBudgets(recording, budgets + waiversYaml([accepted], { heading }));
  const after = await judged(recording, NOW);
  const [waived] = codesOfBoard(after);
  expect(waived?.status).toBe('WAIVED');
  expect(waived?.waiver).toMatchObject({ reason: TOLD.reason, owner: '@vision', expires: '2027-02-21' });
  expect(after.exitCode).toBe(0);

  await answer(recording, 137);
  const worse = await judged(recording, NOW);
  expect(codesOfBoard(worse).map(({ status, actual }) => [status, actual])).toEqual([['FAIL', 4]]);
  const [expired] = codesOfBoard(await judged(recording, new Date('2027-02-22T00:00:00Z')));
  expect(expired).toMatchObject({ status: 'FAIL', waiver: { expired: true } });
});

test('a NaN that was found is waived without a limit, which no value could keep', async () => {
  const recording = await copyRecording();
  await writeBudgets(recording, RULES);
  // 40A00000 is 5, 7FA00000 is a NaN.
  await answerOtherwise(recording, 'board/cpu', { case: 'batch', tensor: 'scores', at: 43, byte: 0x7f });
  const before = await judged(recording, NOW);
  const failed = before.verdicts.filter(({ status }) => status === 'FAIL');
  expect(failed.map(({ metric }) => metric)).toContain('nonfinite_mismatch');
  const metrics = waivedMetrics(failed);
  const scope = { ...SCOPE, tensor: 'scores' };
  const draft = { ...draftOf(undefined, metrics, '@vision', NOW), wanted: true, reason: 'known' };
  const text = waiversYaml([acceptanceOf(draft, metrics, scope)], { heading: true });
  await writeBudgets(recording, RULES + text);
  const after = await judged(recording, NOW);
  expect([after.summary.fail, after.summary.waived]).toEqual([0, failed.length]);
});
