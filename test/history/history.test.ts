import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { appendRuns } from '../../harness/history/append-run.ts';
import { withHistory } from '../../harness/history/open-history.ts';
import { readNights } from '../../harness/history/read-nights.ts';
import { readSeries } from '../../harness/history/read-series.ts';
import { readSteps } from '../../harness/history/read-steps.ts';
import { readTrends } from '../../harness/history/read-trends.ts';
import { renderSeriesTable } from '../../harness/report/terminal/series-table.ts';
import { attribute } from '../../harness/stages/history/attribute.ts';
import { nightOf } from './history-run.ts';

async function freshFile(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-history-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return path.join(folder, 'history.duckdb');
}

const nights = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) =>
    nightOf({
      day: from + n,
      answers: { 'a/cpu': 'same', 'b/cpu': n % 2 === 0 ? 'x' : 'z' },
      maxSteps: { x: 1, z: 7 },
    }),
  );

const append = (file: string, ...runs: ReturnType<typeof nights>) =>
  withHistory(file, (connection) => appendRuns(connection, runs));
const series = (file: string, query: Parameters<typeof readSeries>[1]) =>
  withHistory(file, (connection) => readSeries(connection, query));
const countOf = (file: string, table: string) =>
  withHistory(file, async (connection) =>
    Number((await connection.runAndReadAll(`SELECT count(*) FROM ${table}`)).getRowsJS()[0]![0]),
  );

test('a series is read back oldest first, with the bytes behind each value', async () => {
  const file = await freshFile();
  await append(file, ...nights(0, 3).reverse());
  const points = await series(file, { metric: 'max_steps', target: 'b/*' });
  expect(points.map(({ run, value, bytes }) => [run, value, bytes])).toEqual([
    ['night-0000', 1, 'x'],
    ['night-0001', 7, 'z'],
    ['night-0002', 1, 'x'],
  ]);
  expect(points[0]!.judgedAt).toBe('2026-01-01T00:00:00.000Z');
  expect(await series(file, { metric: 'max_steps', since: '2026-01-03' })).toHaveLength(2);
  expect(await series(file, { metric: 'no such metric' })).toEqual([]);
});

test('trends are of what moved in the last runs up to one, with the runs where it did', async () => {
  const file = await freshFile();
  await append(file, ...nights(0, 6));
  const query = { metrics: ['max_steps'], mostRuns: 3, mostSeries: 10 };
  const trends = (run: string, more: Partial<typeof query> = {}) =>
    withHistory(file, (connection) => readTrends(connection, { run, ...query, ...more }));
  const told = await trends('night-0003');
  expect(told.runs.map(({ run }) => run)).toEqual(['night-0001', 'night-0002', 'night-0003']);
  // a/cpu gave the same bytes every night: it has no line.
  expect(told.series).toEqual([
    {
      suite: 's',
      target: 'b/cpu',
      tensor: 'y',
      metric: 'max_steps',
      values: [7, 1, 7],
      changes: [1, 2],
    },
  ]);
  expect(told.leftOut).toBe(0);
  expect((await trends('night-0000')).series).toEqual([]);
  expect(await trends('night-0003', { mostSeries: 0 })).toMatchObject({ series: [], leftOut: 1 });
});

test('the same bytes measured otherwise have not moved', async () => {
  const file = await freshFile();
  const answers = ['first', 'relabelled', 'changed'];
  const bytes = { first: 'b1', relabelled: 'b1', changed: 'b2' };
  const maxSteps = { first: 1, relabelled: 2, changed: 2 };
  await append(
    file,
    ...answers.map((answer, day) => nightOf({ day, answers: { 'a/cpu': answer }, bytes, maxSteps })),
  );
  await withHistory(file, async (connection) => {
    const nights = await readNights(connection, { limit: 9 });
    expect(nights.map(({ moved }) => moved)).toEqual([1, 0, 0]);
    const movedIn = async (run: string) => attribute(run, await readSteps(connection, run)).moved.length;
    expect([await movedIn('night-0001'), await movedIn('night-0002')]).toEqual([0, 1]);
    const query = { metrics: ['max_steps'], mostRuns: 9, mostSeries: 9 };
    expect((await readTrends(connection, { run: 'night-0001', ...query })).series).toEqual([]);
    expect((await readTrends(connection, { run: 'night-0002', ...query })).series).toMatchObject([
      { values: [1, 2, 2], changes: [2] },
    ]);
  });
  const points = await series(file, { metric: 'max_steps' });
  const [, line, marks] = renderSeriesTable(points, { columns: 80, ascii: false }).split('\n');
  expect(marks?.indexOf('^')).toBe(line!.indexOf('▁██') + 2);
});

test('nights that answer alike add no answer', async () => {
  const file = await freshFile();
  await append(file, ...nights(0, 20));
  await append(file, ...nights(20, 40));
  expect([
    await countOf(file, 'runs'),
    await countOf(file, 'tensors'),
    await countOf(file, 'answers'),
  ]).toEqual([40, 80, 3]);
  expect(await countOf(file, 'metrics')).toBe(3);
});

