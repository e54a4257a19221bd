import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Tensor } from '../../harness/domain/tensor.ts';
import { readGolden } from '../../harness/formats/golden.ts';
import { describeProvenance, hashTensor, inputsSha256 } from '../../harness/formats/golden-file.ts';
import { type GoldenContent, goldenFiles, writeGolden } from '../../harness/formats/golden-write.ts';
import { rejectionOf } from './damage.ts';
import { inHex } from './vectors.ts';

const tensor = (name: string, ...values: number[]): Tensor => ({
  name,
  dtype: 'float32',
  shape: [values.length],
  data: new Uint8Array(Float32Array.from(values).buffer),
});

const content: GoldenContent = {
  suite: 'digits',
  modelSha256: 'ab'.repeat(32),
  cases: [
    { name: 'one', inputs: [tensor('a', 1), tensor('b', 2)], outputs: [tensor('y', 3, 4)] },
    { name: 'two', inputs: [tensor('a', 5), tensor('b', 6)], outputs: [tensor('y', 7, 8)] },
  ],
  provenance: {
    runtime: { name: 'onnxruntime-node', version: '1.30.0' },
    provider: 'cpu',
    optimization: 'disabled',
    threads: 1,
    host: { soc: 'Xeon', arch: 'x86_64', isa: ['x86_64', 'vnni'], os: 'Debian' },
    computedAt: '2026-11-22T10:00:00.000Z',
  },
};

const expectation = {
  suite: content.suite,
  modelSha256: content.modelSha256,
  cases: content.cases.map(({ name, inputs }) => ({ name, inputs: inputs.map(hashTensor) })),
};

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'golden-'));
  await writeGolden(folder, content);
});
afterEach(() => rmSync(folder, { recursive: true }));

test('what was written is read back, in the order asked for, with its origin in words', async () => {
  const golden = await readGolden(folder, { ...expectation, cases: [...expectation.cases].reverse() });
  expect(golden.cases.map(({ name, outputs }) => [name, outputs.map(inHex)])).toEqual([
    ['two', [inHex(tensor('y', 7, 8))]],
    ['one', [inHex(tensor('y', 3, 4))]],
  ]);
  expect(golden.origin).toBe(
    'onnxruntime-node 1.30.0 (cpu, optimization disabled, 1 thread) on Xeon (x86_64), 2026-11-22',
  );
  expect(golden.origin).toBe(describeProvenance(content.provenance));
});

test('only golden.json depends on when it was computed', () => {
  const later = goldenFiles({
    ...content,
    provenance: { ...content.provenance, computedAt: '2027-01-01T00:00:00.000Z' },
  });
  const changed = [...goldenFiles(content)].filter(
    ([name, bytes]) => !Buffer.from(bytes).equals(later.get(name)!),
  );
  expect(changed.map(([name]) => name)).toEqual(['golden.json']);
});

test('outputs of a case that is no more are removed', async () => {
  await writeGolden(folder, { ...content, cases: content.cases.slice(1) });
  expect(readdirSync(folder).sort()).toEqual(['golden.json', 'two.safetensors']);
});

test('the hash of inputs is that of their lines, sorted by name', () => {
  // sha256sum of '["a","float32",[1],"<64 × a>"]\n["b","int8",[],"<64 × b>"]\n'
  const inputs = [
    { name: 'b', dtype: 'int8', shape: [], sha256: 'b'.repeat(64) },
    { name: 'a', dtype: 'float32', shape: [1], sha256: 'a'.repeat(64) },
  ] as const;
  expect(inputsSha256(inputs)).toBe('106711a807047025ec42dc54681890f5d6ac0a5e57ea880ef3cff40ccf9df046');
});

const [first, second] = expectation.cases as [(typeof expectation.cases)[0], (typeof expectation.cases)[0]];
const moved = { ...first, inputs: first.inputs.map((input) => ({ ...input, shape: [1, 1] })) };

test.for<[what: string, expected: typeof expectation, reason: string]>([
  ['another suite', { ...expectation, suite: 'faces' }, 'for suite "digits"; this is suite "faces"'],
  ['another model', { ...expectation, modelSha256: 'cd'.repeat(32) }, "the suite's model is cdcd"],
  ['a case too few', { ...expectation, cases: [first] }, 'holds case "two", which the suite lacks'],
  [
    'a case too many',
    { ...expectation, cases: [first, second, { ...first, name: 'three' }] },
    'lacks case "three"',
  ],
  ['other inputs', { ...expectation, cases: [moved, second] }, 'inputs of case "one" have changed'],
])('a golden is stale: %s', async ([, expected, reason]) => {
  const error = await rejectionOf(readGolden(folder, expected));
  expect(error.code).toBe('E_GOLDEN_STALE');
  expect(error.message).toContain(reason);
  expect(error.remedies[0]).toContain('fleetdiff golden');
});

type Parsed = Record<string, unknown> & { cases: { one: Record<string, unknown> } };

const edit = (change: (golden: Parsed) => void) => (file: string) => {
  const golden = JSON.parse(readFileSync(file, 'utf8')) as Parsed;
  change(golden);
  writeFileSync(file, JSON.stringify(golden));
};

test.for<[what: string, damage: (file: string) => void, code: string, reason: string]>([
  ['absent', (file) => rmSync(file), 'E_GOLDEN_MISSING', 'has no golden outputs'],
  ['no JSON', (file) => writeFileSync(file, '{'), 'E_GOLDEN', 'is not JSON'],
  ['null', (file) => writeFileSync(file, 'null'), 'E_GOLDEN', 'kind is not "golden"'],
  [
    'another kind',
    edit((golden) => Object.assign(golden, { kind: 'plan' })),
    'E_GOLDEN',
    'kind is not "golden"',
  ],
  ['newer', edit((golden) => Object.assign(golden, { schemaVersion: 2 })), 'E_GOLDEN', 'schemaVersion 2'],
  ['no hash', edit((golden) => delete golden.cases.one.sha256), 'E_GOLDEN', 'lacks its hashes'],
  ['no case', edit((golden) => Object.assign(golden, { cases: {} })), 'E_GOLDEN', 'holds no case'],
  ['no provenance', edit((golden) => delete golden.provenance), 'E_GOLDEN', 'provenance is not whole'],
  [
    'a file outside',
    edit((golden) => Object.assign(golden.cases.one, { file: '../one.safetensors' })),
    'E_GOLDEN',
    'names no file of this folder',
  ],
  [
    'a file that is gone',
    (file) => rmSync(path.join(path.dirname(file), 'one.safetensors')),
    'E_GOLDEN',
    'ENOENT',
  ],
  [
    'a changed file',
    (file) => writeFileSync(path.join(path.dirname(file), 'one.safetensors'), 'x'),
    'E_GOLDEN',
    'golden.json says',
  ],
])('a damaged golden is refused: %s', async ([, damage, code, reason]) => {
  damage(path.join(folder, 'golden.json'));
  const error = await rejectionOf(readGolden(folder, expectation));
  expect([error.code, error.message]).toEqual([code, expect.stringContaining(reason)]);
});
