import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checkCommand } from '../../harness/cli/commands/check.ts';
import { mergeCommand } from '../../harness/cli/commands/merge.ts';
import { runCommand } from '../../harness/cli/commands/run.ts';
import { type Ran, readYaml, runAction, type Step, type Workflow } from './action.ts';
import { type Contexts, interpolated } from './expression.mjs';
import { openScratch, runScript, type Scratch, writeRun } from './scratch.ts';

/** Runs a job's scripts, and its uses of the action, with the inputs that the workflow gives. */
async function runJob(scratch: Scratch, steps: readonly Step[], contexts: Contexts): Promise<Ran> {
  let ran: Ran | undefined;
  for (const step of steps) {
    if (step.run !== undefined) {
      const env = { ...scratch.env, GITHUB_WORKSPACE: scratch.folder };
      expect(await runScript(step.run, { cwd: scratch.folder, env })).toMatchObject({ code: 0 });
    }
    if (step.uses !== './') continue;
    const given = Object.entries(step.with ?? {}).map(([name, value]) => [
      name,
      interpolated(String(value), contexts),
    ]);
    ran = await runAction(scratch, Object.fromEntries(given), contexts.github as Contexts);
  }
  if (ran === undefined) throw new Error('the job does not use the action');
  return ran;
}

/** The options of a call that the command does not have. */
function unknownOptions(call: readonly string[]): string[] {
  const commands = [checkCommand(), runCommand(), mergeCommand()];
  const command = commands.find((each) => each.name() === call[1]);
  const known = command?.options.map(({ long }) => long);
  return call.filter((word) => word.startsWith('--') && !known?.includes(word.split('=')[0]));
}

const jobs = (file: string) => readYaml<Workflow>(`.github/workflows/${file}`).jobs;

function openRunner(exit: number): Scratch {
  const scratch = openScratch({ FAKE_EXIT: String(exit), GITHUB_API_URL: 'http://127.0.0.1:1' });
  return { ...scratch, env: { ...scratch.env, FAKE_RUN: writeRun(scratch, { 'summary.md': 'words' }) } };
}

test('pr-check: installs, and checks the head against the base on the devices tagged pr', async () => {
  const scratch = openRunner(1);
  const github = {
    event: { pull_request: { number: 17, base: { sha: 'b'.repeat(40) }, head: { sha: 'c'.repeat(40) } } },
    token: 'token',
  };
  const ran = await runJob(scratch, jobs('pr-check.yml').check!.steps, { github });
  expect(ran.exitCode).toBe(1);
  expect(scratch.calls()).toEqual([
    ['npm', 'ci'],
    ['npm', 'run', 'build'],
    ['fleetdiff', 'doctor', '--fix'],
    [
      'fleetdiff',
      'check',
      `--base=${'b'.repeat(40)}`,
      '--head=HEAD',
      '--tag=pr',
      '--out=reports/model-check',
    ],
  ]);
  expect(unknownOptions(scratch.calls().at(-1)!)).toEqual([]);
  expect(ran.summary).toBe('words');
});

test('nightly: shards capture, and the merge judges them, adds them to the history and gives the exit code', async () => {
  const { shard, merge } = jobs('nightly.yml');
  const one = openRunner(0);
  const captured = await runJob(one, shard!.steps, {
    matrix: { shard: 2 },
    strategy: { 'job-total': 3 },
    github: { event: {} },
  });
  expect(one.calls().at(-1)).toEqual([
    'fleetdiff',
    'run',
    '--shard=2/3',
    '--no-history',
    '--out=reports/nightly-shard-2',
  ]);
  expect(unknownOptions(one.calls().at(-1)!)).toEqual([]);
  expect(captured.used).toEqual([
    expect.objectContaining({
      with: expect.objectContaining({ name: 'nightly-shard-2', path: 'reports/nightly-shard-2' }),
    }),
  ]);
  expect(captured.summary).toBe('');

  const all = openRunner(3);
  for (const name of ['nightly-shard-1', 'nightly-shard-2']) {
    mkdirSync(path.join(all.folder, 'shards', name), { recursive: true });
  }
  const merged = await runJob(all, merge!.steps, { secrets: {}, github: { event: {} } });
  expect(all.calls().at(-1)).toEqual([
    ...['fleetdiff', 'merge', 'shards/nightly-shard-1/', 'shards/nightly-shard-2/'],
    ...['--history=reports/history.duckdb', '--out=reports/nightly'],
  ]);
  expect(unknownOptions(all.calls().at(-1)!)).toEqual([]);
  expect(all.calls().flat()).not.toContain('doctor');
  expect(merged.exitCode).toBe(3);
  expect(existsSync(path.join(all.folder, 'reports/nightly/summary.md'))).toBe(true);
});

test('nightly: the only shard that was uploaded lies without a folder of its name, and is merged', async () => {
  const { merge } = jobs('nightly.yml');
  const one = openRunner(3);
  for (const name of ['blobs', 'captures'])
    mkdirSync(path.join(one.folder, 'shards', name), { recursive: true });
  writeFileSync(path.join(one.folder, 'shards/plan.json'), '{}');
  await runJob(one, merge!.steps, { secrets: {}, github: { event: {} } });
  expect(one.calls().at(-1)!.slice(0, 4)).toEqual([
    ...['fleetdiff', 'merge', 'shards', '--history=reports/history.duckdb'],
  ]);
});
