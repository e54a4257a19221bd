import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { METRICS } from '../../harness/domain/metrics.ts';
import type { Status } from '../../harness/domain/run-files.ts';
import { fileOf, freshFolder, writeFloats } from './files.ts';
import { diffJson, runDiff, statuses } from './run-diff.ts';

/** What a budget must not let through, and what it must. */

const { NaN: NAN, POSITIVE_INFINITY: INF } = Number;

interface Judged {
  readonly of: string;
  readonly reference: readonly number[];
  readonly candidate: readonly number[];
  readonly limits: string;
  /** Further YAML, such as waivers. */
  readonly more?: string;
  readonly status: Status;
  readonly exitCode: 0 | 1 | 3;
}

const NEXT_YEAR = new Date(Date.now() + 366 * 86_400_000).toISOString().slice(0, 10);
const waiver = (metrics: string, expires: string, limits = '') =>
  `waivers:\n  - {match: {tensor: y}, metrics: [${metrics}], ${limits}reason: known, owner: "@me", expires: ${expires}}\n`;

const CASES: readonly Judged[] = [
  {
    of: 'LiteRT: NaN leaves max_diff 0',
    reference: [1, 2],
    candidate: [1, NAN],
    limits: 'max_abs: 1',
    status: 'FAIL',
    exitCode: 1,
  },
  {
    of: 'LiteRT: NaN leaves the SNR at +∞',
    reference: [1, 2],
    candidate: [1, NAN],
    limits: 'sqnr_db: 20',
    status: 'FAIL',
    exitCode: 1,
  },
  {
    of: 'OpenVINO: the relative difference divides by min(abs_diff)',
    reference: [4, 8],
    candidate: [5, 8],
    limits: 'max_rel: 0.2',
    status: 'FAIL',
    exitCode: 1,
  },
  {
    of: "AI Hub models: PSNR's peak is the candidate's",
    reference: [1, 1],
    candidate: [1, 1e6],
    limits: 'psnr_db: 20',
    status: 'FAIL',
    exitCode: 1,
  },
  {
    of: 'Polygraphy: PSNR of -1000 ± 1 is 0 dB',
    reference: [-1000, -1000],
    candidate: [-999, -1001],
    limits: 'psnr_db: 59',
    status: 'PASS',
    exitCode: 0,
  },
  {
    of: 'ExecuTorch: L1 is a sum, so four errors of 1 exceed a mean of 1',
    reference: [0, 0, 0, 0],
    candidate: [1, 1, 1, 1],
    limits: 'mean_abs: 1',
    status: 'PASS',
    exitCode: 0,
  },
  {
    of: 'a cosine of 1 says nothing of the scale',
    reference: [1, 2, 3],
    candidate: [2, 4, 6],
    limits: 'cosine: 0.999, max_abs: 0.1',
    status: 'FAIL',
    exitCode: 1,
  },
  {
    of: 'a limit that is undefined is not met',
    reference: [0, 0],
    candidate: [0, 1e-3],
    limits: 'sqnr_db: 20',
    status: 'NOT_COMPARABLE',
    exitCode: 3,
  },
  {
    of: 'NaN on both sides, without leave',
    reference: [1, NAN],
    candidate: [1, NAN],
    limits: 'max_abs: 1',
    status: 'FAIL',
    exitCode: 1,
  },
  {
    of: 'NaN on both sides, with leave',
    reference: [1, NAN],
    candidate: [1, NAN],
    limits: 'max_abs: 1, allow_nonfinite: true',
    status: 'PASS',
    exitCode: 0,
  },
  {
    of: 'leave for NaN on both sides is none for NaN on one',
    reference: [1, NAN],
    candidate: [NAN, 1],
    limits: 'max_abs: 1, allow_nonfinite: true',
    status: 'FAIL',
    exitCode: 1,
  },
  {
    of: 'an infinity of the other sign, with leave',
    reference: [INF, 1],
    candidate: [-INF, 1],
    limits: 'max_abs: .inf, allow_nonfinite: true',
    status: 'FAIL',
    exitCode: 1,
  },
  {
    of: 'a limit is inclusive',
    reference: [1],
    candidate: [1.5],
    limits: 'max_abs: 0.5',
    status: 'PASS',
    exitCode: 0,
  },
  {
    of: 'a warning passes, and is told',
    reference: [1],
    candidate: [1.5],
    limits: 'max_abs: {warn: 0.1, fail: 1}',
    status: 'WARN',
    exitCode: 0,
  },
  {
    of: 'a limit on another metric alone holds the tensor to its tolerance no longer, but a mere warning does',
    reference: [1],
    candidate: [1.5],
    limits: 'max_abs: {warn: 0.1}',
    status: 'FAIL',
    exitCode: 1,
  },
  {
    of: 'a limit on NaN alone holds no finite value',
    reference: [1],
    candidate: [100],
    limits: 'nonfinite_mismatch: 0, nonfinite_matched: 0',
    status: 'FAIL',
    exitCode: 1,
  },
  {
    of: 'a waiver',
    reference: [1],
    candidate: [1.5],
    limits: 'max_abs: 0.1',
    more: waiver('max_abs', NEXT_YEAR),
    status: 'WAIVED',
    exitCode: 0,
  },
  {
    of: 'a waiver of yesterday',
    reference: [1],
    candidate: [1.5],
    limits: 'max_abs: 0.1',
    more: waiver('max_abs', '2026-01-01'),
    status: 'FAIL',
    exitCode: 1,
  },
  {
    of: 'worse than what is waived',
    reference: [1],
    candidate: [1.5],
    limits: 'max_abs: 0.1',
    more: waiver('max_abs', NEXT_YEAR, 'limits: {max_abs: 0.4}, '),
    status: 'FAIL',
    exitCode: 1,
  },
  {
    of: 'a waiver of a number covers no NaN',
    reference: [1, 1],
    candidate: [1.5, NAN],
    limits: 'max_abs: 0.1',
    more: waiver('max_abs', NEXT_YEAR),
    status: 'FAIL',
    exitCode: 1,
  },
];

