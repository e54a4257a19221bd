import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { serveComments } from './comment-server.ts';
import { type Ended, openScratch, repository, runScript, type Scratch } from './scratch.ts';

interface Job {
  readonly extends?: string;
  readonly before_script?: readonly string[];
  readonly script?: readonly string[];
  readonly variables?: Readonly<Record<string, string | number>>;
  readonly artifacts?: {
    readonly when: string;
    readonly paths: readonly string[];
    readonly reports?: object;
  };
}

const [, text] = /```yaml\n# \.gitlab-ci\.yml\n(.*?)```/s.exec(
  readFileSync(path.join(repository, 'docs/ci.md'), 'utf8'),
) as unknown as [string, string];
const file = parse(text) as Readonly<Record<string, Job>>;

function jobOf(name: string): Job {
  const job = file[name]!;
  return { ...(job.extends === undefined ? {} : file[job.extends]), ...job };
}

/** As GitLab does: every line in one shell; of variables of the job, those of the pipeline filled in. */
function runJob(
  name: string,
  scratch: Scratch,
  pipeline: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const { before_script = [], script = [], variables = {} } = jobOf(name);
  const own = Object.entries(variables).map(([key, value]) => [
    key,
    String(value).replace(/\$(\w+)/g, (_, variable: string) => pipeline[variable] ?? ''),
  ]);
  return runScript([...before_script, ...script].join('\n'), {
    cwd: scratch.folder,
    env: { ...scratch.env, ...pipeline, ...Object.fromEntries(own) },
  });
}

test('every job with a verdict uploads its run folder and its JUnit report, whatever the exit code', () => {
  for (const name of ['model-check', 'nightly']) {
    const { when, paths, reports } = jobOf(name).artifacts!;
    expect(when).toBe('always');
    expect(paths).toContain(`reports/${name}/`);
    expect(reports).toEqual({ junit: `reports/${name}/junit.xml` });
  }
});

test('model-check: a branch is a text, and the exit code is the job’s', async () => {
  const scratch = openScratch({ FAKE_EXIT: '3', FAKE_DOCTOR_EXIT: '3' });
  const ended = await runJob('model-check', scratch, {
    CI_MERGE_REQUEST_DIFF_BASE_SHA: '$(touch pwned) --out=x',
    CI_COMMIT_SHA: 'c'.repeat(40),
  });
  expect(ended.code).toBe(3);
  expect(scratch.calls()).toEqual([
    ['npm', 'ci'],
    ['fleetdiff', 'doctor', '--fix'],
    [
      ...['fleetdiff', 'check', '--base=$(touch pwned) --out=x', `--head=${'c'.repeat(40)}`],
      ...['--tag=pr', '--out=reports/model-check'],
    ],
  ]);
});

test('model-check-note: one note is written, and updated from then on; text in it is not run', async () => {
  const forged = { body: '<!-- fleetdiff model-check -->', user: { type: 'User' }, author: { id: 1 } };
  const server = await serveComments({ before: [forged] });
  const pipeline = {
    CI_API_V4_URL: server.url,
    CI_PROJECT_ID: '1',
    CI_MERGE_REQUEST_IID: '17',
    CI_PIPELINE_URL: 'https://gitlab.test/pipeline',
    CI_COMMIT_SHA: 'c'.repeat(40),
    FLEETDIFF_GITLAB_TOKEN: 'token',
  };
  const scratch = openScratch();
  expect(await runJob('model-check-note', scratch, pipeline)).toMatchObject({ code: 0 });
  expect(server.comments.at(-1)?.body).toContain('gave no report');

  mkdirSync(path.join(scratch.folder, 'reports/model-check'), { recursive: true });
  writeFileSync(
    path.join(scratch.folder, 'reports/model-check/summary.md'),
    '100 % & $(exit 9) [logits](report.html#/a)\n',
  );
  expect(await runJob('model-check-note', scratch, pipeline)).toMatchObject({ code: 0 });
  expect(server.comments).toHaveLength(2);
  expect(server.comments[1]?.body).toContain('100 % & $(exit 9) logits\n');
  expect(server.comments[0]?.body).toBe(forged.body);
});

test('nightly: shards are numbered by GitLab, and what was captured is merged', async () => {
  const scratch = openScratch({ FAKE_EXIT: '1' });
  await runJob('nightly-shard', scratch, { CI_NODE_INDEX: '2', CI_NODE_TOTAL: '3' });
  expect(scratch.calls().at(-1)).toEqual(['fleetdiff', 'run', '--shard=2/3', '--out=shards/2']);
  for (const name of ['1', '2']) mkdirSync(path.join(scratch.folder, 'shards', name), { recursive: true });
  expect((await runJob('nightly', scratch)).code).toBe(1);
  expect(scratch.calls().at(-1)).toEqual([
    ...['fleetdiff', 'merge', 'shards/1/', 'shards/2/'],
    ...['--out=reports/nightly', '--history=history/history.duckdb'],
  ]);
});
