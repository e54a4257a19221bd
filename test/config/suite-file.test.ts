import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSuiteFile } from '../../harness/config/suite-file.ts';
import { errorText } from './error-text.ts';

let folder: string;
beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), 'fleetdiff-suite-')), 'suite');
  mkdirSync(folder);
});
afterEach(() => rmSync(path.dirname(folder), { recursive: true }));

const SHA = 'ab'.repeat(32);

/** Writes files by their path from the suite's folder; a path that ends in a slash is a folder. */
function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(name.endsWith('/') ? file : path.dirname(file), { recursive: true });
    if (!name.endsWith('/')) writeFileSync(file, text);
  }
}

const MINIMAL = 'schema: fleetdiff/suite@1\nname: s\nmodel: m.onnx\ncases: [c.npz]\n';

describe('a suite', () => {
  test('with everything in it', async () => {
    write({
      'suite.yml': `schema: fleetdiff/suite@1
name: digits-int8
model: {path: models/m.onnx, sha256: ${SHA.toUpperCase()}}
runtime: onnx
cases: ['cases/*.npz', 'test_data_set_*', 'cases/digits-2.npz']
reference: {kind: golden, golden: golden/}
task:
  kind: classification
  output: logits
  topK: [3, 1]
  batchAxis: 0
  labels: labels.txt
  expected: expected.csv
  preview: {input: input, as: grayscale}
budgets: ../budgets.yml
`,
      'models/m.onnx': '',
      'cases/digits-10.npz': '',
      'cases/digits-2.npz': '',
      'cases/notes.txt': '',
      'cases/.hidden.npz': '',
      'test_data_set_1/': '',
      'test_data_set_0/': '',
      'labels.txt': 'nought\none\r\n"two, or so"\n',
      'expected.csv': 'case,label\ndigits-2#0,1\r\n"digits, ""2""#1",nought\ndigits-10,"""two, or so"""\n',
      '../budgets.yml': '',
    });
    const suite = await readSuiteFile(folder);
    const at = (name: string) => path.join(folder, name);
    const file = at('suite.yml');
    expect(suite).toEqual({
      name: 'digits-int8',
      folder,
      model: { path: at('models/m.onnx'), given: 'models/m.onnx', sha256: SHA, place: { file, line: 3 } },
      runtime: 'onnx',
      cases: [
        { path: at('cases/digits-2.npz'), pattern: 'cases/*.npz', place: { file, line: 5 } },
        { path: at('cases/digits-10.npz'), pattern: 'cases/*.npz', place: { file, line: 5 } },
        { path: at('test_data_set_0'), pattern: 'test_data_set_*', place: { file, line: 5 } },
        { path: at('test_data_set_1'), pattern: 'test_data_set_*', place: { file, line: 5 } },
      ],
      reference: { kind: 'golden', folder: at('golden/') },
      task: {
        kind: 'classification',
        output: 'logits',
        topK: [1, 3],
        batchAxis: 0,
        labels: ['nought', 'one', '"two, or so"'],
        expected: { 'digits-2#0': 1, 'digits, "2"#1': 0, 'digits-10': 2 },
      },
      preview: { input: 'input', as: 'grayscale', place: { file, line: 14 } },
      budgets: path.join(folder, '../budgets.yml'),
      place: { file },
    });
  });

  test.for<[string, string, Readonly<Record<string, unknown>>]>([
    ['a signal', '{input: x, as: waveform}', { input: 'x', as: 'waveform' }],
    ['a picture in colour', '{input: x, as: rgb, layout: NHWC}', { input: 'x', as: 'rgb', layout: 'NHWC' }],
    ['a text', '{input: x, as: text}', { input: 'x', as: 'text' }],
    [
      'tokens',
      '{input: x, as: text, vocabulary: vocab.txt}',
      { input: 'x', as: 'text', vocabulary: 'vocab.txt' },
    ],
  ])('whose inputs are shown as %s, without a task', async ([, preview, expected]) => {
    write({ 'suite.yml': `${MINIMAL}preview: ${preview}\n`, 'm.onnx': '', 'c.npz': '', 'vocab.txt': 'a\n' });
    const suite = await readSuiteFile(folder);
    const vocabulary = 'vocabulary' in expected ? { vocabulary: path.join(folder, 'vocab.txt') } : {};
    const line = MINIMAL.trimEnd().split('\n').length + 1;
    expect(suite.preview).toEqual({
      ...expected,
      ...vocabulary,
      place: { file: path.join(folder, 'suite.yml'), line },
    });
    expect(suite.task).toBeUndefined();
  });

  test('with the least in it', async () => {
    write({ 'suite.yml': MINIMAL, 'm.onnx': '', 'c.npz': '' });
    expect(await readSuiteFile(folder)).toMatchObject({ runtime: 'onnx', reference: { kind: 'computed' } });
  });

  test.for([
    ['../*/suite.y?l', ['suite.yml']],
    ['**/*.npz', ['c.npz', 'deep/a.npz', 'deep/er/b.npz']],
    ['deep/**', ['deep', 'deep/er']],
    ['{c,d}.npz', ['c.npz']],
    ['./c.npz', ['c.npz']],
    ['d[12].pb', ['d1.pb', 'd2.pb']],
  ] as const)('the pattern %s', async ([pattern, expected]) => {
    write({
      'suite.yml': MINIMAL.replace('[c.npz]', `['${pattern}']`),
      'm.onnx': '',
      'c.npz': '',
      'deep/a.npz': '',
      'deep/er/b.npz': '',
      'd1.pb': '',
      'd2.pb': '',
      'd3.pb': '',
    });
    const { cases } = await readSuiteFile(folder);
    expect(cases.map((source) => path.relative(folder, source.path))).toEqual(expected);
  });
});