test('a run that is appended again replaces itself', async () => {
  const file = await freshFile();
  await append(file, ...nights(0, 2));
  await append(file, nightOf({ day: 1, answers: { 'a/cpu': 'other' }, maxSteps: { other: 3 } }));
  expect(await countOf(file, 'runs')).toBe(2);
  expect(
    (await series(file, { metric: 'max_steps', since: '2026-01-02' })).map(({ value }) => value),
  ).toEqual([3]);
});

test('numbers that JSON cannot hold come back as they were', async () => {
  const file = await freshFile();
  const night = nightOf({ day: 0, answers: { 'a/cpu': 'n', 'b/cpu': 'i' } });
  const values = { n: 'NaN', i: '-Infinity' } as const;
  const answers = night.answers.map((each) => ({
    ...each,
    metrics: [{ metric: 'm', value: values[each.id as 'n' | 'i'] }],
  }));
  await append(file, { ...night, answers });
  expect((await series(file, { metric: 'm' })).map(({ value }) => value)).toEqual(['NaN', '-Infinity']);
});

test('what fails half way is not there at all', async () => {
  const file = await freshFile();
  await append(file, ...nights(0, 1));
  await expect(
    withHistory(file, async (connection) => {
      await appendRuns(connection, nights(1, 5));
      throw new Error('power cut');
    }),
  ).rejects.toThrow('power cut');
  expect([await countOf(file, 'runs'), await countOf(file, 'tensors')]).toEqual([1, 2]);
});

test('runs that append at once all arrive', async () => {
  const file = await freshFile();
  await Promise.all(nights(0, 8).map((night) => append(file, night)));
  expect([
    await countOf(file, 'runs'),
    await countOf(file, 'tensors'),
    await countOf(file, 'history'),
  ]).toEqual([8, 16, 1]);
});

test('processes that append at once all arrive', async () => {
  const file = await freshFile();
  const script = path.join(import.meta.dirname, 'append-night.mjs');
  const appending = (first: number) =>
    promisify(execFile)(process.execPath, [script, file, String(first), '5']);
  await Promise.all([0, 5, 10].map(appending));
  expect(await countOf(file, 'runs')).toBe(15);
});

test('a file that is no history is refused with a way out, and left as it is', async () => {
  const file = await freshFile();
  await writeFile(file, 'something else');
  await expect(append(file, ...nights(0, 1))).rejects.toMatchObject({
    code: 'E_HISTORY_DAMAGED',
    remedies: expect.arrayContaining([expect.stringContaining('--import')]),
  });
  expect(await readFile(file, 'utf8')).toBe('something else');
});

test('a damaged history is refused', async () => {
  const file = await freshFile();
  await append(file, ...nights(0, 300));
  const damaged = `${file}.damaged`;
  await copyFile(file, damaged);
  const bytes = await readFile(damaged);
  bytes.fill(0x5a, 4096 * 3);
  await writeFile(damaged, bytes);
  await expect(series(damaged, { metric: 'max_steps' })).rejects.toMatchObject({ code: 'E_HISTORY_DAMAGED' });
});

test('a history that was cut short is refused', async () => {
  const file = await freshFile();
  await append(file, ...nights(0, 300));
  for (const bytes of [20_000, 100_000]) {
    await truncate(file, bytes);
    await expect(series(file, { metric: 'max_steps' })).rejects.toMatchObject({ code: 'E_HISTORY_DAMAGED' });
    await rm(file);
    await append(file, ...nights(0, 300));
  }
});

test('a newer history is refused', async () => {
  const file = await freshFile();
  await withHistory(file, (connection) => connection.run('UPDATE history SET version = 99'));
  await expect(append(file, ...nights(0, 1))).rejects.toMatchObject({
    code: 'E_HISTORY_NEWER',
    message: expect.stringContaining('99'),
  });
});

test('an older history is refused with the way to build it anew', async () => {
  const file = await freshFile();
  await withHistory(file, (connection) => connection.run('UPDATE history SET version = 1'));
  await expect(append(file, ...nights(0, 1))).rejects.toMatchObject({
    code: 'E_HISTORY_OLDER',
    remedies: ['move it away and build it anew from the runs:  fleetdiff history --import reports'],
  });
});

test('a year of one metric out of a thousand nights, in less than two seconds', async () => {
  const file = await freshFile();
  await append(file, ...nights(0, 1000));
  const started = performance.now();
  const points = await series(file, { metric: 'max_steps', target: 'b/*', since: '2027-09-27' });
  expect(performance.now() - started).toBeLessThan(2000);
  // 2027-09-27 is 634 days after the first night.
  expect([points.length, points[0]!.run, points.at(-1)!.run]).toEqual([366, 'night-0634', 'night-0999']);
});
