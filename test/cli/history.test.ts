import { cp, mkdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Plan } from '../../harness/domain/run-files.ts';
import {
  answerOtherwise,
  captureFile,
  copyRecording,
  judged,
  type Recording,
  readCaptureFile,
} from '../recorded-runs/recording.ts';
import { startCli } from './work-folder.ts';

/** The built CLI over nights made from the recorded run: its history, what it tells others, and what it removes. */

const cli = path.resolve(import.meta.dirname, '../../dist/cli/main.js');

const idOf = (day: number) => `night-${day}`;

/** A judged run of that day under reports/; on a bad night the board answers otherwise, after a driver update. */
async function addNight(folder: string, day: number, isBad = false): Promise<string> {
  const recording: Recording = { workFolder: folder, run: path.join(folder, 'reports', idOf(day)) };
  const source = await copyRecording();
  await mkdir(path.dirname(recording.run), { recursive: true });
  await cp(source.run, recording.run, { recursive: true });
  const file = path.join(recording.run, 'plan.json');
  const plan = JSON.parse(await readFile(file, 'utf8')) as Plan;
  const createdAt = new Date(Date.UTC(2026, 0, day)).toISOString();
  await writeFile(file, JSON.stringify({ ...plan, run: idOf(day), createdAt }));
  if (isBad) await makeBad(recording);
  await judged(recording, new Date(Date.UTC(2026, 0, day, 1)));
  return recording.run;
}

async function makeBad(recording: Recording): Promise<void> {
  await answerOtherwise(recording, 'board/cpu', { case: 'single', tensor: 'scores', at: 3, byte: 0x43 });
  const file = path.join(recording.run, captureFile('board/cpu'));
  const capture = await readCaptureFile(recording, 'board/cpu');
  const driver = { ...capture.provenance.driver, version: '99.0.0' };
  await writeFile(file, JSON.stringify({ ...capture, provenance: { ...capture.provenance, driver } }));
}

async function folderOfNights(...bad: readonly boolean[]): Promise<string> {
  const { workFolder } = await copyRecording();
  for (const [at, isBad] of bad.entries()) await addNight(workFolder, at + 1, isBad);
  return workFolder;
}

const run = (folder: string, args: readonly string[], env = {}) => startCli(cli, folder, args, env).ended;

test('imported nights: the last ones, a series that marks other bytes, and why', async () => {
  const folder = await folderOfNights(false, false, true);
  await mkdir(path.join(folder, 'reports/damaged'));
  await writeFile(path.join(folder, 'reports/damaged/plan.json'), '{');
  const imported = await run(folder, ['history', '--import', 'reports']);
  expect([imported.code, imported.stdout]).toEqual([0, '3 runs added to reports/history.duckdb\n']);
  expect(imported.stderr).toMatch(/skipped reports\/damaged: E_/);

  const nights = await run(folder, ['history']);
  expect(nights.stdout.split('\n').map((line) => line.split('  ')[1])).toEqual([
    'night-3',
    'night-2',
    'night-1',
    undefined,
  ]);
  expect(nights.stdout.split('\n')[0]).toContain('1 moved');
  expect(nights.stdout.split('\n')[1]).not.toContain('moved');

  const series = ['history', '--metric', 'max_abs', '--target', 'board/*', '--tensor', 'scores'];
  const table = await run(folder, series, { LC_ALL: 'C.UTF-8' });
  expect(table.stdout).toMatch(/board\/cpu scores {2}▁▁█ +\S+ +was /);
  expect(table.stdout.split('\n')[2]).toMatch(/^ +\^$/);
  expect(table.stdout.split('\n')[2]!.indexOf('^')).toBe(table.stdout.split('\n')[1]!.indexOf('█'));
  const ascii = await run(folder, series, { LC_ALL: 'C' });
  expect(ascii.stdout).toMatch(/^[ -~\n]+$/);
  const since = JSON.parse((await run(folder, [...series, '--since', '2026-01-02', '--json'])).stdout);
  expect(since.points.map((point: { run: string }) => point.run)).toEqual(['night-2', 'night-3']);
  const nothing = await run(folder, ['history', '--metric', 'max_abs', '--target', 'bord/*']);
  expect([nothing.code, nothing.stdout, nothing.stderr]).toEqual([
    0,
    '',
    'No run of the history has a max_abs within --target bord/*.\n',
  ]);
  const csv = (await run(folder, [...series, '--csv'])).stdout;
  expect(csv.trim().split('\r\n')).toHaveLength(4);

  const why = await run(folder, ['history', '--why', 'night-3']);
  expect(why.stdout.replaceAll('\n', ' ')).toMatch(
    /^1 of 4 targets moved in night-3\. 1 of 1 target that moved changed driver \S+ \S+ → \S+ 99\.0\.0; 0 of 3 that did not\./,
  );
  const quiet = await run(folder, ['history', '--why', 'night-2', '--json']);
  expect(JSON.parse(quiet.stdout)).toMatchObject({ kind: 'attribution', moved: [], unmoved: 4, causes: [] });
});

