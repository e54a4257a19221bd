import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Capture, Verdicts } from '../../harness/domain/run-files.ts';
import { installPartFolder, partsFolder } from '../../harness/provision/part-folder.ts';
import { RUNTIME_VERSION } from '../../harness/provision/runtime-part.ts';
import { type Ended, startCli } from './work-folder.ts';

/**
 * fleetdiff as a stranger gets it: the packed files in a node_modules of their own. The packages around it are links to
 * ours, but npm's link to our driver is not there, nor onnxruntime-node, which npm leaves out when its script fails.
 */

const repository = path.resolve(import.meta.dirname, '../..');
const NOT_BESIDE = ['appium-soc-driver', 'onnxruntime-node'];

const FLEET = `schema: fleetdiff/devices@1
delegates:
  cpu: {runtime: onnxruntime-node, provider: cpu}
  wasm: {runtime: onnxruntime-web, provider: wasm}
devices:
  - {name: workstation, driver: soc, launch: host, delegates: [cpu]}
  - {name: chromium, driver: chromium, delegates: [wasm]}
`;

let folder: string;
let packageFolder: string;
let filesBefore: readonly string[];

const file = (...names: string[]): string => path.join(folder, ...names);
const fleetdiff = (args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended> =>
  startCli(path.join(packageFolder, 'dist/cli/main.js'), folder, args, env).ended;
const readJson = async <T>(...names: string[]): Promise<T> =>
  JSON.parse(await readFile(file(...names), 'utf8')) as T;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-tarball-'));
  packageFolder = file('node_modules', 'fleetdiff');
  await mkdir(packageFolder, { recursive: true });
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], {
    cwd: repository,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  execFileSync('tar', ['-xzf', tarball!, '-C', packageFolder, '--strip-components=1'], { cwd: folder });
  await rm(file(tarball!));
  const beside = (await readdir(path.join(repository, 'node_modules'))).filter(
    (name) => !name.startsWith('.') && !NOT_BESIDE.includes(name),
  );
  await Promise.all(
    beside.map((name) => symlink(path.join(repository, 'node_modules', name), file('node_modules', name))),
  );
  filesBefore = listingOf(packageFolder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Every file and folder with its size, mode and time of change. */
function listingOf(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const { size, mode, mtimeMs } = statSync(path.join(root, name));
      return `${name} ${size} ${mode.toString(8)} ${mtimeMs}`;
    });
}

/** What `provideRuntime` makes, from the package in our own node_modules instead of the registry's. */
async function putRuntimePart(): Promise<void> {
  const made = path.join(partsFolder(folder), 'making-test');
  const modules = path.join(repository, 'node_modules');
  const parts = [
    'onnxruntime-node/package.json',
    'onnxruntime-node/dist',
    `onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}`,
    'onnxruntime-common/package.json',
    'onnxruntime-common/dist',
  ];
  for (const name of parts)
    await cp(path.join(modules, name), path.join(made, 'node_modules', name), { recursive: true });
  const sources = [{ package: 'onnxruntime-node', version: RUNTIME_VERSION, sha256: '' }];
  await installPartFolder(folder, made, { id: 'onnxruntime-node', version: RUNTIME_VERSION, sources });
}

test('the package holds what it runs from, and none of our sources, fixtures or tests', () => {
  const tops = new Set(filesBefore.map((line) => line.split(/[ /]/)[0]));
  expect([...tops].sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'dist',
    'docs',
    'harness',
    'package.json',
  ]);
  // Findings name the page of their cause.
  expect(filesBefore.some((line) => line.startsWith('docs/causes/u8s8-saturation.md '))).toBe(true);
  expect(filesBefore.filter((line) => /^[^ ]*(?<!\.d)\.ts |fixtures|(^|\/)test\//.test(line))).toEqual([]);
});

test('init writes a skeleton, and the first run says what is still to be put there', async () => {
  const ended = await fleetdiff(['init']);
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stdout).toMatch(/^wrote {2}devices\.yml\nwrote {2}budgets\.yml\nwrote {2}suite\.yml\n/);
  const first = await fleetdiff(['run']);
  expect(first.code).toBe(2);
  expect(first.stderr).toMatch(
    /^E_SUITE_NO_CASES {2}suite\.yml:\d+\n {2}The pattern "cases\/\*\.npz" matches/,
  );
});

