import { readFile, rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Determinism } from '../../harness/domain/run-files.ts';
import { FACTORS, type Stability } from '../../harness/domain/stability.ts';
import { readablePage } from '../report/read-page.ts';
import { type Ended, makeWorkFolder, type WorkFolder } from './work-folder.ts';

let work: WorkFolder;
let comparisons: string;
let ended: Ended;

const text = (name: string) => readFile(work.file('night', name), 'utf8');

beforeAll(async () => {
  work = await makeWorkFolder();
  const ran = await work.run([
    'run',
    'digits',
    '--only',
    'workstation/*',
    '--repeats',
    '1',
    '--out',
    'night',
  ]);
  if (ran.code === null || ran.code > 1) throw new Error(ran.stderr);
  comparisons = await text('comparisons.json');
  ended = await work.run(['localize', 'night', '--target', 'workstation/cpu', '--stability']);
}, 120_000);
afterAll(() => rm(work.folder, { recursive: true, force: true }));

test('says what was varied and what changes the answer, in the terminal and in a file', async () => {
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stdout).toMatch(/8 samples of case digits-\d\n {2}stable\? {11}\S/);
  const stability = JSON.parse(await text('stability/workstation.cpu/digits-int8.json')) as Stability;
  expect(stability).toMatchObject({ kind: 'stability', target: 'workstation/cpu', samples: 8 });
  expect(stability.factors.map(({ factor }) => factor)).toEqual(FACTORS);
  for (const each of stability.factors) {
    if (each.status === 'notVaried') throw new Error(`${each.factor}: ${each.reason}`);
    expect(each.values.length).toBeGreaterThan(1);
    for (const tried of each.values) expect(tried.status, `${each.factor} ${tried.value}`).toBe('ran');
    // One thread and integer operators: a CPU of any kind repeats itself.
    if (each.factor === 'repeats' || each.factor === 'session') expect(each.distinct_outputs).toBe(1);
  }
});

test('determinism.json tells it too, of that target alone; comparisons stay', async () => {
  const { targets } = JSON.parse(await text('determinism.json')) as Determinism;
  const probed = targets.map(({ target, factors }) => [target, factors?.length]);
  expect(probed).toEqual([
    ['workstation/cpu', FACTORS.length],
    ['workstation/cpu-noopt', undefined],
  ]);
  expect(await text('comparisons.json')).toBe(comparisons);
});

test('the page tells it once it is rendered again, and judging finds nothing amiss', async () => {
  const [judged, rendered] = [await work.run(['judge', 'night']), await work.run(['render', 'night'])];
  expect([judged.code, judged.stderr], judged.stdout).toEqual([expect.toBeOneOf([0, 1]), '']);
  expect(rendered.code, rendered.stderr).toBe(0);
  expect(readablePage(await text('report.html'))).toContain('"attributed"');
}, 60_000);
