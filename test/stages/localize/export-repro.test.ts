import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { remote } from 'webdriverio';
import type { Runtime } from '../../../harness/domain/device.ts';
import type { PlannedSuite, StoredCase } from '../../../harness/domain/suite.ts';
import { readModelFacts } from '../../../harness/onnx/model-facts.ts';
import { exportRepro } from '../../../harness/stages/localize/export-repro.ts';
import { type LocalizeInput, localizeTarget } from '../../../harness/stages/localize/localize-target.ts';
import { type BlobStore, openBlobStore, storeTensor } from '../../../harness/store/blob-store.ts';
import { inProcessRunner } from '../../in-process-runner.ts';
import { madeModel } from '../../planted/made-models.ts';
import { plant } from '../../planted/plant.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);
let folder: string;
let blobs: BlobStore;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-repro-'));
  blobs = openBlobStore(path.join(folder, 'blobs'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A made model whose second convolution has its channels swapped on the target, exported. */
async function exported(name: string, runtime: Runtime): Promise<string> {
  const made = madeModel('qdq', 5);
  const inputs = [
    await storeTensor(blobs, {
      name: made.input.name,
      dtype: 'float32',
      shape: made.input.shape,
      data: new Uint8Array(made.inputOf(0).buffer),
    }),
  ];
  const cases: readonly StoredCase[] = [{ name: 'case-0', inputs }];
  const suite: PlannedSuite = {
    name: 'made',
    folder: 'made',
    model: { ...(await blobs.put(made.bytes)), path: 'made.onnx', facts: readModelFacts(made.bytes, 'made') },
    cases,
    reference: { kind: 'computed', target: 'reference/cpu-noopt' },
  };
  const candidate = inProcessRunner(blobs, {
    target: 'here/cpu',
    delegate: { optimization: 'disabled' },
    spoil: (model) => plant('swapped-channels', 'conv2', model),
  });
  const input: LocalizeInput = {
    suite,
    cases,
    reference: inProcessRunner(blobs, {
      target: 'reference/cpu-noopt',
      delegate: { optimization: 'disabled' },
    }),
    candidate,
    captured: { reference: [], candidate: [] },
    blobs,
    budgetBytes: 2 ** 28,
    onStep: () => {},
  };
  const diagnosis = await localizeTarget(input);
  if ('failed' in diagnosis) throw new Error(diagnosis.failed);
  const to = path.join(folder, name);
  await mkdir(to);
  // The run is this process's; what the folder says of the delegate is what it is made for.
  const delegate = {
    ...candidate.delegate,
    runtime,
    provider: runtime === 'onnxruntime-web' ? 'wasm' : 'cpu',
  };
  await exportRepro(to, diagnosis, { ...input, candidate: { ...candidate, delegate } });
  await mkdir(path.join(to, 'node_modules'));
  for (const name of ['onnxruntime-node', 'onnxruntime-common', 'onnxruntime-web']) {
    await symlink(path.join(REPOSITORY, 'node_modules', name), path.join(to, 'node_modules', name));
  }
  return to;
}

describe('for onnxruntime-node', () => {
  test('the model is the one island, and the script says what differs where nothing is wrong: nothing', async () => {
    const to = await exported('node', 'onnxruntime-node');
    expect((await readdir(to)).sort()).toEqual([
      ...['README.md', 'candidate', 'compare.mjs', 'inputs', 'model.onnx', 'node_modules'],
      ...['reference', 'repro.json', 'repro.mjs'],
    ]);
    const repro = JSON.parse(await readFile(path.join(to, 'repro.json'), 'utf8')) as Record<string, unknown>;
    expect(repro).toMatchObject({ node: 'conv2', suite: 'made', title: expect.stringContaining('hannel') });
    // This machine has no defect: it gives the reference's bytes.
    const { stdout } = await run(process.execPath, [path.join(to, 'repro.mjs')]);
    expect(stdout).toBe('conv2::q: 0 of 3584 elements differ\n');
  });

  test('with the outputs of the target as a reference the script says that they differ, and ends with 1', async () => {
    const to = await exported('wrong', 'onnxruntime-node');
    await rm(path.join(to, 'reference'), { recursive: true });
    await symlink(path.join(to, 'candidate'), path.join(to, 'reference'));
    const ended = await run(process.execPath, [path.join(to, 'repro.mjs')]).catch((error: unknown) => error);
    expect(ended).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/: [1-9]\d* of \d+ elements differ; worst at/),
    });
  });
});

test('for onnxruntime-web: a page that any browser opens from its own small server', async () => {
  const to = await exported('web', 'onnxruntime-web');
  expect((await readdir(to)).sort()).toContain('repro.html');
  const server = spawn(process.execPath, [path.join(to, 'serve.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const browser = await remote({
    logLevel: 'error',
    capabilities: {
      browserName: 'chrome',
      'wdio:enforceWebDriverClassic': true,
      'wdio:chromedriverOptions': { binary: '/usr/bin/chromedriver' },
      'goog:chromeOptions': {
        binary: '/usr/bin/chromium',
        args: [
          ...['--headless=new', '--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--no-first-run'],
          ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
          `--user-data-dir=${path.join(folder, 'profile')}`,
        ],
      },
    } as WebdriverIO.Capabilities,
  });
  try {
    const [address] = (await once(server.stdout, 'data')) as [Buffer];
    await browser.url(address.toString().trim());
    await browser.waitUntil(async () => (await browser.getTitle()) !== 'running', { timeout: 30_000 });
    expect(await browser.getTitle()).toBe('the same');
    expect(await browser.execute(() => document.getElementById('out')!.textContent)).toBe(
      'conv2::q: 0 of 3584 elements differ',
    );
    // Nothing outside of the folder is handed out.
    const { origin } = new URL(address.toString().trim());
    expect((await fetch(`${origin}/..%2fblobs`)).status).toBe(404);
  } finally {
    await browser.deleteSession();
    server.kill();
  }
});
