import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type ApproveRequest, approveRun } from '../../harness/stages/approve.ts';
import { compareRun } from '../../harness/stages/compare.ts';
import { judgeRun } from '../../harness/stages/judge.ts';
import { planPruning } from '../../harness/stages/prune.ts';
import { openRunFolder } from '../../harness/store/run-folder.ts';
import { captureFile, copyRecording, type Recording } from '../recorded-runs/recording.ts';

const NOW = new Date('2026-11-23T00:00:00Z');

async function judgedRecording() {
  const recording = await copyRecording();
  const run = openRunFolder(recording.run, recording.workFolder);
  await compareRun(run);
  await judgeRun(run, recording.workFolder, NOW);
  return { ...recording, folder: run };
}

const approve = ({ run, workFolder }: Recording, change: Partial<ApproveRequest> = {}) =>
  approveRun(openRunFolder(run, workFolder), workFolder, {
    folder: 'baselines',
    reason: 'looked at',
    now: NOW,
    isWanted: () => true,
    ...change,
  });

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.filter((name) => name.endsWith('.json')).sort();
}

test('an approved run passes against itself; without a baseline nothing is claimed', async () => {
  const recording = await judgedRecording();
  const before = await judgeRun(recording.folder, recording.workFolder, NOW);
  expect(before.verdicts.filter(({ metric }) => metric === 'changed_answers')).toEqual([]);
  const { approved, refused } = await approve(recording);
  expect(refused).toEqual([]);
  expect(approved.length).toBeGreaterThan(1);
  expect(new Set(approved.map(({ change }) => change))).toEqual(new Set(['new']));
  const after = await judgeRun(recording.folder, recording.workFolder, NOW);
  const held = after.verdicts.filter(({ metric }) => metric === 'changed_answers');
  expect(held.map(({ status }) => status)).toEqual(held.map(() => 'PASS'));
  expect(new Set(held.map(({ target }) => target))).toEqual(new Set(approved.map(({ target }) => target)));
  expect(after.verdicts.filter(({ baseline, status }) => baseline && status !== 'PASS')).toEqual([]);
});

test('targets that answer alike share an answer, and approving again changes no file', async () => {
  const recording = await judgedRecording();
  const { approved } = await approve(recording);
  const files = await filesIn(path.join(recording.workFolder, 'baselines'));
  const answers = files.filter((file) => file.includes('answers/'));
  expect(files.length - answers.length).toBe(approved.length);
  const given = approved.reduce((sum, { tensors }) => sum + tensors.length, 0);
  expect(answers.length).toBeLessThan(given);
  const again = await approve(recording, { reason: 'looked at again' });
  expect(new Set(again.approved.map(({ change }) => change))).toEqual(new Set(['same']));
  const text = await readFile(path.join(recording.workFolder, approved[0]!.file), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ approved: { reason: 'looked at', at: NOW.toISOString() } });
});

test('one target or one equivalence class can be approved alone', async () => {
  const recording = await judgedRecording();
  const all = (await approve(recording)).approved.map(({ target }) => target);
  const [first] = all;
  const one = await approve(recording, { isWanted: (target) => target === first, folder: 'one' });
  expect(one.approved.map(({ target }) => target)).toEqual([first]);
  const ofClass = await approve(recording, { equivalenceClass: 'A', folder: 'class' });
  expect(ofClass.approved.length).toBeGreaterThan(0);
  await expect(approve(recording, { equivalenceClass: 'Z' })).rejects.toMatchObject({
    code: 'E_APPROVE_CLASS',
  });
});

test('of what was not captured nothing is approved, and the rest is', async () => {
  const recording = await judgedRecording();
  const all = (await approve(recording, { folder: 'elsewhere' })).approved.map(({ target }) => target);
  const lost = all[0]!;
  await rm(path.join(recording.run, captureFile(lost)));
  await judgeRun(recording.folder, recording.workFolder, NOW);
  const { approved, refused } = await approve(recording);
  expect(refused).toEqual([
    { suite: 'quarters', target: lost, reason: 'the plan asks for it and nothing was delivered' },
  ]);
  expect(approved).toHaveLength(all.length - 1);
  await expect(approve(recording, { isWanted: (target) => target === lost })).rejects.toMatchObject({
    code: 'E_APPROVE_NOTHING',
  });
});

test('an answer that was edited or lost is no baseline: the run is not judged against half of one', async () => {
  const recording = await judgedRecording();
  await approve(recording);
  const folder = path.join(recording.workFolder, 'baselines/quarters/answers');
  const [name] = await readdir(folder);
  const file = path.join(folder, name!);
  const text = await readFile(file, 'utf8');
  const judged = () => judgeRun(recording.folder, recording.workFolder, NOW);
  await writeFile(file, text.replace('"identical": true', '"identical": false'));
  await expect(judged()).rejects.toMatchObject({ code: 'E_BASELINE_DAMAGED' });
  await rm(file);
  await expect(judged()).rejects.toMatchObject({ code: 'E_BASELINE_DAMAGED' });
  await writeFile(file, text);
  await expect(judged()).resolves.toMatchObject({ exitCode: 0 });
});

