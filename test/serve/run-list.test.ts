import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runLister } from '../../harness/serve/run-list.ts';
import { check, haswell, violation } from '../report/check/sample-check.ts';
import { sampleRun, shippableRun } from '../report/sample-run.ts';
import { linkLatestTo, reportsFolder, writeRun } from './run-folders.ts';

const at = (createdAt: string, run = shippableRun()) => ({ ...run, plan: { ...run.plan, createdAt } });

test('runs come newest first by their plan, with the verdict in words', async () => {
  const reports = await reportsFolder();
  await writeRun(reports, 'by-hand', at('2026-11-21T00:00:00Z', sampleRun()));
  await writeRun(reports, '2026-11-20T00-00-00Z-aaaa', at('2026-11-20T00:00:00Z'));
  await writeRun(reports, '2026-11-22T00-00-00Z-bbbb', at('2026-11-22T13:05:12Z'));
  await linkLatestTo(reports, '2026-11-22T00-00-00Z-bbbb');
  const { entries, latest } = await runLister({ kind: 'folder', root: reports })();
  expect(latest).toBe('2026-11-22T00-00-00Z-bbbb');
  expect(entries.map(({ id, outcome, verdict }) => [id, outcome, verdict])).toEqual([
    ['2026-11-22T00-00-00Z-bbbb', 'ship', 'May ship: yes, with 2 waived findings and 1 warning'],
    ['by-hand', 'unknown', 'May ship: cannot tell, the run is incomplete (1 incomplete)'],
    ['2026-11-20T00-00-00Z-aaaa', 'ship', 'May ship: yes, with 2 waived findings and 1 warning'],
  ]);
  const [newest, byHand] = entries;
  expect(newest).toMatchObject({ durationMs: 46_000, suites: ['digits-int8'], files: ['report.html'] });
  expect(newest?.targets).toHaveLength(9);
  expect(byHand?.coverage).toEqual({ planned: 11, captured: 9, failed: 1, skipped: 1, missing: 0 });
});

test('the head of a check is listed with what the check says', async () => {
  const reports = await reportsFolder();
  const breaks = { ...haswell, newViolations: [violation] };
  const red = check({ checkedAt: '2026-12-31T00:00:00Z', exitCode: 1, targets: [breaks] });
  await writeRun(reports, 'pr', shippableRun(), { 'check.json': JSON.stringify(red) });
  const { entries } = await runLister({ kind: 'folder', root: reports })();
  expect(entries.map(({ outcome, verdict }) => [outcome, verdict])).toEqual([
    ['noShip', 'Head breaks haswell/cpu (U8S8 saturation)'],
  ]);
});

test('a capture that was never delivered is missing, not failed', async () => {
  const reports = await reportsFolder();
  const root = await writeRun(reports, 'r');
  await rm(path.join(root, 'captures'), { recursive: true });
  const { entries } = await runLister({ kind: 'run', root })();
  expect(entries[0]?.coverage).toMatchObject({ failed: 0, missing: 10 });
});

test('damaged and unfinished runs are listed with what is wrong; other folders are not', async () => {
  const reports = await reportsFolder();
  await writeRun(reports, 'torn');
  await writeFile(path.join(reports, 'torn/verdicts.json'), '{"schemaVersion":1,"kind":"verdi');
  const atWork = await writeRun(reports, 'at-work');
  await rm(path.join(atWork, 'verdicts.json'));
  await mkdir(path.join(reports, 'no-plan/captures'), { recursive: true });
  await mkdir(path.join(reports, 'notes'));
  await writeFile(path.join(reports, 'file'), '');
  const { entries } = await runLister({ kind: 'folder', root: reports })();
  const found = Object.fromEntries(entries.map(({ id, outcome, verdict }) => [id, [outcome, verdict]]));
  expect(found).toEqual({
    torn: ['damaged', expect.stringMatching(/not JSON: .*\(E_RUN_FILE_DAMAGED\)$/)],
    'at-work': ['unjudged', 'Not judged: 10 of 11 captures are there'],
    'no-plan': ['damaged', 'The run has no plan.json. (E_RUN_FILE_MISSING)'],
  });
});

test('the list follows what changes on disk', async () => {
  const reports = await reportsFolder();
  const root = await writeRun(reports, 'a', shippableRun());
  const list = runLister({ kind: 'folder', root: reports });
  expect((await list()).entries.map(({ outcome }) => outcome)).toEqual(['ship']);
  const file = path.join(root, 'verdicts.json');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('"exitCode": 0', '"exitCode": 1'));
  await utimes(file, new Date(), new Date(Date.now() + 5000));
  await writeRun(reports, 'b');
  expect((await list()).entries.map(({ id, outcome }) => `${id} ${outcome}`).sort()).toEqual([
    'a noShip',
    'b unknown',
  ]);
  await rm(root, { recursive: true });
  expect((await list()).entries.map(({ id }) => id)).toEqual(['b']);
});

test('500 runs are listed in under a second once they have been read', async () => {
  const reports = await reportsFolder();
  const root = await writeRun(reports, 'run-0');
  const [plan, verdicts] = await Promise.all(
    ['plan.json', 'verdicts.json'].map((name) => readFile(path.join(root, name))),
  );
  await Promise.all(
    Array.from({ length: 499 }, async (_, n) => {
      const folder = path.join(reports, `run-${n + 1}`);
      await mkdir(folder);
      await writeFile(path.join(folder, 'plan.json'), plan!);
      await writeFile(path.join(folder, 'verdicts.json'), verdicts!);
    }),
  );
  const list = runLister({ kind: 'folder', root: reports });
  expect((await list()).entries).toHaveLength(500);
  const started = performance.now();
  expect((await list()).entries).toHaveLength(500);
  expect(performance.now() - started).toBeLessThan(1000);
});
