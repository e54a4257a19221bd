import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../harness/domain/diagnosis.ts';
import { locateParts } from '../../harness/provision/locate-parts.ts';
import { openRunners } from '../../harness/stages/capture/open-runners.ts';
import { expose } from '../../harness/stages/localize/expose.ts';
import { observe } from '../../harness/stages/localize/observe.ts';
import { openBlobStore } from '../../harness/store/blob-store.ts';
import { layerBlobs } from '../../harness/store/layered-blobs.ts';
import { readPlan } from '../../harness/store/run-files.ts';
import { runPaths } from '../../harness/store/run-folder.ts';
import { readablePage } from '../report/read-page.ts';
import { type Ended, makeWorkFolder, type WorkFolder } from './work-folder.ts';

const FLEET = `schema: fleetdiff/devices@1
delegates:
  cpu: {runtime: onnxruntime-node, provider: cpu}
devices:
  - {name: haswell, driver: soc, launch: {emulator: qemu-user, arch: x86_64, cpu: Haswell}, soc: Intel Haswell, delegates: [cpu]}
  - {name: cortex-a53, driver: soc, launch: {emulator: qemu-user, arch: aarch64, cpu: cortex-a53}, soc: Arm Cortex-A53, delegates: [cpu]}
`;

/** One case of the default suite: enough to saturate, and half a minute less. */
const SUITE = `schema: fleetdiff/suite@1
name: digits-one
model: ../digits/models/digits.u8s8.onnx
runtime: onnx
cases: [../digits/cases/digits-3.npz]
`;

const run = promisify(execFile);
let work: WorkFolder;
let ended: Ended;

beforeAll(async () => {
  work = await makeWorkFolder(FLEET);
  await mkdir(work.file('fixtures/one'));
  await work.write('fixtures/one/suite.yml', SUITE);
  ended = await work.run(['run', 'one', '--repeats', '1', '--localize', '--out', 'night']);
}, 180_000);
afterAll(() => rm(work.folder, { recursive: true, force: true }));

const diagnosis = async (): Promise<Diagnosis> =>
  JSON.parse(await readFile(work.file('night/diagnosis.json'), 'utf8')) as Diagnosis;

