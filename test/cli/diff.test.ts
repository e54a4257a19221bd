import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeFloats } from '../conformance/files.ts';
import { runDiff } from '../conformance/run-diff.ts';
import { startCli } from './work-folder.ts';

/** The built CLI, as a user runs it. What it must find different, and what equal, is test/conformance's. */

const repository = path.resolve(import.meta.dirname, '../..');
const files = path.join(repository, 'test/conformance/files');
const cli = path.join(repository, 'dist/cli/main.js');
const STACK = /^\s+at /m;

let folder: string;
const run = (args: readonly string[]) => startCli(cli, folder, ['diff', ...args]).ended;
const pair = (name: string, ending: string) =>
  ['reference', 'candidate'].map((side) => path.join(files, `${name}.${side}.${ending}`));

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-diff-'));
  await writeFloats(path.join(folder, 'golden.npz'), { logits: [1.25, 2, 3], probs: [0.5, 0.5] });
  await writeFloats(path.join(folder, 'answers.npz'), { logits: [4.81, 2, 3], probs: [0.5, 0.5] });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('ends with', () => {
  const inFolder = (names: readonly string[]) => names.map((name) => path.join(folder, name));
  test.for<[code: number, what: string, names: readonly string[], options: readonly string[]]>([
    [2, 'one side alone', ['golden.npz'], []],
    [2, 'no file', ['gone.npz', 'golden.npz'], []],
    [2, 'a tolerance below 0', ['golden.npz', 'answers.npz'], ['--atol=-1']],
    [2, 'a tolerance that lets everything pass', ['golden.npz', 'answers.npz'], ['--atol', 'Infinity']],
    [2, 'a tolerance that is no number', ['golden.npz', 'answers.npz'], ['--rtol', 'small']],
    [2, 'a tolerance that is nothing', ['golden.npz', 'answers.npz'], ['--rtol', '']],
    [2, 'no worst element', ['golden.npz', 'answers.npz'], ['--worst', '0']],
    [2, 'a glob that names nothing', ['golden.npz', 'answers.npz'], ['--tensor', 'logit']],
    [2, 'no budget file', ['golden.npz', 'answers.npz'], ['--budgets', 'gone.yml']],
    [0, 'the tensor that was named', ['golden.npz', 'answers.npz'], ['--tensor', 'pro*']],
    [1, 'the other', ['golden.npz', 'answers.npz'], ['--tensor', 'log*']],
    [0, '--help', [], ['--help']],
  ])('%i: %s', async ([code, , names, options]) => {
    const ended = await runDiff([...inFolder(names), ...options]);
    expect(ended.code, ended.stdout + ended.stderr).toBe(code);
    expect(ended.stderr).not.toMatch(STACK);
    if (code === 2) expect(ended.stdout).toBe('');
  });

  test.for<[code: number, what: string, args: readonly string[]]>([
    [0, 'all agree', pair('agree', 'npz')],
    [3, 'some cannot be compared', pair('refuse', 'npz')],
    [2, 'a file that cannot be read', [path.join(files, 'object.npz'), path.join(files, 'one.npz')]],
  ])('%i from the process: %s', async ([code, , args]) => {
    const ended = await run(args);
    expect(ended.code, ended.stdout + ended.stderr).toBe(code);
    expect(ended.stderr).not.toMatch(STACK);
  });
});

test('says what differs, by how much and where, within 80 columns', async () => {
  const ended = await run(['golden.npz', 'answers.npz']);
  const shown = ended.stdout.replace(/ in \d+ ms/, ' in 9 ms').replace(/ in [\d.]+ s$/m, ' in 9 ms');
  // The numbers are NumPy's: of float32 [1.25, 2, 3] and [4.81, 2, 3], in float64.
  expect(shown).toBe(`      tensor  type            differ  max_abs   max_ulp       sqnr  max_rel
FAIL  logits  float32 [3]          1     3.56  1.638e+7  0.6034 dB    2.848
PASS  probs   float32 [2]  identical

DIFFERS  "logits"  float32 [3]
  mismatch   1 of 3 elements (33.3 %)   beyond 1e-5 + 1.3e-6·|reference|
  worst      [0]  1.25 → 4.81   +3.56
  error      max_abs 3.56   mean_abs 1.187   rmse 2.055   bias 1.187
  relative   max_rel 2.848   sqnr 0.6034 dB   cosine 0.8288   norm_ratio 1.575
  distance   at most 1.638e+7 ULP
  |error|    2 exact   1 █ 1e1

reference  golden.npz  2 tensors
candidate  answers.npz  2 tensors
tensors    1 fail · 1 pass · 1 bit-identical · 5 elements in 9 ms
Different: 1 of 2 tensors not within tolerance
`);
});