test('what is asked beside an import is told of what it added, alone on stdout', async () => {
  const folder = await folderOfNights(false, true);
  const metric = ['--metric', 'max_abs', '--target', 'board/*', '--tensor', 'scores'];
  const asked = await run(folder, ['history', '--import', 'reports', ...metric, '--json']);
  expect(JSON.parse(asked.stdout).points).toHaveLength(2);
  expect(asked.stderr).toBe('2 runs added to reports/history.duckdb\n');
  const why = await run(folder, ['history', '--import', 'reports', '--why']);
  expect(why.stdout).toMatch(/^1 of 4 targets moved in night-2\./);
});

test('a run whose files are damaged in two places is skipped, and the others are added', async () => {
  const folder = await folderOfNights(false, false);
  await rm(path.join(folder, 'reports/night-1/verdicts.json'));
  await writeFile(path.join(folder, 'reports/night-1/history.json'), '{');
  const imported = await run(folder, ['history', '--import', 'reports']);
  expect(imported.stderr).toMatch(/skipped reports\/night-1: E_RUN_FILE_MISSING/);
  expect([imported.code, imported.stdout]).toEqual([0, '1 run added to reports/history.duckdb\n']);
});

test.for([
  ['no history', ['history'], 'E_HISTORY_NOT_FOUND'],
  ['no such run to import', ['history', '--import', 'nothing'], 'E_RUN_NOT_FOUND'],
  ['a metric that is none', ['history', '--metric', 'max_step'], 'E_HISTORY_METRIC'],
  ['a table of reasons', ['history', '--why', '--csv'], 'E_HISTORY_CSV'],
  [
    'baselines that are not there',
    ['prune', '--keep', '1d', '--baselines', 'baseline'],
    'E_BASELINES_NOT_FOUND',
  ],
  ['no baselines to judge by', ['judge', 'run', '--baselines', 'baseline'], 'E_BASELINES_NOT_FOUND'],
  ['no time to keep', ['prune', '--keep', 'ages'], 'E_SINCE'],
] as const)('%s', async ([, args, code]) => {
  const { workFolder } = await copyRecording();
  const ended = await run(workFolder, args);
  expect([ended.code, ended.stderr.split(/\s/)[0]]).toEqual([2, code]);
});