describe('run --localize on emulated SoCs', () => {
  test('says where and why in the table, in the report and in diagnosis.json', async () => {
    // Without budgets the default tolerance allows no step.
    expect(ended.code, ended.stderr).toBe(1);
    const words = ended.stdout.replace(/\s+/g, ' ');
    expect(words).toContain('first divergence Conv "c1_node", node 5 of 40 ("r1_q": 41 steps)');
    expect(words).toContain('likely cause U8S8 saturation');
    expect(Math.max(...ended.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(readablePage(await readFile(work.file('night/report.html'), 'utf8'))).toContain('U8S8 saturation');
    const { target, others } = await diagnosis();
    expect([target, ...others.map((each) => each.target)].sort()).toEqual(['cortex-a53/cpu', 'haswell/cpu']);
  });

  test('Haswell: the first convolution saturates, and only it errs by more than a step', async () => {
    const found = await diagnosis();
    const haswell = [found, ...found.others].find(({ target }) => target === 'haswell/cpu')!;
    expect(haswell).toMatchObject({
      observerEffect: 'none',
      firstDivergence: {
        tensor: 'r1_q',
        node: 'c1_node',
        opType: 'Conv',
        index: 4,
        of: 40,
        metrics: { max_steps: 41 },
      },
    });
    expect(haswell.findings[0]).toMatchObject({ cause: 'u8s8-saturation', node: 'c1_node' });
    expect(haswell.experiments).toContainEqual(
      expect.objectContaining({ name: 'x64quantprecision', node: 'c1_node', identical: true }),
    );
    const own = haswell.trace.filter(({ intrinsic }) => Number(intrinsic?.max_steps) > 1);
    expect(own.map(({ node }) => node)).toEqual(['c1_node']);
  });

  test('Cortex-A53: a fused Add rounds otherwise, and nothing else', async () => {
    const found = await diagnosis();
    const cortex = [found, ...found.others].find(({ target }) => target === 'cortex-a53/cpu')!;
    expect(cortex.firstDivergence).toMatchObject({ node: 'ad_node', metrics: { max_steps: 1 } });
    expect(cortex.findings.map(({ cause }) => cause)).toEqual(['integer-add-order']);
  });
});

test('exposing tensors before their quantizer hides the saturation, and that is noticed', async () => {
  const folder = { root: work.file('night') };
  const plan = await readPlan(folder);
  const blobs = layerBlobs(openBlobStore(runPaths.blobs(folder)), openBlobStore(work.file('scratch-blobs')));
  const runners = await openRunners(folder, plan, {
    appium: { mode: 'embedded' },
    workFolder: work.folder,
    scratchFolder: work.file('.fleetdiff'),
    blobs,
    signal: new AbortController().signal,
    clock: () => new Date(),
  });
  try {
    const [suite] = plan.suites;
    const { model, cases } = suite!;
    const [haswell, reference] = [
      await runners.runnerOf('haswell/cpu'),
      await runners.runnerOf('reference/cpu-noopt'),
    ];
    // r1_f is what Relu gives before r1_q: with it exposed, Conv cannot be fused into QLinearConv.
    const taps = ['r1_f', 'r2_f', 'r3_f'];
    const expected = await expose(reference, model, cases[0]!, taps, 2 ** 28);
    const observed = await observe(haswell, {
      model,
      sample: cases[0]!,
      taps,
      budgetBytes: 2 ** 28,
      sizes: new Map(),
      differs: (tensor) => tensor.sha256 !== expected.tensors.get(tensor.name)?.sha256,
    });
    if ('failed' in observed) throw new Error(observed.failed);
    expect(observed.observerEffect).toBe('perturbed');
    // What was seen perturbed is not shown: there r1_f agrees with the reference, as if nothing were wrong.
    expect(observed.tensors.has('r1_f')).toBe(false);
    const together = await expose(haswell, model, cases[0]!, taps, 2 ** 28);
    expect(together.tensors.get('r1_f')?.sha256).toBe(expected.tensors.get('r1_f')?.sha256);
  } finally {
    await runners.close();
  }
}, 120_000);

test('an exported repro shows the difference on its own, in a fresh folder', async () => {
  const exported = await work.run([
    'localize',
    'night',
    '--target',
    'haswell/cpu',
    '--export',
    'repro',
    '--json',
    '--quiet',
  ]);
  expect(exported.code, exported.stderr).toBe(0);
  expect(JSON.parse(exported.stdout)).toMatchObject({ kind: 'diagnosis', target: 'haswell/cpu' });
  const fresh = work.file('somewhere-else');
  await cp(work.file('repro'), fresh, { recursive: true });
  await mkdir(path.join(fresh, 'node_modules'));
  for (const name of ['onnxruntime-node', 'onnxruntime-common']) {
    const installed = path.resolve(import.meta.dirname, '../../node_modules', name);
    await symlink(installed, path.join(fresh, 'node_modules', name));
  }
  const parts = await locateParts(work.folder);
  const { binary, node } = parts.emulators.x86_64!;
  const onHaswell = await run(binary, ['-cpu', 'Haswell', node, path.join(fresh, 'repro.mjs')]).catch(
    (error: { code: number; stdout: string }) => error,
  );
  expect(onHaswell).toMatchObject({ code: 1 });
  expect(onHaswell.stdout).toMatch(
    /^r1_q: 11438 of 156800 elements differ; worst at element \d+: reference 252, here 211$/m,
  );
  if (/\bavx(512)?_vnni\b/.test(readFileSync('/proc/cpuinfo', 'utf8'))) {
    const here = await run(process.execPath, [path.join(fresh, 'repro.mjs')]);
    expect(here.stdout).toContain('r1_q: 0 of 156800 elements differ');
  }
  // Nothing of this machine goes to a vendor.
  for (const name of await readdir(fresh)) {
    if (!/\.(json|md|mjs)$/.test(name)) continue;
    expect(await readFile(path.join(fresh, name), 'utf8')).not.toContain(work.folder);
  }
}, 120_000);

describe('mistakes', () => {
  test.for([
    [['localize', 'night', '--target', 'haswel/cpu'], 2, 'The run has no target "haswel/cpu".'],
    [['localize', 'night', '--suite', 'other'], 2, 'The run has no suite "other".'],
    [['localize', 'night', '--export', 'x'], 2, '--export takes one suite on one target; this is 2.'],
    [['localize', 'nowhere', '--target', 'haswell/cpu'], 2, 'No run is there'],
  ] as const)('%j', async ([args, code, message]) => {
    const { stderr, code: found } = await work.run(args);
    expect(stderr).toContain(message);
    expect(found).toBe(code);
    expect(existsSync(work.file('x'))).toBe(false);
  });

  test('an export never writes over a folder', async () => {
    await mkdir(work.file('taken'));
    await writeFile(work.file('taken/mine.txt'), 'mine');
    const { stderr, code } = await work.run([
      'localize',
      'night',
      '--target',
      'cortex-a53/cpu',
      '--export',
      'taken',
    ]);
    expect(stderr).toContain('The folder is not empty');
    expect(code).toBe(2);
    expect(await readdir(work.file('taken'))).toEqual(['mine.txt']);
  }, 60_000);
});