test('--json prints one document and nothing else, with as many worst elements as were asked for', async () => {
  const ended = await run([...pair('differ', 'npz'), '--json', '--worst', '2', '--tensor', 'errors-cancel']);
  expect(ended.stderr).toBe('');
  expect(JSON.parse(ended.stdout)).toEqual({
    schemaVersion: 1,
    kind: 'diff',
    exitCode: 1,
    tensors: [
      {
        tensor: 'errors-cancel',
        status: 'FAIL',
        dtype: 'float32',
        shape: [4],
        reason: null,
        metrics: expect.objectContaining({
          elements: 4,
          max_abs: 1,
          mean_abs: 1,
          rmse: 1,
          bias: 0,
          max_rel: null,
          rel_excluded: 4,
          mismatch_fraction: 1,
          sqnr_db: null,
          psnr_db: null,
          cosine: 0,
          norm_ratio: 'Infinity',
          nan_reference: 0,
          nan_candidate: 0,
          inf_reference: 0,
          inf_candidate: 0,
          nonfinite_mismatch: 0,
          subnormal_flush: 0,
          sign_of_zero: 0,
        }),
        worst: { index: [0], reference: 0, candidate: 1 },
        worstElements: [
          { index: [0], reference: 0, candidate: 1 },
          { index: [1], reference: 0, candidate: -1 },
        ],
        histograms: { error: { zero: 0, decades: [[0, 4]] }, ulp: expect.anything() },
      },
    ],
  });
});

test('--budgets: what speaks of fleets is set aside, and said; the verdicts name file and line', async () => {
  await writeFile(
    path.join(folder, 'budgets.yml'),
    `schema: fleetdiff/budgets@1
rules:
  - {match: {}, limits: {max_abs: 1, top1_agreement: 1}, reason: rounding, owner: "@vision"}
  - {match: {device: "pi*"}, limits: {max_abs: 9}, reason: not a file}
waivers:
  - {match: {isa: "x86_64", tensor: logits}, metrics: [max_abs], reason: not a file, owner: "@me", expires: 2099-01-01}
`,
  );
  const args = ['golden.npz', 'answers.npz', '--budgets', 'budgets.yml'];
  const ended = await run([...args, '--json']);
  expect(ended.code).toBe(1);
  expect(ended.stderr.split('\n')).toEqual([
    'budgets.yml:4, budgets.yml:6: not applied, for files have no device, isa',
    'budgets.yml: top1_agreement not judged, for files have neither task nor repeats',
    '',
  ]);
  const { verdicts } = JSON.parse(ended.stdout);
  expect(verdicts).toContainEqual(
    expect.objectContaining({
      tensor: 'logits',
      metric: 'max_abs',
      status: 'FAIL',
      limit: 1,
      rule: { file: 'budgets.yml', line: 3, reason: 'rounding', owner: '@vision' },
    }),
  );
  const shown = await run(args);
  expect(shown.stdout).toContain('OVER BUDGET  "logits"  float32 [3]');
  expect(shown.stdout).toContain('max_abs    allowed <= 1   found 3.56');
  expect(shown.stdout).toContain('budgets.yml:3 "rounding", owner @vision');
});

test('says when both sides are one file, and what of a folder was not read', async () => {
  const same = await run(['golden.npz', './golden.npz']);
  expect(same.code).toBe(0);
  expect(same.stderr).toBe('both sides are the same file or folder\n');
  await writeFile(path.join(folder, 'notes.txt'), '');
  const both = await run(['.', '.', '--tensor', 'golden/*']);
  expect(both.stderr).toContain('not read, for their endings are of no tensor file: ');
});
