import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { TensorHeader } from '../../harness/domain/tensor.ts';
import { readCases } from '../../harness/formats/read-cases.ts';
import { readTensors } from '../../harness/formats/read-tensors.ts';
import { rejectionOf } from './damage.ts';
import { expected, VECTORS } from './vectors.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cases-'));
afterAll(() => rmSync(folder, { recursive: true }));

const proto = (name: string) => Buffer.from(expected.protos[name]!.proto, 'hex');
/** The vectors' tensors are called "y"; without its last field a proto has no name. */
const nameless = (name: string) => proto(name).subarray(0, -3);
const header = (name: string): TensorHeader => ({ name, dtype: 'float32', shape: [2] });
const inputs = [header('a'), header('b')];

function dataSet(name: string, files: Readonly<Record<string, Uint8Array>>): string {
  const set = path.join(folder, name);
  mkdirSync(set);
  for (const [file, bytes] of Object.entries(files)) writeFileSync(path.join(set, file), bytes);
  return set;
}

test('an .npz and a .safetensors are one case each, named after the file', async () => {
  const sources = ['stored.npz', 'mixed.safetensors'].map((name) => path.join(VECTORS, name));
  const cases = await readCases(sources, []);
  expect(cases.map(({ name, inputs }) => [name, inputs.length])).toEqual([
    ['stored', expected['stored.npz']!.length],
    ['mixed', expected['mixed.safetensors']!.length],
  ]);
});

test('a data set is counted in the model’s order, and its outputs come along', async () => {
  const set = dataSet('test_data_set_0', {
    'input_1.pb': nameless('scalar'),
    'input_0.pb': nameless('raw float32'),
    'output_0.pb': proto('float_data'),
    'notes.txt': new Uint8Array(1),
  });
  const [single] = await readCases([`${set}/`], inputs, [header('logits')]);
  expect(single!.name).toBe('test_data_set_0');
  expect(single!.inputs.map(({ name, shape }) => [name, shape])).toEqual([
    ['a', [2]],
    ['b', []],
  ]);
  expect(single!.outputs?.map(({ name }) => name)).toEqual(['logits']);
});

test('the tenth input follows the ninth', async () => {
  const many = Array.from({ length: 11 }, (_, index) => header(`t${index}`));
  const files = many.map((_, index) => [`input_${index}.pb`, nameless('raw float32')] as const);
  const [single] = await readCases([dataSet('ten', Object.fromEntries(files))], many);
  expect(single!.inputs.map(({ name }) => name)).toEqual(many.map(({ name }) => name));
});

test.for<
  [what: string, files: Readonly<Record<string, Uint8Array>>, names: readonly string[], reason: string]
>([
  ['no input', { 'output_0.pb': proto('scalar') }, ['a'], 'holds no input_0.pb'],
  ['a gap', { 'input_0.pb': proto('scalar'), 'input_2.pb': proto('scalar') }, ['a'], 'but no input_1.pb'],
  [
    'another input’s name',
    { 'input_0.pb': proto('scalar') },
    ['a', 'y'],
    'names "y", but the model\'s input 0 is "a"',
  ],
  ['a damaged tensor', { 'input_0.pb': proto('scalar').subarray(0, 5) }, ['a'], 'is no ONNX tensor'],
])('a data set is refused: %s', async ([what, files, names, reason]) => {
  const error = await rejectionOf(readCases([dataSet(what, files)], names.map(header)));
  expect(error.message).toContain(reason);
  expect(error.place?.file).toContain(folder);
});

test('what is no case is refused', async () => {
  const text = path.join(folder, 'case.txt');
  writeFileSync(text, 'x');
  expect((await rejectionOf(readCases([text], []))).message).toBe('The file is no case.');
  const absent = await rejectionOf(readCases([path.join(folder, 'absent.npz')], []));
  expect(absent.message).toBe('The case cannot be read: ENOENT.');
});

test('tensors without a name are named after their file', async () => {
  writeFileSync(path.join(folder, 'output_3.pb'), nameless('scalar'));
  copyFileSync(path.join(VECTORS, 'v1.npy'), path.join(folder, 'counting.npy'));
  const names = await Promise.all(
    ['output_3.pb', 'counting.npy'].map(
      async (file) => (await readTensors(path.join(folder, file)))[0]!.name,
    ),
  );
  expect(names).toEqual(['output_3', 'counting']);
});

test('an unknown ending is refused with those that are known', async () => {
  const error = await rejectionOf(readTensors(path.join(VECTORS, 'make_vectors.py')));
  expect(error.code).toBe('E_TENSOR_FILE');
  expect(error.remedies).toEqual(['known endings: .npz, .npy, .safetensors, .pb']);
});