describe("with the folder's own model, cases and devices.yml", () => {
  beforeAll(async () => {
    const suite = await readFile(file('suite.yml'), 'utf8');
    expect(suite).toMatch(/^model: model\.onnx$/m);
    await writeFile(file('suite.yml'), suite.replace(/^model: model\.onnx$/m, 'model: nets/own.onnx'));
    await writeFile(file('devices.yml'), FLEET);
    await mkdir(file('nets'));
    await mkdir(file('cases'));
    const digits = path.join(repository, 'fixtures/digits');
    await cp(path.join(digits, 'models/digits.u8s8-reduced.onnx'), file('nets/own.onnx'));
    await cp(path.join(digits, 'cases/digits-2.npz'), file('cases/mine.npz'));
  });

  test('without onnxruntime-node and without npm, the run says what is missing and which device it costs', async () => {
    await mkdir(file('empty'));
    const ended = await fleetdiff(['run', '--only', 'workstation/*'], { PATH: file('empty') });
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain(
      'onnxruntime-node: npm did not install it with fleetdiff, so 1.30.0 is fetched from the npm registry\n',
    );
    expect(ended.stderr).toContain(
      'onnxruntime-node could not be provided: npm pack onnxruntime-node failed:\n  npm is not on this machine.\n',
    );
    expect(ended.stderr).toMatch(
      /FAILED +workstation\/cpu +this machine lacks onnxruntime-node; provide it:/,
    );
  });

  test('run computes on this machine and in Chromium with the runtime that lies in .fleetdiff', async () => {
    await putRuntimePart();
    const ended = await fleetdiff(['run']);
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    const files = ['plan.json', 'verdicts.json', 'report.html', 'junit.xml', 'divergence.csv', 'summary.md'];
    expect(files.filter((name) => !existsSync(file('reports/latest', name)))).toEqual([]);
    const { verdicts } = await readJson<Verdicts>('reports/latest/verdicts.json');
    expect(new Set(verdicts.map(({ target }) => target))).toEqual(
      new Set(['workstation/cpu', 'chromium/wasm']),
    );
    const captures = ['reference.cpu-noopt', 'workstation.cpu', 'chromium.wasm'];
    for (const target of captures) {
      const capture = await readJson<Capture>('reports/latest/captures', target, 'my-model.json');
      expect(capture, target).toMatchObject({ status: 'captured', cases: [{ case: 'mine' }] });
    }
  });

  test('a second run needs nothing new, and the stages after it no device', async () => {
    const ended = await fleetdiff(['run', '--only', 'workstation/*']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).not.toContain('npm');
    expect((await fleetdiff(['render', 'latest'])).code).toBe(0);
  });

  test('doctor finds everything that this fleet needs', async () => {
    const ended = await fleetdiff(['doctor']);
    expect(ended.code, ended.stdout).toBe(0);
    expect(ended.stdout).toContain('Everything that the fleet needs is here.');
    expect(ended.stdout).toMatch(/onnxruntime-node 1\.30\.0 .*\n +\.fleetdiff\/parts\/onnxruntime-node$/m);
  });

  test('the same run with the runtime that npm installed', async () => {
    await rm(path.join(partsFolder(folder), 'onnxruntime-node'), { recursive: true });
    await symlink(
      path.join(repository, 'node_modules/onnxruntime-node'),
      file('node_modules/onnxruntime-node'),
    );
    const ended = await fleetdiff(['run', '--only', 'workstation/*']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(existsSync(path.join(partsFolder(folder), 'onnxruntime-node'))).toBe(false);
  });

  test('nothing in the package has changed, and nothing lies beside what a run writes', async () => {
    expect(listingOf(packageFolder)).toEqual(filesBefore);
    expect((await readdir(folder)).sort()).toEqual([
      '.fleetdiff',
      'budgets.yml',
      'cases',
      'devices.yml',
      'empty',
      'nets',
      'node_modules',
      'reports',
      'suite.yml',
    ]);
  });
});
