import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { withHistory } from '../../../harness/history/open-history.ts';
import { importToHistory, keepRun } from '../../../harness/stages/history.ts';
import { dropRecording, judged, makeRecording, type Recording } from '../../recorded-runs/recording.ts';

/** history.json, with which a run is imported without its other files. */

const TABLES = ['runs', 'environments', 'targets', 'tensors', 'answers', 'metrics', 'verdicts'];

let recording: Recording;
let kept: unknown;
beforeAll(async () => {
  recording = await makeRecording();
  await judged(recording);
  const file = path.join(recording.workFolder, 'kept.duckdb');
  await keepRun(file, { root: recording.run });
  kept = await allRows(file);
});
afterAll(() => dropRecording(recording));

function allRows(file: string): Promise<Record<string, string[]>> {
  return withHistory(file, async (connection) => {
    const rows: Record<string, string[]> = {};
    for (const table of TABLES) {
      const read = await connection.runAndReadAll(`SELECT * FROM ${table}`);
      rows[table] = read
        .getRowsJson()
        .map((row) => JSON.stringify(row))
        .sort();
    }
    return rows;
  });
}

async function imported(run: string): Promise<{ skipped: unknown[]; rows: unknown }> {
  const file = path.join(run, 'imported.duckdb');
  const skipped = await importToHistory(file, [{ root: run }]);
  return { skipped, rows: await allRows(file) };
}

type Change = (at: (name: string) => string) => Promise<unknown>;

const appended = async (file: string, text: string) =>
  writeFile(file, `${await readFile(file, 'utf8')}${text}`);

test.for<readonly [string, Change]>([
  ['alone', async (at) => Promise.all([rm(at('comparisons.json')), rm(at('plan.json'))])],
  ['lost: made of the other files', (at) => rm(at('history.json'))],
  [
    'without a sheet that a target names: made of the other files',
    async (at) => {
      const text = await readFile(at('history.json'), 'utf8');
      const other = text.replace(/"sheet": 0/, '"sheet": 99');
      expect(other).not.toBe(text);
      await writeFile(at('history.json'), other);
    },
  ],
  ['damaged: made of the other files', (at) => appended(at('history.json'), '}')],
  [
    'of other verdicts: made of the other files',
    async (at) => {
      const other = (await readFile(at('history.json'), 'utf8')).replace('"exitCode": 0', '"exitCode": 3');
      expect(other).toContain('"exitCode": 3');
      await writeFile(at('history.json'), other);
      await appended(at('verdicts.json'), '\n');
    },
  ],
])('%s, it gives the rows that the run gave', async ([, change]) => {
  const copy = await copyOf(recording);
  await change((name) => path.join(copy, name));
  expect(await imported(copy)).toEqual({ skipped: [], rows: kept });
});

test('a run without verdicts is left out, whatever its history.json says', async () => {
  const copy = await copyOf(recording);
  await rm(path.join(copy, 'verdicts.json'));
  const { skipped } = await imported(copy);
  expect(skipped).toEqual([{ run: copy, reason: expect.stringContaining('E_RUN_FILE_MISSING') }]);
});

async function copyOf({ run }: Recording): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-record-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp(run, folder, { recursive: true });
  return folder;
}
