import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readPlan } from '../../harness/store/run-files.ts';
import { runPaths } from '../../harness/store/run-folder.ts';
import { SCHEMAS } from '../../harness/store/schemas.ts';

const HASH = 'a'.repeat(64);

/** The smallest plan, with a name in each of its places. */
function planOf({ suite = 's', device = 'd', delegate = 'cpu', target = 'd/cpu', budgets = 'budgets.yml' }) {
  return {
    schemaVersion: 1,
    kind: 'plan',
    run: 'r',
    createdAt: '2026-11-22T00:00:00.000Z',
    planHash: HASH,
    harness: { version: '0.1.0' },
    repeats: 1,
    suites: [
      {
        name: suite,
        folder: 'suite',
        model: {
          path: 'model.onnx',
          sha256: HASH,
          bytes: 1,
          facts: { inputs: [], outputs: [], u8s8FullRange: false, integerOperators: false },
        },
        cases: [{ name: 'any \u001b[2J name, for it is no path', inputs: [] }],
        reference: { kind: 'target', target },
        budgets: { path: budgets, text: '' },
      },
    ],
    devices: [
      {
        name: device,
        driver: 'soc',
        launch: { kind: 'host' },
        soc: 'any: soc',
        tags: [],
        optional: false,
        delegates: [
          {
            name: delegate,
            runtime: 'onnxruntime-node',
            provider: 'cpu',
            threads: 1,
            optimization: 'all',
            sessionConfig: {},
            env: {},
          },
        ],
        capabilities: {},
        place: { file: 'devices.yml' },
      },
    ],
    fleet: { devices: ['d'], delegates: ['cpu'], socs: [], tags: [] },
    captures: [{ suite, target, role: 'candidate', optional: false }],
  };
}

test('the plan that the names are tried in is a plan', () => {
  expect(SCHEMAS.plan.safeParse(planOf({})).error).toBeUndefined();
});

test.for([
  { suite: '../../../escaped' },
  { suite: 'a/b' },
  { suite: '..' },
  { suite: 'a\u001b[2J' },
  { device: '../d' },
  { delegate: 'cpu/../..' },
  { target: 'd/../../x' },
  { target: 'd' },
  { target: 'd/cpu/x' },
  { target: '../cpu' },
  { budgets: 'budgets\u001b[2J.yml' },
])('a plan with %o is refused', async (names) => {
  const root = await mkdtemp(path.join(tmpdir(), 'fleetdiff-plan-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await writeFile(path.join(root, 'plan.json'), JSON.stringify(planOf(names)));
  await expect(readPlan({ root })).rejects.toMatchObject({ code: 'E_RUN_FILE_DAMAGED' });
});

test.for([
  ['d/cpu', '../../../escaped'],
  ['..', '../../escaped'],
  ['../..', '../../../run-2/escaped'],
])('a capture of %s and %s never lies outside the run', ([target, suite]) => {
  expect(() => runPaths.capture({ root: '/reports/run' }, target!, suite!)).toThrow(
    expect.objectContaining({ code: 'E_NAME' }),
  );
});

test('every slash of a target becomes a dot', () => {
  expect(runPaths.capture({ root: '/reports/run' }, 'a/b/c', 's')).toBe(
    path.join('/reports/run', 'captures', 'a.b.c', 's.json'),
  );
});
