import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseBudgets } from '../../harness/config/budgets-file.ts';
import type { DType } from '../../harness/domain/tensor.ts';
import type { SetTensor, TensorSet } from '../../harness/formats/open-tensor-set.ts';
import { budgetsForFiles } from '../../harness/stages/diff/file-budgets.ts';
import { nameInBudgets } from '../../harness/stages/diff/file-names.ts';
import { matchTensors, selectTensors } from '../../harness/stages/diff/match-tensors.ts';
import { diffFiles } from '../../harness/stages/diff.ts';
import { errorText } from '../config/error-text.ts';
import { freshFolder, writeFloats } from '../conformance/files.ts';

const tensor = (name: string, file = 'r.npz', dtype: DType = 'float32'): SetTensor => ({
  name,
  dtype,
  shape: [],
  file,
  bytes: { in: 'memory', data: new Uint8Array(4) },
});

const setOf = (...names: string[]): TensorSet => ({
  tensors: new Map(names.map((name) => [name, tensor(name)])),
  files: ['r.npz'],
  ignored: [],
  close: async () => {},
});

describe('tensors are matched by name alone', () => {
  test('in byte order, whatever the order of the sides', () => {
    const matched = matchTensors(setOf('b', 'a', 'é', 'Z'), setOf('é', 'Z', 'a', 'b'));
    expect(matched.map(({ name, in: side }) => [name, side])).toEqual([
      ['Z', 'both'],
      ['a', 'both'],
      ['b', 'both'],
      ['é', 'both'],
    ]);
  });

  test.for([
    { reference: ['logits'], candidate: ['logit'], of: 'logits', nearest: 'logit' },
    // A name that has its own counterpart is not the one that is missing.
    { reference: ['conv1', 'conv2'], candidate: ['conv1', 'cnov2'], of: 'conv2', nearest: 'cnov2' },
    { reference: ['conv1', 'conv2'], candidate: ['conv1'], of: 'conv2', nearest: 'conv1' },
    { reference: ['logits'], candidate: ['mask'], of: 'logits', nearest: undefined },
    { reference: ['logits'], candidate: [], of: 'logits', nearest: undefined },
  ])('$of of $reference, against $candidate: nearest $nearest', ({ reference, candidate, of, nearest }) => {
    const found = matchTensors(setOf(...reference), setOf(...candidate)).find(({ name }) => name === of);
    expect(found).toMatchObject({ in: 'reference', name: of });
    expect(found).toEqual(
      nearest === undefined
        ? expect.not.objectContaining({ nearest: expect.anything() })
        : expect.objectContaining({ nearest }),
    );
  });

  test('thousands of missing names are told without a look at each other', () => {
    const names = Array.from({ length: 5000 }, (_, n) => `tensor-${n}`);
    const matched = matchTensors(setOf(...names), setOf(...names.map((name) => `${name}-b`)));
    expect(matched).toHaveLength(10_000);
    expect(matched.filter((each) => each.in !== 'both' && each.nearest !== undefined)).toEqual([]);
  });

  test('globs choose; one that names nothing is an error with the nearest name', async () => {
    const matched = matchTensors(setOf('case-1/logits', 'case-2/logits', 'mask'), setOf());
    const chosen = selectTensors(matched, ['*/logits', 'm?sk'], '--tensor');
    expect(chosen.map(({ name }) => name)).toEqual(['case-1/logits', 'case-2/logits', 'mask']);
    expect(selectTensors(matched, ['mask'], '--tensor')).toHaveLength(1);
    expect(await errorText(() => selectTensors(matched, ['mask', 'masks'], '--tensor'))).toBe(
      [
        'E_DIFF_TENSOR',
        '--tensor "masks" names no tensor of either side. They hold: "case-1/logits", "case-2/logits", "mask".',
        'Did you mean "mask"?',
      ].join('\n'),
    );
  });
});

describe('what a budget calls a tensor', () => {
  test.for<[name: string, file: string, source: string, expected: { case?: string; tensor: string }]>([
    ['logits', 'r.npz', 'r.npz', { tensor: 'logits' }],
    ['a/b', 'dir/r.npz', 'dir/r.npz', { tensor: 'a/b' }],
    ['case-1/logits', 'dir/case-1.npz', 'dir', { case: 'case-1', tensor: 'logits' }],
    ['case-1//conv/out', 'dir/case-1.npz', 'dir', { case: 'case-1', tensor: '/conv/out' }],
    ['x/case-1/logits', 'dir/x/case-1.npz', 'dir', { case: 'x/case-1', tensor: 'logits' }],
    ['case-1/logits', 'dir/case-1/logits.npy', 'dir', { case: 'case-1', tensor: 'logits' }],
    ['logits', 'dir/logits.npy', 'dir', { tensor: 'logits' }],
    ['test_data_set_0/y', 'dir/test_data_set_0/output_0.pb', 'dir', { case: 'test_data_set_0', tensor: 'y' }],
    ['y', 'test_data_set_0/output_0.pb', 'test_data_set_0', { tensor: 'y' }],
  ])('%s of %s in %s', ([name, file, source, expected]) => {
    expect(nameInBudgets(tensor(name, file), source)).toEqual({
      case: expected.case,
      tensor: expected.tensor,
    });
  });
});

