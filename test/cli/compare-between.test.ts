import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diffSchema } from '../../harness/store/schemas/diff.ts';
import { dropRecording, makeRecording, type Recording } from '../recorded-runs/recording.ts';
import { startCli } from './work-folder.ts';

/** The built CLI on the all-pass run of fixtures/recorded-runs. What is found is test/stages/between.test.ts's. */

const cli = path.resolve(import.meta.dirname, '../../dist/cli/main.js');

let recording: Recording;
beforeAll(async () => {
  recording = await makeRecording();
});
afterAll(() => dropRecording(recording));

const run = (...args: string[]) => startCli(cli, recording.workFolder, ['compare', 'run', ...args]).ended;

test('two targets of a run, shown as fleetdiff diff shows two files; nothing is written', async () => {
  const files = () => readdir(recording.run, { recursive: true });
  const before = await files();
  const ended = await run('--between', 'workstation/cpu', '--and', 'board/cpu');
  const shown = ended.stdout.replace(/ in \d+ ms/, ' in 9 ms').replace(/ in [\d.]+ s$/m, ' in 9 ms');
  // README.md of the recorded runs: one element of case `batch` is a step of a quarter off.
  expect(shown).toContain('FAIL  batch/scores');
  expect(shown).toContain('PASS  single/scores');
  expect(shown).toMatch(/DIFFERS {2}"batch\/scores" {2}float32 \[3, 4\]\n {2}mismatch {3}1 of 12 elements/);
  expect(shown).toMatch(/0\.25$/m);
  expect(shown.split('\n').slice(-5).join('\n')).toBe(`reference  workstation/cpu  4 tensors
candidate  board/cpu  4 tensors
tensors    2 fail · 2 pass · 2 bit-identical · 32 elements in 9 ms
Different: 2 of 4 tensors not within tolerance
`);
  expect([ended.code, ended.stderr]).toEqual([1, '']);
  expect(await files()).toEqual(before);
});

test('--json is the document of fleetdiff diff, with the answers', async () => {
  const ended = await run('--between', 'workstation/cpu', '--and', 'board/cpu', '--json');
  const diff = diffSchema.parse(JSON.parse(ended.stdout));
  expect(diff.exitCode).toBe(ended.code);
  const scores = diff.tensors.find(({ tensor }) => tensor === 'batch/scores');
  expect(scores).toMatchObject({ metrics: { max_abs: 0.25 }, decisions: { samples: 3, flips: 0 } });
});

describe('ends with', () => {
  test.for<[code: number, what: string, args: readonly string[], says: string]>([
    [0, 'targets that agree', ['--between', 'workstation/cpu', '--and', 'phone/cpu'], 'Identical: 4 tensors'],
    [0, 'one target twice', ['--between', 'board/cpu', '--and', 'board/cpu'], 'same target'],
    [2, 'one side alone', ['--between', 'board/cpu'], 'give both'],
    [2, 'the other side alone', ['--and', 'board/cpu'], 'give both'],
    [2, '--tensor alone', ['--tensor', '*'], 'give these too'],
    [2, 'no such target', ['--between', 'board/cpu', '--and', 'bord/cpu'], 'Did you mean "board/cpu"?'],
  ])('%i: %s', async ([code, , args, says]) => {
    const ended = await run(...args);
    expect(ended.code, ended.stdout + ended.stderr).toBe(code);
    expect(ended.stdout + ended.stderr).toContain(says);
    if (code === 2) expect(ended.stdout).toBe('');
  });

  test('--help says so, within 80 columns', async () => {
    const { stdout } = await run('--help');
    expect(stdout).toContain('0 all agree · 1 some differ');
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

test('a comparison as a whole writes the pairs of classes', async () => {
  expect((await run()).code).toBe(0);
  const pairs = JSON.parse(await readFile(path.join(recording.run, 'class-pairs.json'), 'utf8'));
  // The golden's class aside, board and browser are a class each, in either output.
  expect(pairs).toMatchObject({
    kind: 'class-pairs',
    pairs: [{ tensor: 'codes' }, { tensor: 'scores', comparisons: [{ case: 'batch' }, { case: 'single' }] }],
    leftOut: [],
  });
});
