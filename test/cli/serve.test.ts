import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { linkLatestTo, writeRun } from '../serve/run-folders.ts';
import { startCli } from './work-folder.ts';

const main = path.resolve(import.meta.dirname, '../../dist/cli/main.js');

/** A folder with two runs under reports/; no device, no suite. */
async function folderWithRuns(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-serve-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const reports = path.join(folder, 'reports');
  await mkdir(reports);
  await writeRun(reports, 'one');
  await writeRun(reports, 'two');
  await linkLatestTo(reports, 'two');
  return folder;
}

/** The command once it has printed its first line. */
async function serving(folder: string, args: readonly string[]) {
  const { child, ended } = startCli(main, folder, ['serve', ...args]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const first = await Promise.race([
    once(child.stdout!, 'data').then(([text]) => String(text)),
    ended.then(({ stdout, stderr }) => stdout + stderr),
  ]);
  const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(first)?.[0];
  expect(url, first).toBeDefined();
  return { child, ended, url: url!, first };
}

test.for([
  ['SIGINT', 130],
  ['SIGTERM', 0],
] as const)('serves the runs of reports/ until %s, then ends with %i', async ([signal, code]) => {
  const { child, ended, url, first } = await serving(await folderWithRuns(), ['--port', '0']);
  expect(first).toMatch(/^reports is at {2}http:\/\/127\.0\.0\.1:\d+\/\nCtrl-C ends it\.\n$/);
  const answer = await fetch(`${url}runs.json`);
  const { runs, latest } = (await answer.json()) as { runs: { id: string }[]; latest: string };
  expect(runs.map(({ id }) => id)).toEqual(['two', 'one']);
  expect(latest).toBe('two');
  child.kill(signal);
  expect(await ended).toMatchObject({ code, stderr: '' });
});

test('serves one run by its name, and says where as JSON', async () => {
  const { url, first } = await serving(await folderWithRuns(), ['latest', '--port', '0', '--json']);
  expect(JSON.parse(first)).toEqual({ schemaVersion: 1, kind: 'serving', url });
  const { runs } = (await (await fetch(`${url}runs.json`)).json()) as { runs: { id: string }[] };
  expect(runs.map(({ id }) => id)).toEqual(['two']);
});

test('a busy port is said with the way out', async () => {
  const busy = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void busy.close());
  await once(busy, 'listening');
  const { port } = busy.address() as { port: number };
  const { ended } = startCli(main, await folderWithRuns(), ['serve', '--port', String(port)]);
  const { code, stderr, stdout } = await ended;
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toBe(`E_PORT
  Port ${port} of 127.0.0.1 cannot be had: another program has it (EADDRINUSE).
  take a free one:  fleetdiff serve --port 0
  or name another with --port N
`);
});

test.for([
  [['nothing'], /^E_RUN_NOT_FOUND {2}nothing\n/],
  [['--port', '65536'], /A port is a number from 0 to 65535/],
  [['--port', 'x'], /A port is a number from 0 to 65535/],
] as const)('serve %j is a mistake that is told', async ([args, words]) => {
  const { ended } = startCli(main, await folderWithRuns(), ['serve', ...args]);
  expect(await ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(words) });
});

test('without a folder of runs it says how to make one', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-serve-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { code, stderr } = await startCli(main, folder, ['serve']).ended;
  expect(code).toBe(2);
  expect(stderr).toContain('make a run:  fleetdiff run');
});
