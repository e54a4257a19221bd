import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, expect, test } from 'vitest';
import { loadTensor } from '../../harness/formats/load-tensor.ts';
import { openTensorSet } from '../../harness/formats/open-tensor-set.ts';
import { rejectionOf } from './damage.ts';
import { expected, inHex, vector } from './vectors.ts';

const root = mkdtempSync(path.join(tmpdir(), 'set-'));
afterAll(() => rmSync(root, { recursive: true }));

const y = Buffer.from(expected.protos['raw float32']!.proto, 'hex');
/** Without its last field a proto has no name. */
const nameless = y.subarray(0, -3);
const npy = vector('v1.npy');
const npz = (...names: string[]) => zipSync(Object.fromEntries(names.map((name) => [`${name}.npy`, npy])));

/** A folder of these files, by their paths in it. */
function folderOf(files: Readonly<Record<string, Uint8Array>>): string {
  const folder = mkdtempSync(path.join(root, 'folder-'));
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), bytes);
  }
  return folder;
}

async function namesIn(source: string): Promise<string[]> {
  const { tensors, close } = await openTensorSet(source);
  await close();
  return [...tensors.keys()];
}

test.for<[what: string, file: string, bytes: Uint8Array, names: string[]]>([
  ['of an archive', 'a.npz', npz('x', 'layer/0'), ['layer/0', 'x']],
  ['of an array', 'a.npy', npy, ['tensor']],
  ['of a tensor with a name', 'a.pb', y, ['y']],
  ['of a tensor without one', 'a.pb', nameless, ['tensor']],
  ['of an empty archive', 'a.npz', zipSync({}), []],
])('the names %s, alone', async ([, file, bytes, names]) => {
  expect(await namesIn(path.join(folderOf({ [file]: bytes }), file))).toEqual(names);
});

test.for<[what: string, files: Readonly<Record<string, Uint8Array>>, names: string[]]>([
  [
    'archives',
    { 'case-1.npz': npz('logits'), 'case-2.npz': npz('logits') },
    ['case-1/logits', 'case-2/logits'],
  ],
  ['archives at any depth', { 'a/b/c.npz': npz('d/e'), 'c.npz': npz('e') }, ['a/b/c/d/e', 'c/e']],
  ['arrays', { 'a.npy': npy, 'b/a.npy': npy }, ['a', 'b/a']],
  ['tensors', { 'a.pb': y, 'b.pb': nameless }, ['a/y', 'b']],
  ['a data set', { 'input_0.pb': y, 'output_0.pb': nameless }, ['output_0', 'y']],
  [
    'data sets',
    { 'test_data_set_0/output_0.pb': y, 'test_data_set_1/output_0.pb': y, 'model.onnx': npy },
    ['test_data_set_0/y', 'test_data_set_1/y'],
  ],
  ['endings in capitals', { 'A.NPZ': npz('x') }, ['A/x']],
])('the names in a folder of %s', async ([, files, names]) => {
  expect(await namesIn(folderOf(files))).toEqual(names);
});

test('tensors come in byte order of their names, with their bytes and their file', async () => {
  // U+FF5E stands before U+1F984 in UTF-8, and behind it in JavaScript's order
  const names = ['b', 'B', 'é', '\u{1F984}', '\uFF5E'];
  const folder = folderOf({ 'a.npz': npz(...names), 'notes/readme.txt': npy, '.hidden': npy });
  const { tensors, files, ignored, close } = await openTensorSet(folder);
  expect([...tensors.keys()]).toEqual(['B', 'b', 'é', '\uFF5E', '\u{1F984}'].map((name) => `a/${name}`));
  const tensor = tensors.get('a/B')!;
  expect([tensor.name, tensor.file]).toEqual(['a/B', path.join(folder, 'a.npz')]);
  expect(inHex(await loadTensor(tensor))).toEqual({ ...expected['v1.npy']![0], name: 'a/B' });
  expect(files).toEqual([path.join(folder, 'a.npz')]);
  expect(ignored).toEqual([path.join(folder, '.hidden'), path.join(folder, 'notes/readme.txt')]);
  await close();
});

