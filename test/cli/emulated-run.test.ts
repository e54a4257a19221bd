import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Capture, Comparisons, Verdicts } from '../../harness/domain/run-files.ts';
import { workFolder } from './work-folder.ts';

/** An emulated Haswell: AVX2 without VNNI, whatever this machine is. */
const HASWELL = `schema: fleetdiff/devices@1
delegates:
  cpu: {runtime: onnxruntime-node, provider: cpu}
  webgpu: {runtime: onnxruntime-web, provider: webgpu}
  webgpu-jsep: {runtime: onnxruntime-web, provider: webgpu, bundle: all}
devices:
  - {name: haswell, driver: soc, launch: {emulator: qemu-user, arch: x86_64, cpu: Haswell}, soc: Intel Haswell, delegates: [cpu]}
  - {name: workstation, driver: soc, launch: host, delegates: [cpu]}
`;

const readJson = async <T>(file: string): Promise<T> => JSON.parse(await readFile(file, 'utf8')) as T;

test("fleetdiff run digits --only 'haswell/*': 3 of 200 answers change, waived by ISA, exit 0; without its waiver, exit 1", async () => {
  const work = await workFolder(HASWELL);
  const ended = await work.run(['run', 'digits', '--only', 'haswell/*']);
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stdout).toContain('3 of 200 answers change');
  expect(ended.stdout).toContain('1767 of 2000 elements differ');
  expect(ended.stdout).not.toContain('workstation');

  const { verdicts } = await readJson<Verdicts>(work.file('reports/latest/verdicts.json'));
  const waived = verdicts.filter(({ status }) => status === 'WAIVED');
  expect(waived.map(({ metric }) => metric).sort()).toEqual([
    'max_steps',
    'off_by_one_fraction',
    'top1_agreement',
  ]);
  expect(waived.find(({ metric }) => metric === 'top1_agreement')).toMatchObject({ actual: 0.985, limit: 1 });
  expect(waived.find(({ metric }) => metric === 'max_steps')).toMatchObject({
    actual: 19,
    rule: { file: 'fixtures/digits/budgets.yml', owner: '@vision' },
    waiver: { expired: false, expires: '2027-06-30' },
  });

  const capture = await readJson<Capture>(work.file('reports/latest/captures/haswell.cpu/digits-int8.json'));
  if (capture.status !== 'captured') throw new Error('not captured');
  expect(capture.provenance.device.isa).toEqual(expect.arrayContaining(['x86_64', 'avx2', 'fma']));
  expect(capture.provenance.device.isa).not.toContain('vnni');
  expect(capture.provenance.device.emulator).toMatch(/^qemu-user \d+/);

  // Judged again with no device: without its waiver the same run is over budget.
  const budgets = work.file('fixtures/digits/budgets.yml');
  const text = await readFile(budgets, 'utf8');
  await writeFile(budgets, text.slice(0, text.indexOf('waivers:')));
  expect((await work.run(['judge', 'latest'])).code).toBe(1);
  expect((await work.run(['render', 'latest'])).stdout).toContain('OVER BUDGET');
}, 120_000);

test('reduced-range weights mend it: no answer changes; without budgets the default tolerance still tells of one step', async () => {
  const work = await workFolder(HASWELL);
  const suite = 'fixtures/digits/variants/u8s8-reduced';
  const ended = await work.run(['run', suite, '--only', 'haswell/*', '--repeats', '1', '--out', 'reduced']);
  const { comparisons } = await readJson<Comparisons>(work.file('reduced/comparisons.json'));
  const steps = comparisons.map((each) => (each.status === 'compared' ? each.metrics.max_steps : undefined));
  expect(steps, ended.stderr).toHaveLength(4);
  for (const each of steps) expect(each).toBeLessThanOrEqual(1);
  const flips = comparisons.map((each) => (each.status === 'compared' ? each.decisions?.flips : undefined));
  expect(flips).toEqual([0, 0, 0, 0]);
  // The variant has no budgets, and numerics.md's default for float32 allows no element a quantization step.
  const { verdicts } = await readJson<Verdicts>(work.file('reduced/verdicts.json'));
  const failed = verdicts.filter(({ status }) => status !== 'PASS');
  expect(failed.map(({ metric, status, rule }) => [metric, status, rule.file])).toEqual([
    ['mismatch_fraction', 'FAIL', 'built-in'],
  ]);
  expect(ended.code).toBe(1);
}, 120_000);
