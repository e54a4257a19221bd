import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkParts } from '../../harness/provision/check-parts.ts';
import { locateParts } from '../../harness/provision/locate-parts.ts';
import type { Machine } from '../../harness/provision/machine.ts';
import { partsFolder } from '../../harness/provision/part-folder.ts';
import { provideParts } from '../../harness/provision/provide-parts.ts';
import {
  type PinnedPackage,
  provideRuntime,
  RUNTIME_PACKAGES,
  RUNTIME_VERSION,
} from '../../harness/provision/runtime-part.ts';
import { type MadeUpMachine, madeUpMachine, supply } from './made-up-machine.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
const BINDING = 'onnxruntime_binding.node';

let folder: string;
let made: MadeUpMachine;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runtime-part-'));
  made = await madeUpMachine(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const inPart = (...names: string[]): string =>
  join(partsFolder(made.workFolder), 'onnxruntime-node', ...names);

const check = async (machine: Partial<Machine> = {}) =>
  (await checkParts(made.workFolder, ['onnxruntime-node'], { ...made.machine, ...machine }))[0];

async function writeFiles(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
}

/** A runtime as the registry packs it, whose "native library" is text that it reads. */
const runtimeFiles = (version: string): Record<string, string> => ({
  'package.json': JSON.stringify({ name: 'onnxruntime-node', version, main: 'dist/index.js' }),
  'dist/index.js': `const file = \`\${__dirname}/../bin/napi-v6/\${process.platform}/\${process.arch}/${BINDING}\`;
exports.binding = require('fs').readFileSync(file, 'utf8');
exports.common = require('onnxruntime-common').version;`,
  'lib/index.ts': 'source',
  'script/install.js': 'throw new Error("this would fetch CUDA libraries")',
  ...Object.fromEntries(
    ['linux/x64', 'linux/arm64', 'darwin/arm64', 'win32/x64'].map((platform) => [
      `bin/napi-v6/${platform}/${BINDING}`,
      platform,
    ]),
  ),
});

const commonFiles = (version: string): Record<string, string> => ({
  'package.json': JSON.stringify({ name: 'onnxruntime-common', version, main: 'dist/index.js' }),
  'dist/index.js': `exports.version = '${version}';`,
});

/** Where npm puts packages for fleetdiff on the made-up machine. */
const installed = (version: string): Promise<void> =>
  writeFiles(join(folder, 'packages/node_modules/onnxruntime-node'), runtimeFiles(version));

/** A registry with the two packages, and what it says of their bytes. */
async function registry(runtime = runtimeFiles(RUNTIME_VERSION)): Promise<PinnedPackage[]> {
  await supply(made);
  const shelf = join(folder, 'registry');
  await made.program(
    'npm',
    `file=$(echo "$2" | tr @ -).tgz\nwhile [ "$1" != --pack-destination ]; do shift; done\ncp "${shelf}/$file" "$2"`,
  );
  const contents = { 'onnxruntime-node': runtime, 'onnxruntime-common': commonFiles(RUNTIME_VERSION) };
  const pinned: PinnedPackage[] = [];
  for (const [name, files] of Object.entries(contents)) {
    await writeFiles(join(shelf, name, 'package'), files);
    const file = join(shelf, `${name}-${RUNTIME_VERSION}.tgz`);
    execFileSync('tar', ['-czf', file, '-C', join(shelf, name), 'package']);
    const digest = createHash('sha512')
      .update(await readFile(file))
      .digest('base64');
    pinned.push({ name, version: RUNTIME_VERSION, integrity: `sha512-${digest}` });
  }
  return pinned;
}

async function provide(packages: PinnedPackage[], machine: Partial<Machine> = {}): Promise<void> {
  const scratch = join(partsFolder(made.workFolder), 'making-it');
  await mkdir(scratch, { recursive: true });
  const work = { workFolder: made.workFolder, scratch, machine: { ...made.machine, ...machine } };
  await provideRuntime(work, packages).finally(() => rm(scratch, { recursive: true }));
}

test('the pinned packages are those that package.json and the lock file name', async () => {
  const manifest = JSON.parse(await readFile(join(REPOSITORY, 'package.json'), 'utf8'));
  const lock = JSON.parse(await readFile(join(REPOSITORY, 'package-lock.json'), 'utf8'));
  const named = { ...manifest.dependencies, ...manifest.optionalDependencies };
  expect(RUNTIME_PACKAGES).toEqual(
    ['onnxruntime-node', 'onnxruntime-common'].map((name) => ({
      name,
      version: named[name],
      integrity: lock.packages[`node_modules/${name}`].integrity,
    })),
  );
  expect(manifest.optionalDependencies).toHaveProperty('onnxruntime-node');
});

describe('installed by npm', () => {
  test('it is taken from there, and no folder is named to the agents', async () => {
    await installed(RUNTIME_VERSION);
    expect(await check()).toMatchObject({ status: 'ok', version: RUNTIME_VERSION, detail: 'an npm package' });
    expect(await locateParts(made.workFolder, made.machine)).not.toHaveProperty('runtimeModules');
  });

  test("another version, which npm put there for somebody else, is not fleetdiff's", async () => {
    await installed('1.20.1');
    const part = await check();
    expect(part).toMatchObject({ status: 'missing', remedy: ['npx fleetdiff doctor --fix'] });
    expect(part?.detail).toMatch(/node_modules\/onnxruntime-node is 1\.20\.1, not 1\.30\.0$/);
  });

  test('without the binaries of this machine it counts as missing', async () => {
    await installed(RUNTIME_VERSION);
    await rm(join(folder, 'packages/node_modules/onnxruntime-node/bin/napi-v6/linux/arm64'), {
      recursive: true,
    });
    expect(await check()).toMatchObject({ status: 'ok' });
    expect((await check({ arch: 'aarch64' }))?.detail).toMatch(
      /has no bin\/napi-v6\/linux\/arm64\/onnxruntime_binding\.node$/,
    );
  });
});

describe('provided in the project', () => {
  test('it is found, whole without any package around it, with the binaries of Linux alone', async () => {
    await provide(await registry());
    expect(await check()).toMatchObject({ status: 'ok', version: RUNTIME_VERSION, path: inPart() });
    const { runtimeModules } = await locateParts(made.workFolder, made.machine);
    expect(runtimeModules).toBe(inPart('node_modules'));
    expect(createRequire(import.meta.url)(join(runtimeModules!, 'onnxruntime-node'))).toEqual({
      binding: `linux/${process.arch}`,
      common: RUNTIME_VERSION,
    });
    expect((await readdir(inPart('node_modules/onnxruntime-node'))).sort()).toEqual([
      'bin',
      'dist',
      'package.json',
    ]);
    expect(await readdir(inPart('node_modules/onnxruntime-node/bin/napi-v6'))).toEqual(['linux']);
    expect((await readdir(inPart('node_modules/onnxruntime-node/bin/napi-v6/linux'))).sort()).toEqual([
      'arm64',
      'x64',
    ]);
  });

  test("a Mac keeps its own binaries, and Linux's for boards", async () => {
    await provide(await registry(), { platform: 'darwin', arch: 'aarch64' });
    expect(await readdir(inPart('node_modules/onnxruntime-node/bin/napi-v6'))).toEqual(['darwin', 'linux']);
    expect(await check({ platform: 'darwin', arch: 'aarch64' })).toMatchObject({ status: 'ok' });
  });

  test('it stands in for the version of somebody else', async () => {
    await installed('1.20.1');
    await provide(await registry());
    expect(await check()).toMatchObject({ status: 'ok', path: inPart() });
    expect((await locateParts(made.workFolder, made.machine)).runtimeModules).toBe(inPart('node_modules'));
  });

  test('of another fleetdiff, with another version, it is missing', async () => {
    await provide(await registry());
    const file = inPart('part.json');
    const record = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...record, version: '1.29.0' }));
    expect((await check())?.detail).toBe('is 1.29.0, while this fleetdiff computes with 1.30.0');
  });

  test('copied with the project, it is still whole', async () => {
    await provide(await registry());
    const copy = join(folder, 'a copy');
    await cp(made.workFolder, copy, { recursive: true });
    const [part] = await checkParts(copy, ['onnxruntime-node'], made.machine);
    expect(part).toMatchObject({ status: 'ok' });
  });

  test('what does not load here is not put in place', async () => {
    const files = {
      ...runtimeFiles(RUNTIME_VERSION),
      'dist/index.js': 'throw new Error("GLIBC_2.38 not found")',
    };
    const packages = await registry(files);
    await expect(provide(packages)).rejects.toMatchObject({
      lines: ['onnxruntime-node 1.30.0 does not load on this machine:', 'GLIBC_2.38 not found'],
    });
    expect(await check()).toMatchObject({ status: 'missing', detail: 'not installed' });
  });
});

describe('not provided', () => {
  const provideAll = async (progress: string[] = []) =>
    (
      await provideParts(
        made.workFolder,
        ['onnxruntime-node'],
        (line) => progress.push(line),
        undefined,
        made.machine,
      )
    )[0];

  test('when its bytes are not those that we know', async () => {
    await registry();
    const progress: string[] = [];
    const part = await provideAll(progress);
    expect(part?.status).toBe('missing');
    expect(part?.detail).toMatch(
      /^onnxruntime-node-1\.30\.0\.tgz is not what we know: expected sha512-twhs.*, found sha512-/,
    );
    expect(await readdir(partsFolder(made.workFolder))).toEqual([]);
    expect(progress).toEqual([
      'onnxruntime-node: npm did not install it with fleetdiff, so 1.30.0 is fetched from the npm registry',
    ]);
  });

  test('without a registry, and it says why', async () => {
    await supply(made, { registry: 'down' });
    expect((await provideAll())?.detail.split('\n')).toEqual([
      'npm pack onnxruntime-node failed:',
      'npm error network request to http://registry.example/ failed, reason: getaddrinfo ENOTFOUND',
    ]);
  });
});