test('links are followed, and a link back to a folder around it ends the way', async () => {
  const folder = folderOf({ 'a/x.npy': npy });
  symlinkSync(folder, path.join(folder, 'a/back'));
  symlinkSync(path.join(folder, 'a'), path.join(folder, 'b'));
  symlinkSync('nowhere', path.join(folder, 'dangling'));
  const { tensors, ignored } = await openTensorSet(folder);
  expect([...tensors.keys()]).toEqual(['a/x', 'b/x']);
  expect(ignored.map((file) => path.relative(folder, file))).toEqual(['a/back', 'b/back', 'dangling']);
});

test.for<[what: string, files: Readonly<Record<string, Uint8Array>>, code: string, reason: RegExp]>([
  ['an empty folder', {}, 'E_TENSOR_SET', /^The folder is empty\.$/],
  ['no tensor file', { 'a.txt': npy }, 'E_TENSOR_SET', /holds no file of tensors, only 1 other\.$/],
  [
    'one name twice',
    { 'a.npz': npz('x'), 'a/x.npy': npy },
    'E_TENSOR_SET',
    /Two tensors are called "a\/x"; the other is in .*a\/x\.npy/,
  ],
  [
    'two data set files of one name',
    { 'input_0.pb': y, 'output_0.pb': y },
    'E_TENSOR_SET',
    /called "y"; the other is in .*input_0\.pb/,
  ],
  ['a damaged file', { 'a.npz': npz('x'), 'b.npz': npz('x').slice(0, 50) }, 'E_NPZ', /no ZIP archive/],
])('refused: %s', async ([, files, code, reason]) => {
  const folder = folderOf(files);
  const error = await rejectionOf(openTensorSet(folder));
  expect([error.code, error.message]).toEqual([code, expect.stringMatching(reason)]);
  expect(error.place?.file.startsWith(folder)).toBe(true);
  expect(error.remedies.length).toBeGreaterThan(0);
});

test('what is not there, or not ours to read, is named', async () => {
  const folder = folderOf({ 'a.npy': npy });
  const absent = await rejectionOf(openTensorSet(path.join(folder, 'absent')));
  expect([absent.code, absent.message]).toEqual(['E_FILE_UNREADABLE', 'The file cannot be read: ENOENT.']);
  symlinkSync('nowhere', path.join(folder, 'b.npy'));
  const dangling = await rejectionOf(openTensorSet(folder));
  expect([dangling.code, dangling.place?.file]).toEqual(['E_FILE_UNREADABLE', path.join(folder, 'b.npy')]);
});

test('a folder without permission is an error', async () => {
  const folder = folderOf({ 'a/b.npy': npy, 'c.npy': npy });
  chmodSync(path.join(folder, 'a'), 0);
  for (const open of [path.dirname(folder), folder]) chmodSync(open, 0o755);
  const error = await asNobody(() => rejectionOf(openTensorSet(folder)));
  chmodSync(path.join(folder, 'a'), 0o700);
  expect([error.code, error.place?.file]).toEqual(['E_FILE_UNREADABLE', path.join(folder, 'a')]);
});

test('links that multiply a folder end in an error', async () => {
  const folder = folderOf({});
  for (let depth = 0; depth < 20; depth++) {
    mkdirSync(path.join(folder, `${depth}`));
    for (const link of ['a', 'b']) symlinkSync(`../${depth + 1}`, path.join(folder, `${depth}`, link));
  }
  const error = await rejectionOf(openTensorSet(path.join(folder, '0')));
  expect(error.message).toContain('lead to the same folders more than 1000 times');
});

/** Root may read every folder, so it does the work as the user `nobody`. */
async function asNobody<Result>(work: () => Promise<Result>): Promise<Result> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid!(65534);
  try {
    return await work();
  } finally {
    process.seteuid!(0);
  }
}
