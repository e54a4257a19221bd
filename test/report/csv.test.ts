import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { renderCsv } from '../../harness/report/csv.ts';
import { HOSTILE, hostileRun } from './hostile-run.ts';
import { DEFAULT_FLEET } from './sample-fleet.ts';
import { sampleRun } from './sample-run.ts';

/** Python's csv module reads the file. */
function read(csv: string): Record<string, string>[] {
  const script =
    'import csv, io, json, sys; csv.field_size_limit(10**8); json.dump(list(csv.DictReader(io.StringIO(sys.stdin.buffer.read().decode(), newline=""))), sys.stdout)';
  return JSON.parse(
    execFileSync('python3', ['-c', script], { input: csv, encoding: 'utf8', maxBuffer: 1 << 28 }),
  );
}

test('a row per suite, case, target and tensor of the plan, with units in the headers', () => {
  const run = sampleRun();
  const rows = read(renderCsv(run));
  // 11 targets, 4 cases, 1 output; two of the targets did not answer.
  expect(rows).toHaveLength(44);
  const keys = rows.map((row) => JSON.stringify([row.suite, row.case, row.target, row.tensor]));
  expect(new Set(keys).size).toBe(44);
  const row = rows.find((own) => own.target === 'haswell/cpu' && own.case === 'digits-001')!;
  expect(row).toMatchObject({
    device: 'haswell',
    delegate: 'cpu',
    tensor: 'logits',
    shape: '50x10',
    state: 'compared',
    identical: 'no',
    status: 'WAIVED',
    'max_abs [value]': '3.5625',
    'max_steps [steps]': '19',
    'sqnr_db [dB]': '24.61',
    'flips [samples]': '1',
    'accuracy_reference [share]': '0.96',
    'elements [elements]': '500',
    'samples [samples]': '50',
    'worst index': '[12 3]',
    'worst reference [value]': '1.25',
  });
});

test('every header of a number names its unit', () => {
  const [first] = sampleRun().comparisons.comparisons;
  const counts = ['elements', 'nan_reference', 'inf_candidate', 'rel_excluded'].map(
    (name) => [name, 1] as const,
  );
  const comparison = { ...first!, metrics: Object.fromEntries(counts) } as typeof first & object;
  const run = sampleRun();
  const [row] = read(renderCsv({ ...run, comparisons: { ...run.comparisons, comparisons: [comparison] } }));
  const numbers = Object.keys(row!).slice(12, -5);
  expect(numbers.length).toBeGreaterThan(10);
  expect(numbers.filter((head) => !/ \[[A-Za-z]+\]$/.test(head))).toEqual([]);
});

test('numbers stay numbers, non-finite ones are spelled, undefined is empty', () => {
  const run = sampleRun();
  const comparisons = run.comparisons.comparisons.slice(0, 1).map((comparison) =>
    comparison.status === 'compared'
      ? {
          ...comparison,
          metrics: { bias: -0.25, max_abs: 'NaN' as const, psnr_db: '-Infinity' as const, sqnr_db: null },
        }
      : comparison,
  );
  const [row] = read(renderCsv({ ...run, comparisons: { ...run.comparisons, comparisons } }));
  expect(row).toMatchObject({
    'bias [value]': '-0.25',
    'max_abs [value]': 'NaN',
    'psnr_db [dB]': '-Infinity',
    'sqnr_db [dB]': '',
  });
});

test('a pair that cannot be compared has a row with its reason', () => {
  const run = sampleRun();
  const [first] = run.comparisons.comparisons;
  const { suite, target, tensor } = first!;
  const refused = { suite, target, tensor, case: 'x', status: 'notComparable', reason: '=shape' } as const;
  const comparisons = [first!, refused];
  const rows = read(renderCsv({ ...run, comparisons: { ...run.comparisons, comparisons } }));
  expect(rows[1]).toMatchObject({ state: 'not comparable', reason: "'=shape", 'max_abs [value]': '' });
});

test('a verdict on several cases colours those and no other', () => {
  const run = sampleRun();
  const own = run.verdicts.verdicts.filter((verdict) => verdict.target === 'haswell/cpu').slice(0, 1);
  const verdicts = own.map((verdict) => ({ ...verdict, case: 'digits-000, digits-002' }));
  const rows = read(renderCsv({ ...run, verdicts: { ...run.verdicts, verdicts } }));
  const haswell = rows.filter((row) => row.target === 'haswell/cpu');
  expect(haswell.map((row) => row.status)).toEqual(['WAIVED', '', 'WAIVED', '']);
});

test('no text cell would run as a formula, and hostile names come through', () => {
  const csv = renderCsv(hostileRun());
  const rows = read(csv);
  const risky = rows
    .flatMap((row) => Object.entries(row))
    .filter(([head, cell]) => /^[=+\-@\t\r]/.test(cell) && !head.includes('['));
  expect(risky).toEqual([]);
  const delegates = new Set(rows.map((row) => row.delegate));
  expect(delegates).toContain(`'${HOSTILE.formula}`);
  expect(delegates).toContain(HOSTILE.image);
});

test('a target that did not answer has rows with its state, and no numbers', () => {
  const rows = read(renderCsv(sampleRun()));
  const failed = rows.filter((row) => row.target === 'nehalem/cpu');
  expect(failed).toHaveLength(4);
  expect(failed[0]).toMatchObject({
    case: 'digits-000',
    tensor: 'logits',
    status: 'INCOMPLETE',
    state: 'failed',
    reason: 'session lost: the agent ended with signal SIGKILL',
    'max_abs [value]': '',
  });
  expect(rows.find((row) => row.target === 'workstation/webgpu')).toMatchObject({
    status: 'SKIPPED',
    state: 'skipped',
  });
});

test('a planned capture of which there is no file is missing, and nobody judged it', () => {
  const run = sampleRun({ fleet: DEFAULT_FLEET.slice(0, 1) });
  const none = { ...run.comparisons, comparisons: [] };
  const verdicts = { ...run.verdicts, verdicts: [] };
  const rows = read(renderCsv({ ...run, captures: [], comparisons: none, verdicts }));
  expect(rows.map((row) => [row.state, row.status])).toEqual(Array(4).fill(['missing', '']));
});

test('lines end as RFC 4180 says, and a name with a line feed stays one cell', () => {
  const run = sampleRun({ fleet: DEFAULT_FLEET.slice(0, 1), suite: 'two\nlines' });
  const csv = renderCsv(run);
  expect(csv.split('\r\n')).toHaveLength(6);
  expect(read(csv).map((row) => row.suite)).toEqual(Array(4).fill('two\nlines'));
});
