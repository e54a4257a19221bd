import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeModel, encodeModel } from '../../../harness/onnx/proto.ts';
import { type LoadedSides, loadSides } from '../../../harness/stages/check/load-sides.ts';

const digits = path.resolve(import.meta.dirname, '../../../fixtures/digits');
const MODELS = path.join(digits, 'models');

let folder: string;
let scratches = 0;

/** Git with nobody's configuration. */
const git = (...args: string[]) =>
  execFileSync('git', args, {
    cwd: folder,
    encoding: 'utf8',
    env: {
      ...process.env,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_SYSTEM: '/dev/null',
      GIT_AUTHOR_NAME: 'a',
      GIT_AUTHOR_EMAIL: 'a@example.com',
      GIT_COMMITTER_NAME: 'a',
      GIT_COMMITTER_EMAIL: 'a@example.com',
    },
  }).trim();

function commit(message: string): string {
  git('add', '-A');
  git('commit', '-q', '-m', message);
  return git('rev-parse', 'HEAD');
}

async function sides(base: string, head: string, suite = 'digits'): Promise<LoadedSides> {
  scratches += 1;
  const scratch = path.join(folder, `.scratch-${scratches}`);
  await mkdir(scratch);
  return loadSides({ base, head, suite: path.join(folder, suite), workFolder: folder, scratch });
}

/** Relative, as the command has them. */
async function revisions(base: string, head: string, suite = 'digits'): Promise<LoadedSides> {
  scratches += 1;
  const scratch = path.join(folder, `.scratch-${scratches}`);
  await mkdir(scratch);
  return loadSides({ base, head, suite, workFolder: folder, scratch });
}

const model = (name: string) => path.join(MODELS, `digits.${name}.onnx`);

