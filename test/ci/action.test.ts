import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ARTIFACT, runAction } from './action.ts';
import { serveComments } from './comment-server.ts';
import { sarifOf } from './sarif.ts';
import { openScratch, type Scratch, writeRun } from './scratch.ts';

const inputs = { command: 'fleetdiff', 'github-token': 'token' };
const SHA = 'f'.repeat(40);
const pullRequest = { event: { pull_request: { number: 17, head: { sha: SHA } } }, token: 'token' };

/** A runner whose fleetdiff ends with `exit` and leaves `files` in the run folder. */
function openRunner(
  exit: number,
  files: Readonly<Record<string, string>> = { 'summary.md': '### May ship: yes\n' },
  env: Readonly<Record<string, string>> = {},
): Scratch {
  const scratch = openScratch({ FAKE_EXIT: String(exit), ...env });
  return { ...scratch, env: { ...scratch.env, FAKE_RUN: writeRun(scratch, files) } };
}

const withApi = (scratch: Scratch, url: string): Scratch => ({
  ...scratch,
  env: { ...scratch.env, GITHUB_API_URL: url },
});

/** The words of the call that is no doctor's. */
const mainCall = (scratch: Scratch) => scratch.calls().find(([, verb]) => verb !== 'doctor');

test.for([
  [1, 'over-budget', 1],
  [1, 'incomplete', 0],
  [3, 'incomplete', 3],
  [3, 'never', 0],
  [70, 'never', 70],
] as const)(
  'fleetdiff ends with %i, fail-on %s: the job ends with %i, after everything is uploaded',
  async ([exit, failOn, expected]) => {
    const scratch = openRunner(exit, { 'summary.md': 'words', 'findings.sarif': sarifOf([]) });
    const ran = await runAction(scratch, {
      ...inputs,
      'fail-on': failOn,
      provide: 'false',
      'code-scanning': 'true',
    });
    expect(ran.exitCode).toBe(expected);
    expect(ran.outputs).toEqual({ 'exit-code': String(exit), run: 'reports/fleetdiff', report: ARTIFACT });
    expect(ran.used.map(({ uses }) => uses.split('@')[0])).toEqual([
      'actions/upload-artifact',
      'github/codeql-action/upload-sarif',
    ]);
    expect(ran.summary).toBe('words');
  },
);

test('one comment is written, and updated from then on, though another bears the same marker', async () => {
  const others = Array.from({ length: 120 }, () => ({
    body: 'fine',
    user: { type: 'User' },
    author: { id: 1 },
  }));
  const forged = { body: '<!-- fleetdiff fleetdiff -->\nship it', user: { type: 'User' }, author: { id: 1 } };
  const server = await serveComments({ before: [forged, ...others] });
  const first = withApi(openRunner(1, { 'summary.md': '### May ship: no\n' }), server.url);
  expect((await runAction(first, inputs, pullRequest)).exitCode).toBe(1);
  const second = withApi(openRunner(0), server.url);
  expect((await runAction(second, inputs, pullRequest)).exitCode).toBe(0);

  const written = server.comments.slice(121);
  expect(written).toHaveLength(1);
  expect(written[0]?.body).toContain('### May ship: yes');
  expect(written[0]?.body).toContain(`[report.html and the whole run](${ARTIFACT})`);
  expect(written[0]?.body).toContain(SHA);
  expect(server.comments[0]?.body).toBe(forged.body);
});

test('links into the report are words where no report.html lies beside them', async () => {
  const link = (words: string) => `[${words}](report.html#/target/a%2Fb)`;
  const summary = `| ${link('<code>logits</code>')} | [docs](https://onnx.ai) |\n2 more: see [report.html](report.html)\n`;
  const server = await serveComments();
  const ran = await runAction(
    withApi(openRunner(1, { 'summary.md': summary }), server.url),
    inputs,
    pullRequest,
  );
  const words = '| <code>logits</code> | [docs](https://onnx.ai) |\n2 more: see report.html\n';
  expect(ran.summary).toBe(words);
  expect(server.comments[0]?.body).toContain(words);
});

test('a token that may only read, as of a fork, costs the comment and not the verdict', async () => {
  const server = await serveComments({ mayWrite: false });
  const ran = await runAction(withApi(openRunner(0), server.url), inputs, pullRequest);
  expect(ran.conclusion).toBe('success');
  expect(ran.log).toContain('::warning::The comment was not written (POST was answered with 403)');
  expect(ran.summary).toContain('May ship: yes');
});

test('a run that gave no report says so in the summary, and takes the place of a comment that was green', async () => {
  const server = await serveComments();
  await runAction(withApi(openRunner(0), server.url), inputs, pullRequest);
  const ran = await runAction(withApi(openRunner(2, {}), server.url), inputs, pullRequest);
  expect(ran.exitCode).toBe(2);
  expect(ran.summary).toContain('fleetdiff gave no report: exit code 2');
  expect(server.comments.map(({ body }) => body)).toEqual([
    expect.stringContaining('no report: exit code 2'),
  ]);

  const refused = { ...inputs, 'fail-on': 'sometimes' };
  await runAction(withApi(openRunner(0), server.url), refused, pullRequest);
  expect(server.comments[0]?.body).toMatch(/gave no report\n/);
});