/** A server that keeps what is posted to it, and answers with `status`. */
async function listener(status = 200) {
  const posts: { readonly path: string; readonly body: Record<string, unknown> }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    posts.push({ path: request.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString()) });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { posts, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const NOTIFY = ['--notify', '$' + '{HOOK}/secret-path'];

test('a merged run is kept, and a change of the verdict is posted, once', async () => {
  const folder = await folderOfNights(false, false, true);
  const { posts, url } = await listener();
  const merge = (night: string) =>
    run(folder, ['merge', `reports/${night}`, '--out', `whole-${night}`, ...NOTIFY], { HOOK: url });
  const first = await merge('night-1');
  await merge('night-2');
  expect(posts).toEqual([]);
  const bad = await merge('night-3');
  expect([first.code, bad.code]).toEqual([0, 1]);
  expect(posts.map((post) => post.path)).toEqual(['/secret-path']);
  expect(posts[0]!.body).toMatchObject({
    kind: 'notification',
    run: 'night-3',
    exitCode: 1,
    exitCodeBefore: 0,
  });
  expect(posts[0]!.body.text).toMatch(/over budget, was within budget\n1 of 4 targets moved/);
  expect(first.stderr + bad.stderr).not.toContain('secret-path');
  expect((await run(folder, ['history'])).stdout.trim().split('\n')).toHaveLength(3);
});

test('what is over budget without a night before is told, and what stays so is not told again', async () => {
  const folder = await folderOfNights(true, true, true);
  const { posts, url } = await listener();
  const merge = (night: string) =>
    run(folder, ['merge', `reports/${night}`, '--out', `whole-${night}`, ...NOTIFY], { HOOK: url });
  await merge('night-1');
  expect(posts.map(({ body }) => [body.run, body.exitCode, body.exitCodeBefore])).toEqual([
    ['night-1', 1, null],
  ]);
  await merge('night-2');
  expect(posts).toHaveLength(1);
  await rm(path.join(folder, 'reports/night-3', captureFile('phone/cpu')));
  await rm(path.join(folder, 'reports/night-3', captureFile('browser/wasm')));
  const lost = await merge('night-3');
  expect(lost.code).toBe(3);
  expect(posts).toHaveLength(2);
});

test('what goes wrong after the verdict is a warning that tells no secret', async () => {
  const folder = await folderOfNights(false);
  const { url } = await listener(500);
  await writeFile(path.join(folder, 'broken.duckdb'), 'something else');
  const ways: readonly (readonly [args: readonly string[], warning: string])[] = [
    [['--notify-always', ...NOTIFY], 'nobody was notified: E_NOTIFY The post was answered with 500.'],
    [['--no-history', ...NOTIFY], 'nobody was notified: E_NOTIFY_HISTORY'],
    [['--notify-always', '--notify', '$' + '{NO_SUCH}'], 'nobody was notified: E_NOTIFY_ENV'],
    [['--notify-always', '--notify', 'file:///secret-path'], 'nobody was notified: E_NOTIFY_URL'],
    [['--history', 'broken.duckdb'], 'the history was not written: E_HISTORY_DAMAGED'],
  ];
  for (const [at, [args, warning]] of ways.entries()) {
    const ended = await run(folder, ['merge', 'reports/night-1', '--out', `out-${at}`, ...args], {
      HOOK: url,
    });
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain(`warning: ${warning}`);
    expect(ended.stderr).not.toContain('secret-path');
  }
});

test('prune says what would go, removes it when told to, and leaves what is needed', async () => {
  const folder = await folderOfNights(false, false, false, false);
  const at = (...names: string[]) => path.join(folder, 'reports', ...names);
  await symlink('night-1', at('latest'));
  await mkdir(path.join(folder, 'baselines/s'), { recursive: true });
  const baseline = path.join(folder, 'baselines/s/board.cpu.json');
  await writeFile(baseline, JSON.stringify({ kind: 'baseline', approved: { run: 'night-2' } }));
  await mkdir(at('mine'));
  const loose = at('night-4', 'blobs/ab', 'ab'.repeat(32));
  await mkdir(path.dirname(loose), { recursive: true });
  await writeFile(loose, 'nobody names me');
  await utimes(loose, new Date(0), new Date(0));
  const exists = async (name: string) =>
    (await readFile(at(name, 'plan.json')).catch(() => undefined)) !== undefined;

  const args = ['prune', '--keep', '2026-01-04'];
  const dry = await run(folder, args);
  expect(dry.stdout).toMatch(
    /^reports\/night-3 {2}[\d.]+ KiB\n1 blob that no file of its run names {2}15 B$/m,
  );
  expect(dry.stdout).toContain('night-1  stays: it is the latest');
  expect(dry.stdout).toContain('night-2  stays: a baseline was approved from it');
  const elsewhere = await run(path.join(folder, 'baselines'), [
    ...args,
    '--reports',
    path.join(folder, 'reports'),
  ]);
  expect(elsewhere.stdout).toContain('night-2  stays: a baseline was approved from it');
  expect(await exists('night-3')).toBe(true);

  await run(folder, [...args, '--yes']);
  expect(await Promise.all(['night-1', 'night-2', 'night-3', 'night-4'].map(exists))).toEqual([
    true,
    true,
    false,
    true,
  ]);
  await expect(readFile(loose)).rejects.toThrow('ENOENT');
  // Whatever is left of the kept run still judges.
  expect((await run(folder, ['compare', 'reports/night-4'])).code).toBe(0);
  expect((await run(folder, ['judge', 'reports/night-4'])).code).toBe(0);

  await writeFile(baseline, '{');
  const refused = await run(folder, args);
  expect([refused.code, refused.stderr.split(' ')[0]]).toEqual([2, 'E_BASELINE_UNREADABLE']);
  await rm(baseline);
  expect((await run(folder, args)).stdout).toContain('reports/night-2  ');
});