describe('two model files', () => {
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-sides-'));
    await cp(digits, path.join(folder, 'digits'), { recursive: true });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('differ by the model alone; a golden judges its own model and no other', async () => {
    const { base, head, budgetsChanged } = await sides(model('u8s8-reduced'), model('u8s8'));
    expect(base.suite.file.reference).toEqual({ kind: 'computed' });
    expect(base.whyReference).toMatch(/golden is not this model's/);
    expect(head.suite.file.reference.kind).toBe('golden');
    expect(head.whyReference).toBeUndefined();
    expect(base.suite.cases).toBe(head.suite.cases);
    expect(base.suite.budgetsText).toBe(head.suite.budgetsText);
    expect(base.suite.model).not.toEqual(head.suite.model);
    expect(budgetsChanged).toBe(false);
  });

  test('with other outputs are refused with both signatures', async () => {
    const decoded = decodeModel(await readFile(model('u8s8')), 'digits');
    decoded.graph.output![0]!.name = 'scores';
    const other = path.join(folder, 'other.onnx');
    await writeFile(other, encodeModel(decoded));
    await expect(sides(model('u8s8'), other)).rejects.toMatchObject({
      code: 'E_CHECK_SIGNATURE',
      message: expect.stringMatching(/base: logits float32\[.*\]\nhead: scores float32/),
    });
  });

  test('are needed where there is no repository', async () => {
    await expect(sides('main', model('u8s8'))).rejects.toMatchObject({
      code: 'E_CHECK_GIT',
      message: expect.stringContaining('not a git repository'),
    });
  });

  test('that are not there, or not models, are named', async () => {
    await expect(sides('nowhere.onnx', model('u8s8'))).rejects.toMatchObject({ code: 'E_CHECK_SIDE' });
    await writeFile(path.join(folder, 'text.onnx'), 'no model');
    await expect(sides(path.join(folder, 'text.onnx'), model('u8s8'))).rejects.toMatchObject({
      code: 'E_NOT_A_MODEL',
    });
  });
});

describe('two revisions', () => {
  let full: string;
  let reduced: string;
  let broken: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-revisions-'));
    await mkdir(path.join(folder, 'digits/models'), { recursive: true });
    for (const name of [
      'cases',
      'golden',
      'labels.txt',
      'expected.csv',
      'budgets.yml',
      'suite.yml',
      'variants/u8s8-reduced',
    ])
      await cp(path.join(digits, name), path.join(folder, 'digits', name), { recursive: true });
    for (const name of ['u8s8', 'u8s8-reduced'])
      await cp(model(name), path.join(folder, `digits/models/digits.${name}.onnx`));
    git('init', '-q', '-b', 'main');
    await writeFile(path.join(folder, '.gitignore'), '.scratch-*\n');
    full = commit('full range');

    const suite = path.join(folder, 'digits/suite.yml');
    const text = await readFile(suite, 'utf8');
    await writeFile(
      suite,
      text.replace(/ {2}path: .*\n {2}sha256: .*/, '  path: models/digits.u8s8-reduced.onnx'),
    );
    const budgets = path.join(folder, 'digits/budgets.yml');
    await writeFile(
      budgets,
      `${await readFile(budgets, 'utf8')}
  - match: {tensor: logits}
    metrics: [accuracy]
    reason: accepted with the smaller weights
    owner: "@vision"
    expires: 2027-06-30
`,
    );
    git('checkout', '-q', '-b', 'change');
    reduced = commit('reduced range');
    // What lies in the working tree is no part of either.
    await writeFile(suite, 'not yaml: [');
    broken = commit('a broken suite');
    git('branch', '-q', 'broken');
    git('update-ref', 'refs/heads/change', reduced);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('give each its own model, and head’s budgets to both', async () => {
    const { base, head, budgetsChanged, newWaiverLines } = await revisions('main', 'change');
    expect([base.revision, head.revision]).toEqual([full, reduced]);
    expect(base.suite.file.model.path).toBe('digits/models/digits.u8s8.onnx');
    expect(head.suite.file.model.path).toBe('digits/models/digits.u8s8-reduced.onnx');
    expect(base.suite.file.reference.kind).toBe('golden');
    expect(head.whyReference).toMatch(/golden is not this model's/);
    expect(budgetsChanged).toBe(true);
    expect(base.suite.budgetsText).toContain('accepted with the smaller weights');
    const lines = head.suite.budgetsText!.split('\n');
    expect([...newWaiverLines].map((line) => lines[line - 1]!.trim())).toEqual(['- match: {tensor: logits}']);
  });

  test('name their files as the repository does, not as this machine', async () => {
    const { base, head } = await revisions('main', 'change');
    expect(
      JSON.stringify([base, head].map(({ suite: { file } }) => [file.folder, file.model, file.budgets])),
    ).not.toContain(folder);
    expect(head.suite.file.folder).toBe('digits');
    expect(head.suite.file.budgets).toBe('digits/budgets.yml');
  });

  test('have what suite.yml names outside of its folder', async () => {
    const { base, head } = await revisions('main', 'change', 'digits/variants/u8s8-reduced');
    expect(base.suite.cases).toHaveLength(4);
    expect(head.suite.file.reference.kind).toBe('golden');
  });

  test('are found from a folder below, too', async () => {
    scratches += 1;
    const scratch = path.join(folder, `.scratch-${scratches}`);
    await mkdir(scratch);
    const { head } = await loadSides({
      base: 'main',
      head: 'change',
      suite: '.',
      workFolder: path.join(folder, 'digits'),
      scratch,
    });
    expect(head.suite.cases).toHaveLength(4);
    expect(head.suite.file.model.path).toBe('models/digits.u8s8-reduced.onnx');
  });

  test.for([
    ['--output=/tmp/x', 'E_CHECK_SIDE'],
    ['no-such-branch', 'E_CHECK_SIDE'],
    ['main:digits', 'E_CHECK_SIDE'],
  ])('%s is refused', async ([given, code]) => {
    await expect(revisions(given!, 'change')).rejects.toMatchObject({ code });
  });

  test('say of a damaged suite which revision has it', async () => {
    await expect(revisions('main', broken)).rejects.toMatchObject({
      place: { file: `${broken}:digits/suite.yml` },
      message: expect.not.stringContaining(folder),
    });
  });

  test('without the suite are refused by name', async () => {
    await expect(revisions('main', 'change', 'elsewhere')).rejects.toMatchObject({
      code: 'E_CHECK_NO_SUITE',
      message: expect.stringContaining('main has no elsewhere/suite.yml'),
    });
  });

  test('with a pointer of Git LFS say what to fetch', async () => {
    await writeFile(
      path.join(folder, 'digits/models/digits.u8s8-reduced.onnx'),
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
    );
    git('checkout', '-q', '--', 'digits/suite.yml');
    const pointer = commit('a pointer');
    await expect(revisions('main', pointer)).rejects.toMatchObject({ code: 'E_CHECK_LFS' });
  });
});