test.for(['edited', 'lost'] as const)('an answer that was %s is mended by approving again', async (how) => {
  const recording = await judgedRecording();
  await approve(recording);
  const folder = path.join(recording.workFolder, 'baselines/quarters/answers');
  const names = await readdir(folder);
  const file = path.join(folder, names[0]!);
  const text = await readFile(file, 'utf8');
  if (how === 'lost') await rm(file);
  else await writeFile(file, text.replace('"identical": true', '"identical": false'));
  const { approved } = await approve(recording, { reason: 'again' });
  expect(approved.some(({ change }) => change === 'new')).toBe(true);
  expect(await readdir(folder)).toEqual(names);
  expect(await readFile(file, 'utf8')).toBe(text);
  await expect(judgeRun(recording.folder, recording.workFolder, NOW)).resolves.toMatchObject({ exitCode: 0 });
});

test('a baseline that a merge left in conflict is written anew, and takes no answer of others with it', async () => {
  const recording = await judgedRecording();
  const { approved } = await approve(recording);
  const [own, other] = approved.map(({ file }) => path.join(recording.workFolder, file)) as [string, string];
  const texts = await Promise.all([own, other].map((file) => readFile(file, 'utf8')));
  const answers = await filesIn(path.join(recording.workFolder, 'baselines/quarters/answers'));
  for (const [at, file] of [own, other].entries())
    await writeFile(file, `<<<<<<< ours\n${texts[at]}=======\n${texts[at]}>>>>>>> theirs\n`);
  const judged = () => judgeRun(recording.folder, recording.workFolder, NOW);
  await expect(judged()).rejects.toMatchObject({
    code: 'E_BASELINE_DAMAGED',
    place: { file: [own, other].sort()[0] },
  });
  const mended = await approve(recording, { isWanted: (target) => target === approved[0]!.target });
  expect(mended.approved.map(({ change }) => change)).toEqual(['new']);
  expect(await readFile(own, 'utf8')).toBe(texts[0]);
  // What the other one names cannot be read, so nothing is known to be unnamed.
  expect(await filesIn(path.join(recording.workFolder, 'baselines/quarters/answers'))).toEqual(answers);
  await expect(judged()).rejects.toMatchObject({
    code: 'E_BASELINE_DAMAGED',
    place: { file: other },
    remedies: [
      expect.stringContaining(`git log --all -- ${other}`),
      expect.stringContaining(`--baselines ${path.join(recording.workFolder, 'baselines')}`),
    ],
  });
  await approve(recording);
  await expect(judged()).resolves.toMatchObject({ exitCode: 0 });
});

test('a baseline that is called after another target is told with the name that it should have', async () => {
  const recording = await judgedRecording();
  const [first] = (await approve(recording)).approved;
  const own = path.join(recording.workFolder, first!.file);
  const other = path.join(path.dirname(own), 'nobody.cpu@x86_64-000000.json');
  await rename(own, other);
  await expect(judgeRun(recording.folder, recording.workFolder, NOW)).rejects.toMatchObject({
    code: 'E_BASELINE_DAMAGED',
    place: { file: other },
    remedies: [expect.stringContaining(path.basename(own)), 'or remove it'],
  });
});

test('a suite whose reference proves nothing has nothing to approve', async () => {
  const recording = await judgedRecording();
  const file = path.join(recording.run, 'verdicts.json');
  const verdicts = JSON.parse(await readFile(file, 'utf8'));
  const [first] = verdicts.verdicts;
  const word = {
    ...first,
    metric: 'reference',
    tensor: '*',
    status: 'INCOMPLETE',
    message: 'its repeats disagree',
  };
  await writeFile(file, JSON.stringify({ ...verdicts, verdicts: [word, ...verdicts.verdicts] }));
  await expect(approve(recording)).rejects.toMatchObject({
    code: 'E_APPROVE_NOTHING',
    message: expect.stringContaining('its repeats disagree'),
  });
});

test('a run that a baseline was approved from is not pruned', async () => {
  const recording = await judgedRecording();
  await approve(recording);
  const pruning = await planPruning(
    recording.workFolder,
    path.join(recording.workFolder, 'baselines'),
    new Date('2030-01-01'),
  );
  expect(pruning.runs).toEqual([]);
  expect(pruning.kept.map(({ reason }) => reason)).toEqual(['a baseline was approved from it']);
});