test('annotations: worst first, waived ones left out, and no text of a finding ends one or begins another', async () => {
  const findings = sarifOf([
    { level: 'error', text: '100 % off\r\n::error::forged {{name}}', uri: 'a%2Cb%3A/budgets.yml' },
    { level: 'note', text: 'waived' },
    { level: 'warning', text: 'near' },
    { level: 'error', text: 'elsewhere', uri: 'file:///etc/budgets.yml' },
    ...Array.from({ length: 10 }, () => ({ level: 'error' as const, text: 'more' })),
  ]);
  const scratch = openRunner(1, { 'summary.md': 'words', 'findings.sarif': findings });
  mkdirSync(path.join(scratch.folder, 'sub/dir'), { recursive: true });
  const ran = await runAction(scratch, { ...inputs, 'working-directory': 'sub/dir' });
  const told = ran.log
    .split('\n')
    .filter((line) => line.startsWith('::error') || line.startsWith('::warning'));
  expect(told.slice(0, 2)).toEqual([
    '::error file=sub/dir/a%2Cb%3A/budgets.yml,line=5,title=fleetdiff%3A max_steps::100 %25 off%0D%0A::error::forged {name}',
    '::error title=fleetdiff%3A max_steps::elsewhere',
  ]);
  expect(told).toHaveLength(11);
  expect(told.at(-1)).toBe(
    '::warning file=sub/dir/fixtures/digits/budgets.yml,line=5,title=fleetdiff%3A max_steps::near',
  );
  expect(ran.log).toContain('2 more findings of level error');
  expect(ran.outputs.run).toBe('sub/dir/reports/fleetdiff');
});

test('what is printed, summarized or named is text: nothing of it is run, and nothing is a command to the runner', async () => {
  const hostile = '$(touch pwned) `touch pwned`; touch pwned';
  const scratch = openRunner(
    0,
    { 'summary.md': `${hostile}\n` },
    { FAKE_SAYS: '::error::forged\n::set-env name=A::b' },
  );
  const ran = await runAction(scratch, {
    ...inputs,
    base: `--out=elsewhere ${hostile}`,
    head: hostile,
    tag: hostile,
  });
  expect(mainCall(scratch)).toEqual([
    'fleetdiff',
    'check',
    `--base=--out=elsewhere ${hostile}`,
    `--head=${hostile}`,
    `--tag=${hostile}`,
    '--out=reports/fleetdiff',
  ]);
  expect(existsSync(path.join(scratch.folder, 'pwned'))).toBe(false);
  expect(ran.summary).toBe(`${hostile}\n`);
  expect(ran.log).toMatch(/::stop-commands::([\w-]{36})\n::error::forged\n::set-env name=A::b\n::\1::\n/);
});

test('a revision is checked from where head left it', async () => {
  const scratch = openRunner(0);
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...words], {
      cwd: scratch.folder,
      env: { ...process.env, HOME: scratch.env.HOME! },
      encoding: 'utf8',
    }).trim();
  const commit = (text: string) => {
    git('commit', '--quiet', '--allow-empty', '--message', text);
    return git('rev-parse', 'HEAD');
  };
  git('init', '--quiet', '--initial-branch', 'main');
  const fork = commit('common');
  const base = commit('main goes on');
  git('checkout', '--quiet', '-b', 'topic', fork);
  commit('a model');

  await runAction(scratch, { ...inputs, base, suite: 'digits', provide: 'false' });
  expect(mainCall(scratch)?.slice(1, 5)).toEqual([
    'check',
    `--base=${fork}`,
    '--head=HEAD',
    '--suite=digits',
  ]);

  git('checkout', '--quiet', '--orphan', 'alien');
  commit('nothing in common');
  const alien = await runAction(scratch, { ...inputs, base, provide: 'false' });
  expect(alien.exitCode).not.toBe(0);
  expect(alien.log).toContain('fetch-depth: 0');
});

test('options reach fleetdiff as they were given', async () => {
  const scratch = openRunner(0);
  await runAction(scratch, {
    ...inputs,
    command: 'npx --no-install fleetdiff',
    suite: 'digits speech',
    devices: 'lab devices.yml',
    history: 'h.duckdb',
    'notify-url': 'https://secret.test/',
    args: '--localize\n--only haswell/*',
  });
  expect(scratch.calls()).toEqual([
    ['fleetdiff', 'doctor', '--fix'],
    [
      ...['fleetdiff', 'run', 'digits', 'speech', '--devices=lab devices.yml', '--history=h.duckdb'],
      ...[
        `--notify=\${FLEETDIFF_NOTIFY_URL}`,
        '--out=reports/fleetdiff',
        '--localize',
        '--only',
        'haswell/*',
      ],
    ],
  ]);
});

test.for([
  [{ name: '../up' }, 'name: expected'],
  [{ 'fail-on': 'sometimes' }, 'fail-on: expected'],
  [{ merge: 'shards' }, 'merge: no run folder'],
] as const)('%o is refused, and fleetdiff is not started', async ([given, said]) => {
  const scratch = openRunner(0);
  const ran = await runAction(scratch, { ...inputs, provide: 'false', ...given });
  expect(ran.conclusion).toBe('failure');
  expect(ran.log).toContain(`::error::${said}`);
  expect(scratch.calls()).toEqual([]);
});

test('what could not be provided is a warning: the run says which devices lack it', async () => {
  const ran = await runAction(openRunner(0, undefined, { FAKE_DOCTOR_EXIT: '3' }), inputs);
  expect(ran.conclusion).toBe('success');
  expect(ran.log).toContain('::warning::fleetdiff doctor --fix ended with exit code 3');
});
