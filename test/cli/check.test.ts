import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelCheck } from '../../harness/domain/model-check.ts';
import { HOST_FLEET, makeWorkFolder, type WorkFolder } from './work-folder.ts';

const MODELS = 'fixtures/digits/models';
const FULL = `${MODELS}/digits.u8s8.onnx`;
const REDUCED = `${MODELS}/digits.u8s8-reduced.onnx`;

/** The reduced-range model reads one digit of 200 less, on every machine. */
const BUDGETS = `schema: fleetdiff/budgets@1
rules:
  - match: {tensor: logits}
    limits: {accuracy: {fail: 0.99}}
    reason: what the full-range model reads
`;

describe('fleetdiff check on this machine alone', () => {
  let work: WorkFolder;
  beforeAll(async () => {
    work = await makeWorkFolder(HOST_FLEET.replace('delegates: [cpu, cpu-noopt]', 'delegates: [cpu]'));
    await writeFile(work.file('fixtures/digits/budgets.yml'), BUDGETS);
  });
  afterAll(() => rm(work.folder, { recursive: true, force: true }));

  const check = (base: string, head: string, ...more: string[]) =>
    work.run(['check', '--suite', 'digits', '--base', base, '--head', head, '--no-localize', ...more]);

  test('fails on what head breaks, and takes from that run what the next check needs', async () => {
    const broken = await check(FULL, REDUCED, '--out', 'reports/pr');
    expect(broken.code, broken.stderr).toBe(1);
    expect(broken.stdout).toContain('Head breaks workstation/cpu');
    expect(broken.stdout).toMatch(/accuracy 99 % → 98.5 %, allowed ≥ 99 %/);
    // Rendered again, it stays a check; and a pull request is not the night that `latest` names.
    const rendered = await work.run(['render', 'reports/pr']);
    expect(rendered.stdout).toContain('Head breaks workstation/cpu');
    expect(await readFile(work.file('reports/pr/summary.md'), 'utf8')).toMatch(/^### Head breaks /);
    expect(await readFile(work.file('reports/pr/junit.xml'), 'utf8')).toContain('<failure type="BROKEN"');
    expect(existsSync(work.file('reports/latest'))).toBe(false);
    expect(broken.stderr).toMatch(/^head {6}.*reduced\.onnx$[\s\S]*^base {6}.*u8s8\.onnx$/m);

    const same = await check(REDUCED, REDUCED, '--json');
    expect(same.code, same.stderr).toBe(0);
    const { base, head, targets, weights }: ModelCheck = JSON.parse(same.stdout);
    expect(base.reused.map(({ target }) => target)).toEqual(['workstation/cpu', 'reference/cpu-noopt']);
    expect(head.reused).toEqual([]);
    expect(targets).toMatchObject([{ target: 'workstation/cpu', outcome: 'still' }]);
    expect(weights).toEqual([]);
  });

  test.for([
    [['--base', 'no-such-revision', '--head', FULL], /E_CHECK_GIT|neither a model file nor a revision/],
    [['--base', FULL], /required option '--head/],
    [['--base', FULL, '--head', `${MODELS}/nothing.onnx`], /E_CHECK_SIDE {2}.*nothing\.onnx/],
  ] as const)('%s is bad usage', async ([args, words]) => {
    const ended = await work.run(['check', '--suite', 'digits', ...args]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(words);
  });
});