async function judged({
  reference,
  candidate,
  limits,
  more = '',
}: Omit<Judged, 'of' | 'status' | 'exitCode'>) {
  const folder = await freshFolder();
  const budgets = path.join(folder, 'budgets.yml');
  await writeFile(
    budgets,
    `schema: fleetdiff/budgets@1\nrules:\n  - {match: {}, limits: {${limits}}, reason: a test}\n${more}`,
  );
  const sides = [
    await writeFloats(path.join(folder, 'r.npz'), { y: reference }),
    await writeFloats(path.join(folder, 'c.npz'), { y: candidate }),
  ];
  return diffJson([...sides, '--budgets', budgets]);
}

test.for(CASES)('$of: $status', async ({ status, exitCode, ...given }) => {
  const diff = await judged(given);
  expect(statuses(diff)).toEqual({ y: status });
  expect(diff.exitCode).toBe(exitCode);
  expect(diff.verdicts?.length).toBeGreaterThan(0);
});

describe('NaN meets no limit, however wide', () => {
  const widest: Readonly<Record<string, string>> = {
    low: '1.0e+308',
    magnitude: '1.0e+308',
    high: '-1.0e+308',
  };
  const judgedMetrics = METRICS.filter(({ scope, good }) => scope === 'element' && good !== 'informs');

  test.for(judgedMetrics)('$name', async ({ name, good, unit }) => {
    const limit = name === 'cosine' ? '-1' : unit === 'share' ? '1' : widest[good]!;
    const diff = await judged({ reference: [1, 2], candidate: [NAN, NAN], limits: `${name}: ${limit}` });
    expect(statuses(diff)).toEqual({ y: 'FAIL' });
    const own = diff.verdicts?.find(({ metric }) => metric === name);
    if (own?.actual === 'NaN') expect(own.status).toBe('FAIL');
  });

  test('and most metrics of an answer of NaN are NaN: the table above judges something', async () => {
    const diff = await judged({ reference: [1, 2], candidate: [NAN, NAN], limits: 'max_abs: 1' });
    const nan = Object.entries(diff.tensors[0]!.metrics).filter(([, value]) => value === 'NaN');
    expect(nan.map(([name]) => name)).toEqual(
      expect.arrayContaining([
        'max_abs',
        'mean_abs',
        'rmse',
        'bias',
        'max_rel',
        'max_ulp',
        'sqnr_db',
        'psnr_db',
        'cosine',
      ]),
    );
  });
});

test('a missing tensor is waived by nobody', async () => {
  const folder = await freshFolder();
  const budgets = path.join(folder, 'budgets.yml');
  const rule = '{match: {}, limits: {max_abs: .inf}, reason: a test}';
  await writeFile(
    budgets,
    `schema: fleetdiff/budgets@1\nrules: [${rule}]\n${waiver('max_abs, mismatch_fraction', NEXT_YEAR)}`,
  );
  const reference = await writeFloats(path.join(folder, 'r.npz'), { x: [1], y: [1] });
  const candidate = await writeFloats(path.join(folder, 'c.npz'), { x: [1] });
  const diff = await diffJson([reference, candidate, '--budgets', budgets]);
  expect(statuses(diff)).toEqual({ x: 'PASS', y: 'NOT_COMPARABLE' });
  expect(diff.exitCode).toBe(3);
  expect(diff.verdicts).toContainEqual(
    expect.objectContaining({ tensor: 'y', metric: 'comparable', status: 'NOT_COMPARABLE' }),
  );
});

test.for([
  ['tensor: logit', 'E_BUDGET_UNKNOWN_TENSOR', `the files' tensors are: "y"`],
  ['tensor: "logit*"', 'E_BUDGET_UNKNOWN_TENSOR', 'matches nothing'],
])('a budget for {%s} is an error with file and line', async ([match, code, says]) => {
  const folder = await freshFolder();
  const budgets = path.join(folder, 'budgets.yml');
  await writeFile(
    budgets,
    `schema: fleetdiff/budgets@1\nrules:\n  - match: {${match}}\n    limits: {max_abs: 1}\n    reason: a test\n`,
  );
  const ended = await runDiff([fileOf('one.npz'), fileOf('one.npz'), '--budgets', budgets]);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain(`${code}  ${budgets}:3`);
  expect(ended.stderr).toContain(says);
});
