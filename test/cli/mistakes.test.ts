import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Capture, Plan, Verdicts } from '../../harness/domain/run-files.ts';
import { HOST_FLEET, makeWorkFolder, type WorkFolder, workFolder } from './work-folder.ts';

const STACK = /^\s+at /m;
const SUITE = 'fixtures/digits/suite.yml';
const CAPTURE = 'captures/workstation.cpu/digits-int8.json';
const readJson = async <T>(...names: string[]): Promise<T> =>
  JSON.parse(await readFile(path.join(...names), 'utf8')) as T;

describe('a mistake is told without a stack, exit 2', () => {
  test.for<[args: string[], says: string]>([
    [['plan', 'digits', '--out', 'devices.yml'], 'E_FILE_UNWRITABLE  '],
    [['plan', 'digits', '--out', 'devices.yml/run'], 'E_FILE_UNWRITABLE  '],
    [['init', 'devices.yml'], 'E_FILE_UNWRITABLE  devices.yml'],
  ])('%s', async ([args, says]) => {
    const work = await workFolder();
    const ended = await work.run(args);
    expect(ended.code, ended.stderr).toBe(2);
    expect(ended.stderr).toContain(says);
    expect(ended.stderr).not.toMatch(STACK);
  });

  test('a model that is a folder', async () => {
    const work = await workFolder();
    const suite = await readFile(work.file(SUITE), 'utf8');
    await work.write(SUITE, suite.replace(/model:\n.*\n.*\n/, 'model: models\n'));
    const ended = await work.run(['plan', 'digits']);
    expect(ended.code, ended.stderr).toBe(2);
    expect(ended.stderr).toContain('E_FILE_UNREADABLE  fixtures/digits/models');
    expect(ended.stderr).toContain('it is a folder');
    expect(ended.stderr).not.toMatch(STACK);
  });

  test('a task whose batch has no axis', async () => {
    const work = await workFolder();
    const suite = await readFile(work.file(SUITE), 'utf8');
    await work.write(SUITE, suite.replace(/ {2}batchAxis.*\n/, '').replace(/ {2}expected.*\n/, ''));
    const ended = await work.run(['plan', 'digits']);
    expect(ended.code, ended.stderr).toBe(2);
    expect(ended.stderr).toContain(`E_TASK_SHAPE  ${SUITE}`);
    expect(ended.stderr).toContain('task: {batchAxis: 0');
  });

  test('a baseline that cannot be trusted, before anything is captured', async () => {
    const work = await workFolder();
    await mkdir(work.file('baselines/digits-int8'), { recursive: true });
    await work.write('baselines/digits-int8/workstation.cpu@0.json', '<<<<<<< HEAD');
    const ended = await work.run(['run', 'digits']);
    expect(ended.code, ended.stderr).toBe(2);
    expect(ended.stderr).toMatch(/E_BASELINE_DAMAGED .*baselines\/digits-int8\/workstation.cpu@0.json/);
    expect(existsSync(work.file('reports/latest/captures'))).toBe(false);
  });

  test('control characters in names are spelled, not obeyed', async () => {
    const work = await workFolder();
    const ended = await work.run(['run', 'dig\u001b[2Jits']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('dig\\u001b[2Jits');
    expect(ended.stderr).not.toContain('\u001b');
  });
});

test('a run that cannot be planned leaves no folder behind', async () => {
  const work = await workFolder();
  await rm(work.file('fixtures/digits/golden/golden.json'));
  const ended = await work.run(['plan', 'digits', '--out', 'mine']);
  expect(ended.code, ended.stderr).toBe(2);
  expect(ended.stderr).toContain('compute it:  fleetdiff golden fixtures/digits\n');
  expect(existsSync(work.file('mine'))).toBe(false);
  expect(existsSync(work.file('reports'))).toBe(false);
});

describe('a run that was planned', () => {
  let work: WorkFolder;
  let run: string;
  const copyOf = async (name: string) => {
    const copy = work.file('reports', name);
    await rm(copy, { recursive: true, force: true });
    await cp(run, copy, { recursive: true, dereference: true });
    return copy;
  };

  beforeAll(async () => {
    work = await makeWorkFolder();
    const ended = await work.run(['run', 'digits', '--quiet']);
    if (ended.code !== 0) throw new Error(ended.stderr);
    run = work.file('reports/latest');
  });
  afterAll(() => rm(work.folder, { recursive: true, force: true }));

  test.for([
    { given: ['digits'], told: 'digits' },
    { given: ['--only', 'workstation/cpu'], told: '--only' },
    { given: ['--tag', 'pr'], told: '--tag' },
    { given: ['--repeats', '3'], told: '--repeats' },
    { given: ['--out', 'elsewhere'], told: '--out' },
  ])('is resumed as it was planned: $told is refused', async ({ given, told }) => {
    const ended = await work.run(['run', '--resume', 'latest', ...given]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('E_RESUME_PLANNED');
    expect(ended.stderr).toContain(`it cannot take ${told}.`);
  });

  test('captures again what lacks a blob, and nothing else', async () => {
    const copy = await copyOf('holes');
    const capture = await readJson<Capture>(copy, CAPTURE);
    if (capture.status !== 'captured') throw new Error('not captured');
    const { sha256 } = capture.cases[2]!.repeats[1]![0]!;
    const blob = path.join(copy, 'blobs', sha256.slice(0, 2), sha256);
    await rm(blob);
    const other = await readFile(path.join(copy, 'captures/workstation.cpu-noopt/digits-int8.json'), 'utf8');
    const others = other.includes(sha256);
    const ended = await work.run(['capture', 'reports/holes', '--json']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(existsSync(blob)).toBe(true);
    expect((await readJson<Capture>(copy, CAPTURE)).capturedAt).not.toBe(capture.capturedAt);
    // The other target's capture goes too when it holds the same answer.
    const after = await readFile(path.join(copy, 'captures/workstation.cpu-noopt/digits-int8.json'), 'utf8');
    expect(after === other).toBe(!others);
    expect(JSON.parse(ended.stdout)).toMatchObject({ schemaVersion: 1, kind: 'capture-report' });
    const again = await work.run(['capture', 'reports/holes']);
    expect(again.stderr).not.toContain('running');
  });

  test('is rendered without the pictures of inputs that are gone', async () => {
    const copy = await copyOf('blind');
    const { suites } = await readJson<Plan>(copy, 'plan.json');
    for (const { sha256 } of suites[0]!.cases.flatMap(({ inputs }) => inputs)) {
      await rm(path.join(copy, 'blobs', sha256.slice(0, 2), sha256));
    }
    // A flip makes the report ask for the sample's picture.
    const file = path.join(copy, 'comparisons.json');
    const text = await readFile(file, 'utf8');
    const answer = { class: 1, score: 1, margin: 1 };
    const flip = { sample: 'digits-0#0', reference: answer, candidate: answer, nearTie: false };
    await writeFile(file, text.replace('"flipped": []', `"flipped": [${JSON.stringify(flip)}]`));
    const ended = await work.run(['render', 'reports/blind', '--json']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({ schemaVersion: 1, kind: 'rendered' });
  });

  test('says when devices.yml no longer holds what was planned', async () => {
    const copy = await copyOf('moved');
    await rm(path.join(copy, 'captures'), { recursive: true });
    await work.write('other.yml', HOST_FLEET.replace('provider: cpu}', 'provider: cpu, threads: 2}'));
    const ended = await work.run(['capture', 'reports/moved', '--devices', 'other.yml', '--quiet']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toBe(
      'other.yml has changed since the plan, which is followed; it differs in: workstation\n',
    );
  });

  test.for([
    { args: ['explain', 'latest', '--json'], kind: 'explanations' },
    { args: ['devices', '--json'], kind: 'devices' },
    { args: ['init', 'fresh', '--json'], kind: 'init' },
    { args: ['compare', 'latest', '--json'], kind: 'comparisons' },
  ])('$args prints JSON that says what it is', async ({ args, kind }) => {
    const ended = await work.run(args);
    expect(ended.code, ended.stderr).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({ schemaVersion: 1, kind });
  });
});

test('an Appium that does not answer is an incomplete run, exit 3: every capture is failed, and judged', async () => {
  const work = await workFolder(
    HOST_FLEET.replace(
      'delegates:',
      'appium: {mode: url, url: "http://me:pa55word@127.0.0.1:9"}\ndelegates:',
    ),
  );
  const ended = await work.run(['run', 'digits', '--out', 'run']);
  expect(ended.code, ended.stderr).toBe(3);
  expect(ended.stderr).toContain('E_APPIUM_UNREACHABLE');
  expect(ended.stderr).not.toMatch(STACK);
  const capture = await readJson<Capture>(work.file('run', CAPTURE));
  expect(capture).toMatchObject({ status: 'failed', reason: expect.stringContaining('No Appium') });
  const { verdicts } = await readJson<Verdicts>(work.file('run/verdicts.json'));
  expect(verdicts.filter(({ status }) => status === 'INCOMPLETE').map(({ target }) => target)).toEqual(
    expect.arrayContaining(['workstation/cpu', 'workstation/cpu-noopt']),
  );
  expect(existsSync(work.file('run/report.html'))).toBe(true);
  expect(await textOf(work.file('run'))).not.toContain('pa55word');
});

test('what the environment gives to capabilities reaches no file of the run, and no failure’s reason', async () => {
  const secret = 's3cr3t-access-key/"42"';
  const long = '(far too long a capability) '.repeat(60);
  const work = await workFolder(`schema: fleetdiff/devices@1
delegates:
  cpu: {runtime: onnxruntime-node, provider: cpu}
  webgpu: {runtime: onnxruntime-web, provider: webgpu}
  webgpu-jsep: {runtime: onnxruntime-web, provider: webgpu, bundle: all}
devices:
  - name: workstation
    driver: soc
    launch: host
    delegates: [cpu]
    capabilities: {'cloud:options': {accessKey: '\${CLOUD_KEY}', note: '${long}'}}
  - name: refused
    driver: soc
    launch: host
    delegates: [cpu]
    capabilities: {'appium:automationName': '\${CLOUD_KEY}'}
`);
  await mkdir(work.file('out'));
  const ended = await work.run(['run', 'digits', '--repeats', '1', '--out', 'out'], { CLOUD_KEY: secret });
  expect(ended.code, ended.stderr).toBe(3);
  const all = await textOf(work.file('out'));
  // The log did hold it, or this test would look at nothing.
  expect(all).toMatch(/accessKey\W+\(secret\)/);
  expect(await readJson<Capture>(work.file('out/captures/refused.cpu/digits-int8.json'))).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining('(secret)'),
  });
  expect(all + ended.stdout + ended.stderr).not.toContain('s3cr3t');
  expect(await readFile(work.file('out/plan.json'), 'utf8')).toContain('$' + '{CLOUD_KEY}');
}, 120_000);

/** Everything in a folder, blobs too. */
async function textOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = await Promise.all(
    files.map((entry) => readFile(path.join(entry.parentPath, entry.name), 'latin1')),
  );
  return texts.join('\n');
}

describe('Ctrl-C', () => {
  test.for([
    { args: ['golden', 'digits', '--check'] },
    { args: ['devices', '--probe'] },
    { args: ['devices', '--probe', '--json'] },
  ])('$args ends with 130', async ({ args }) => {
    const work = await workFolder();
    const { child, ended } = work.start(args);
    // Appium's home is made right before its sessions are: then there is something to interrupt.
    const deadline = Date.now() + 20_000;
    while (Date.now() < deadline && child.exitCode === null) {
      if ((await readdir(work.file('.fleetdiff'))).some((name) => name.startsWith('appium-'))) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code, stderr).toBe(130);
    expect(stderr).toContain('Interrupted.');
    expect(stderr).not.toMatch(STACK);
  });
});