describe('a bad suite.yml is told by line', () => {
  const withTask = (...lines: string[]) =>
    `${MINIMAL}task:\n  kind: classification\n  output: logits\n${lines.map((line) => `  ${line}\n`).join('')}`;

  test.for([
    [
      'a preview of no known kind',
      `${MINIMAL}preview: {input: x, as: grey}\n`,
      {},
      [
        'E_SUITE_SHAPE suite.yml:5',
        'preview.as: expected one of "grayscale", "rgb", "waveform", "text"; found "grey".',
      ],
    ],
    [
      'a layout of what is not in colour',
      `${MINIMAL}preview:\n  input: x\n  as: waveform\n  layout: NCHW\n`,
      {},
      ['E_SUITE_SHAPE suite.yml:8', 'preview.layout goes with "as: rgb"; found "as: waveform".'],
    ],
    [
      'a vocabulary of what is no text, in the older place',
      withTask('preview: {input: x, as: grayscale, vocabulary: vocab.txt}'),
      { 'vocab.txt': 'a' },
      ['E_SUITE_SHAPE suite.yml:8', 'task.preview.vocabulary goes with "as: text"; found "as: grayscale".'],
    ],
    [
      'a vocabulary that is not there',
      `${MINIMAL}preview: {input: x, as: text, vocabulary: vocb.txt}\n`,
      { 'vocab.txt': 'a' },
      [
        'E_SUITE_FILE_MISSING suite.yml:5',
        'preview.vocabulary names "vocb.txt", but there is no vocb.txt.',
        'Did you mean "vocab.txt"?',
        'paths are relative to the folder of suite.yml',
      ],
    ],
    [
      'a preview in both places',
      `${withTask('preview: {input: x, as: grayscale}')}preview: {input: x, as: grayscale}\n`,
      {},
      [
        'E_SUITE_SHAPE suite.yml:9',
        'preview stands here and in task; expected one of them.',
        'take task.preview out: the one of the suite does for its task too',
      ],
    ],
    [
      'a misspelt model',
      MINIMAL.replace('m.onnx', 'n.onnx'),
      {},
      [
        'E_SUITE_FILE_MISSING suite.yml:3',
        'model names "n.onnx", but there is no n.onnx.',
        'Did you mean "m.onnx"?',
        'paths are relative to the folder of suite.yml',
      ],
    ],
    [
      'no model',
      MINIMAL.replace('model: m.onnx\n', ''),
      {},
      [
        'E_SUITE_SHAPE suite.yml:1',
        'The key "model" is missing in the file; expected the path of an ONNX model.',
      ],
    ],
    [
      'a model that is a list',
      MINIMAL.replace('m.onnx', '[m.onnx]'),
      {},
      ['E_SUITE_SHAPE suite.yml:3', 'model: expected a mapping; found a list.'],
    ],
    [
      'a short hash',
      MINIMAL.replace('m.onnx', '{path: m.onnx, sha256: abc}'),
      {},
      ['E_SUITE_SHAPE suite.yml:3', 'model.sha256: expected a sha256, 64 hexadecimal digits; found "abc".'],
    ],
    [
      'a pattern that matches nothing',
      MINIMAL.replace('[c.npz]', '[c.npz, d.npz]'),
      {},
      [
        'E_SUITE_NO_CASES suite.yml:4',
        'The pattern "d.npz" matches no file under FOLDER.',
        'Did you mean "c.npz"?',
        'patterns are relative to the folder of suite.yml',
      ],
    ],
    [
      'no pattern',
      MINIMAL.replace('[c.npz]', '[]'),
      {},
      ['E_SUITE_SHAPE suite.yml:4', 'cases: expected at least one entry; found an empty list.'],
    ],
    [
      'a name that is a path',
      MINIMAL.replace('name: s', 'name: ../s'),
      {},
      [
        'E_NAME suite.yml:2',
        'Suite name "../s": expected letters, digits, ".", "-" and "_", led by a letter or digit, at most 100.',
      ],
    ],
    [
      'an unknown runtime',
      `${MINIMAL}runtime: onxx\n`,
      {},
      ['E_SUITE_SHAPE suite.yml:5', 'runtime: expected "onnx"; found "onxx".', 'Did you mean "onnx"?'],
    ],
    [
      'a reference of no kind',
      `${MINIMAL}reference: {kind: goldn, golden: golden}\n`,
      {},
      [
        'E_SUITE_SHAPE suite.yml:5',
        'reference.kind: expected one of "computed", "golden", "target"; found "goldn".',
        'Did you mean "golden"?',
      ],
    ],
    [
      'a golden for a computed reference',
      `${MINIMAL}reference: {kind: computed, golden: golden}\n`,
      {},
      ['E_SUITE_SHAPE suite.yml:5', 'Unknown key "golden" in reference; known keys are: "kind".'],
    ],
    [
      'a target without its delegate',
      `${MINIMAL}reference: {kind: target, target: workstation}\n`,
      {},
      [
        'E_SUITE_SHAPE suite.yml:5',
        'reference.target: expected a target, written device/delegate; found "workstation".',
      ],
    ],
    [
      'a budget file that is not there',
      `${MINIMAL}budgets: budgets.yml\n`,
      {},
      [
        'E_SUITE_FILE_MISSING suite.yml:5',
        'budgets names "budgets.yml", but there is no budgets.yml.',
        'paths are relative to the folder of suite.yml',
      ],
    ],
    [
      'a k that stands twice',
      withTask('topK: [1, 1]'),
      {},
      ['E_SUITE_SHAPE suite.yml:8', 'task.topK: 1 stands there twice.'],
    ],
    [
      'an empty line among the labels',
      withTask('labels: l.txt'),
      { 'l.txt': 'a\n\nb\n' },
      ['E_SUITE_LABELS l.txt:2', 'Expected one class name a line; found an empty line.'],
    ],
    [
      'ground truth with another header',
      withTask('expected: e.csv'),
      { 'e.csv': 'name,label\na,1\n' },
      ['E_SUITE_EXPECTED e.csv:1', 'Expected the header "case,label"; found "name,label".'],
    ],
    [
      'ground truth with no label',
      withTask('expected: e.csv'),
      { 'e.csv': 'case,label\na\n' },
      [
        'E_SUITE_EXPECTED e.csv:2',
        'Expected a case and a label; found "a".',
        'put a text that holds a comma in double quotes',
      ],
    ],
    [
      'ground truth with a lonely quote',
      withTask('expected: e.csv'),
      { 'e.csv': 'case,label\na,1\n"b,2\n' },
      [
        'E_SUITE_EXPECTED e.csv:3',
        'Expected a case and a label; found ""b,2".',
        'put a text that holds a comma in double quotes',
      ],
    ],
    [
      'a sample that stands twice',
      withTask('expected: e.csv'),
      { 'e.csv': 'case,label\na,1\na,2\n' },
      ['E_SUITE_EXPECTED e.csv:3', 'The case "a" stands in the file twice.'],
    ],
    [
      'no ground truth at all',
      withTask('expected: e.csv'),
      { 'e.csv': 'case,label\n' },
      ['E_SUITE_EXPECTED e.csv:1', 'The file holds no case.'],
    ],
    [
      'a misspelt class',
      withTask('labels: l.txt', 'expected: e.csv'),
      { 'l.txt': 'cat\ndog\n', 'e.csv': 'case,label\na,dgo\n' },
      [
        'E_SUITE_EXPECTED e.csv:2',
        'The label "dgo" is no class index, and the class names are: "cat", "dog".',
        'Did you mean "dog"?',
      ],
    ],
    [
      'a class name with no labels',
      withTask('expected: e.csv'),
      { 'e.csv': 'case,label\na,-1\n' },
      ['E_SUITE_EXPECTED e.csv:2', 'The label "-1" is no class index, and the task names no labels file.'],
    ],
    [
      'a class beyond the last',
      withTask('labels: l.txt', 'expected: e.csv'),
      { 'l.txt': 'cat\ndog\n', 'e.csv': 'case,label\na,2\n' },
      ['E_SUITE_EXPECTED e.csv:2', 'The label 2 is beyond the last class, 1.'],
    ],
    [
      'a label that means two classes',
      withTask('labels: l.txt', 'expected: e.csv'),
      { 'l.txt': '1\n2\n', 'e.csv': 'case,label\na,1\n' },
      [
        'E_SUITE_EXPECTED e.csv:2',
        'The label "1" is the index of class "2" and the name of class 0.',
        'name the classes so that no name is the index of another',
      ],
    ],
    [
      'a class name that stands twice',
      withTask('labels: l.txt', 'expected: e.csv'),
      { 'l.txt': 'crane\ncrane\n', 'e.csv': 'case,label\na,crane\n' },
      ['E_SUITE_EXPECTED e.csv:2', 'Two classes are named "crane".', 'use the class index instead'],
    ],
  ] as const)('%s', async ([, source, files, expected]) => {
    write({ 'm.onnx': '', 'c.npz': '', 'suite.yml': source, ...files });
    const text = await errorText(() => readSuiteFile(folder));
    const plain = text.replaceAll(folder + path.sep, '').replaceAll(folder, 'FOLDER');
    expect(plain.split('\n')).toEqual(expected);
  });

  test('a file that is not text', async () => {
    write({ 'm.onnx': '', 'c.npz': '' });
    writeFileSync(path.join(folder, 'suite.yml'), Buffer.from([0xff, 0xfe, 0x00]));
    expect(await errorText(() => readSuiteFile(folder))).toContain(
      'The file cannot be read: it is not UTF-8 text.',
    );
  });

  test('a folder with no suite', async () => {
    expect(await errorText(() => readSuiteFile(folder))).toBe(
      `E_FILE_MISSING ${path.join(folder, 'suite.yml')}\nThere is no such file.\na suite is a folder with a suite.yml; write one:  fleetdiff init`,
    );
  });
});