describe('what of a budget file speaks of files', () => {
  const budgets = (...rules: string[]) =>
    parseBudgets(
      `schema: fleetdiff/budgets@1\nrules:\n${rules.map((rule) => `  - {${rule}, reason: r}\n`).join('')}`,
      'b.yml',
    );
  const inFolder = [{ case: 'case-1', tensor: 'y' }];
  const inFile = [{ case: undefined, tensor: 'y' }];

  test.for([
    { rule: 'match: {}, limits: {max_abs: 1}', kept: 1, notes: [] },
    { rule: 'match: {tensor: y, device: "*"}, limits: {max_abs: 1}', kept: 1, notes: [] },
    {
      rule: 'match: {tensor: y, soc: "A*", suite: s}, limits: {max_abs: 1}',
      kept: 0,
      notes: ['b.yml:3: not applied, for files have no suite, soc'],
    },
    {
      rule: 'match: {case: case-1}, limits: {max_abs: 1}',
      kept: 0,
      notes: ['b.yml:3: not applied, for files have no case'],
    },
    {
      rule: 'match: {}, limits: {flips: 1, distinct_outputs: 2, max_abs: 1}',
      kept: 1,
      notes: ['b.yml: flips, distinct_outputs not judged, for files have neither task nor repeats'],
    },
  ])('$rule', ({ rule, kept, notes }) => {
    const found = budgetsForFiles(budgets(rule), inFile, ['y']);
    expect(found.budgets.rules).toHaveLength(kept);
    expect(found.budgets.rules.flatMap(({ limits }) => Object.keys(limits))).toEqual(kept ? ['max_abs'] : []);
    expect(found.notes).toEqual(notes);
  });

  test('a folder has cases: a rule may name one, and a mistyped one is an error', async () => {
    const rule = (name: string) => budgets(`match: {case: ${name}, tensor: y}, limits: {max_abs: 1}`);
    expect(budgetsForFiles(rule('case-1'), inFolder, ['case-1/y']).budgets.rules).toHaveLength(1);
    expect(await errorText(() => budgetsForFiles(rule('case-2'), inFolder, ['case-1/y']))).toBe(
      [
        'E_BUDGET_UNKNOWN_CASE b.yml:3',
        'The rule names case "case-2", but the folders\' cases are: "case-1".',
        'Did you mean "case-1"?',
      ].join('\n'),
    );
  });

  test.for([
    { match: '{tensor: y, case: case-1}', statuses: ['PASS', 'FAIL'] },
    { match: '{tensor: case-2/y}', statuses: ['FAIL', 'PASS'] },
    { match: '{tensor: y}', statuses: ['PASS', 'PASS'] },
    { match: '{case: "case-*"}', statuses: ['PASS', 'PASS'] },
  ])('a rule for $match holds those alone', async ({ match, statuses }) => {
    const folder = await freshFolder();
    for (const [side, values] of Object.entries({ r: [1], c: [1.5] })) {
      await mkdir(path.join(folder, side));
      for (const name of ['case-1', 'case-2'])
        await writeFloats(path.join(folder, side, `${name}.npz`), { y: values });
    }
    const { result } = await diffFiles({
      reference: path.join(folder, 'r'),
      candidate: path.join(folder, 'c'),
      tensors: [],
      probabilities: [],
      budgets: budgets(`match: ${match}, limits: {max_abs: 0.5}`),
      worstCount: 1,
      now: new Date(),
    });
    expect(result.tensors.map((row) => row.tensor.status)).toEqual(statuses);
  });
});

describe('probabilities', () => {
  const compare = async (probabilities: string[]) => {
    const folder = await freshFolder();
    const { result } = await diffFiles({
      reference: await writeFloats(path.join(folder, 'r.npz'), { p: [0.5, 0.5], q: [1, 2] }),
      candidate: await writeFloats(path.join(folder, 'c.npz'), { p: [0.25, 0.75], q: [1, 2] }),
      tensors: [],
      probabilities,
      worstCount: 1,
      now: new Date(),
    });
    return result.tensors.map((row) => row.tensor.metrics);
  };

  test('get kl and js; the others do not', async () => {
    const [p, q] = await compare(['p']);
    // ½·ln 2 + ½·ln(2/3), from the definition.
    expect(p?.kl).toBeCloseTo(0.14384103622589042, 15);
    expect(q).not.toHaveProperty('kl');
  });

  test('that no tensor is called are an error', async () => {
    expect(await errorText(() => compare(['probs']))).toContain(
      '--probabilities "probs" names no tensor of numbers that both sides have. They have: "p", "q".',
    );
  });
});

test('ends between two tensors when it is told to', async () => {
  const folder = await freshFolder();
  const file = await writeFloats(path.join(folder, 'r.npz'), { a: [1], b: [1] });
  const abort = new AbortController();
  const seen: number[] = [];
  const work = diffFiles({
    reference: file,
    candidate: file,
    tensors: [],
    probabilities: [],
    worstCount: 1,
    now: new Date(),
    signal: abort.signal,
    onProgress: ({ done, total }) => {
      seen.push(done / total);
      abort.abort();
    },
  });
  await expect(work).rejects.toThrow('aborted');
  expect(seen).toEqual([0.5]);
});
