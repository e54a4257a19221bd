import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileOf, freshFolder, writeFloats } from './files.ts';
import { diffJson, runDiff, statuses } from './run-diff.ts';

/**
 * Pairs on which a comparison must not pass. Most are tensors of NumPy's own files, a pair each (files/make_files.py); what
 * NumPy says of them is beside them. must-pass.test.ts is the mirror: failing everything is no answer.
 */

const differ = [fileOf('differ.reference.npz'), fileOf('differ.candidate.npz')];
const refuse = [fileOf('refuse.reference.npz'), fileOf('refuse.candidate.npz')];
const numpySays: Readonly<Record<string, boolean>> = JSON.parse(
  await readFile(fileOf('numpy-says.json'), 'utf8'),
);

/** By what another tool makes of it, or what a careless comparison does. */
const DIFFERENT: readonly [why: string, tensors: readonly string[]][] = [
  ['Polygraphy: int32 and int64 differences wrap around', ['int32-max-min', 'int64-max-minus-one']],
  [
    'a difference that wraps around in its own width',
    [
      'int64-min-max',
      'uint64-zero-max',
      'uint32-zero-max',
      'uint16-zero-max',
      'int16-min-max',
      'uint8-zero-max',
      'int8-min-max',
    ],
  ],
  ['a 64-bit integer goes through float64', ['int64-beyond-float64', 'uint64-last-two']],
  ['one quantization step is no rounding unless a budget says so', ['int8-off-by-one']],
  ['LiteRT: all-NaN output does not fail', ['nan-everywhere']],
  ['LiteRT: NaN leaves the largest difference at 0', ['nan-in-candidate', 'nan-in-reference', 'nan-moved']],
  ['ExecuTorch: NaN becomes 0, Inf becomes max', ['nan-in-candidate', 'inf-became-max', 'max-became-inf']],
  ['NaN equals nothing, not even itself', ['nan-on-both-sides', 'nan-of-another-payload']],
  ['|r| = Inf makes atol + rtol·|r| infinite', ['inf-sign-swapped', 'inf-became-finite', 'inf-became-nan']],
  ['an error that overflows', ['float16-overflow', 'float64-overflow']],
  ['FAI-PEP: values are sorted first', ['permuted', 'reversed', 'rolled-by-one']],
  ['the right values in another layout', ['transposed-values', 'layout-nchw-nhwc', 'read-as-fortran']],
  ['the right bytes in another order', ['bytes-swapped']],
  ['matched by position', ['swapped-1', 'swapped-2']],
  ['cosine sees no scale', ['scaled-cosine-one']],
  ['a mean hides what cancels', ['errors-cancel', 'sign-flipped', 'offset']],
  ['a relative error of zero', ['zero-became-small', 'became-zero', 'tiny-became-zero']],
  [
    'one element at the border of a block, of a stretch, of the tensor',
    [
      'first-of-a-block',
      'last-of-a-block',
      'last-of-an-odd-length',
      'first-of-a-stretch',
      'last-of-all',
      'last-int8-of-all',
      'last-float16-of-all',
    ],
  ],
  [
    'a narrower type sees no difference',
    ['float64-equal-as-float32', 'float32-equal-as-float16', 'float16-two-steps'],
  ],
  ['a scalar', ['scalar']],
  [
    'neither numbers nor close',
    [
      'bool-flipped',
      'bool-inverted',
      'string-other',
      'string-case',
      'string-space',
      'string-empty',
      'string-look-alike',
    ],
  ],
];

describe('FAIL, exit 1', () => {
  const cases = DIFFERENT.flatMap(([why, tensors]) => tensors.map((tensor) => ({ why, tensor })));

  test.for(cases)('$why: $tensor', async ({ tensor }) => {
    const diff = await diffJson([...differ, '--tensor', tensor]);
    expect(statuses(diff)).toEqual({ [tensor]: 'FAIL' });
    expect(diff.exitCode).toBe(1);
  });

  test('no pair of the files is forgotten, and NumPy finds each different too', async () => {
    const found = statuses(await diffJson(differ));
    expect(Object.keys(found).sort()).toEqual([...new Set(cases.map(({ tensor }) => tensor))].sort());
    expect(new Set(Object.values(found))).toEqual(new Set(['FAIL']));
    const known = Object.keys(found).filter((name) => !name.startsWith('swapped'));
    expect(known.filter((name) => numpySays[name] !== false)).toEqual([]);
  });

  test('Polygraphy: an element fails only if it breaks atol and rtol', async () => {
    const folder = await freshFolder();
    const reference = await writeFloats(path.join(folder, 'r.npz'), { y: [1000] });
    const candidate = await writeFloats(path.join(folder, 'c.npz'), { y: [1002] });
    expect((await runDiff([reference, candidate, '--atol', '1', '--rtol', '1e-6'])).code).toBe(1);
  });

  test.for(['1e30', '3.5e38'])('infinity is outside every tolerance: --atol %s', async (atol) => {
    for (const tensor of ['inf-became-max', 'max-became-inf', 'inf-sign-swapped', 'nan-in-candidate']) {
      expect((await runDiff([...differ, '--tensor', tensor, '--atol', atol, '--rtol', '1'])).code).toBe(1);
    }
  });

  test('with tolerances of 0 only what is equal passes: a subnormal became 0', async () => {
    const agree = [fileOf('agree.reference.npz'), fileOf('agree.candidate.npz')];
    const found = await diffJson([...agree, '--tensor', 'subnormal-flushed', '--atol', '0', '--rtol', '0']);
    expect(found.tensors).toMatchObject([{ status: 'FAIL', metrics: { subnormal_flush: 1 } }]);
  });

  test('one element in ten million', async () => {
    const folder = await freshFolder();
    const elements = 10_000_000;
    const candidate = new Uint8Array(elements);
    candidate[7_654_321] = 1;
    await writeFile(path.join(folder, 'r.npy'), npyOfBytes(new Uint8Array(elements)));
    await writeFile(path.join(folder, 'c.npy'), npyOfBytes(candidate));
    const found = await diffJson([path.join(folder, 'r.npy'), path.join(folder, 'c.npy')]);
    expect(found.exitCode).toBe(1);
    expect(found.tensors).toMatchObject([
      {
        status: 'FAIL',
        metrics: { mismatch_fraction: 1e-7 },
        worst: { index: [7_654_321], reference: 0, candidate: 1 },
      },
    ]);
  });

  test.for([
    { tensor: 'bfloat16-differs', status: 'FAIL', exitCode: 1 },
    { tensor: 'bfloat16-nan', status: 'FAIL', exitCode: 1 },
    { tensor: 'float8-differs', status: 'FAIL', exitCode: 1 },
    { tensor: 'float8-nan', status: 'FAIL', exitCode: 1 },
    { tensor: 'bfloat16-as-float16', status: 'NOT_COMPARABLE', exitCode: 3 },
    { tensor: 'float8-of-other-kind', status: 'NOT_COMPARABLE', exitCode: 3 },
  ])('LiteRT: narrow floats are no raw bytes: $tensor is $status', async ({ tensor, status, exitCode }) => {
    const narrow = [fileOf('narrow.reference.safetensors'), fileOf('narrow.candidate.safetensors')];
    const diff = await diffJson([...narrow, '--tensor', tensor]);
    expect(statuses(diff)).toEqual({ [tensor]: status });
    expect(diff.exitCode).toBe(exitCode);
  });
});

/** What must not be compared, and the words that say why. */
const REFUSED: readonly [tensor: string, reason: string][] = [
  ['float32-float64', 'the reference is float32, the candidate float64'],
  ['float32-float16', 'the reference is float32, the candidate float16'],
  ['float32-int64', 'the reference is float32, the candidate int64'],
  ['float32-int32-of-same-bytes', 'the reference is float32, the candidate int32'],
  ['int8-uint8-of-same-bytes', 'the reference is int8, the candidate uint8'],
  ['int64-uint64-of-same-bytes', 'the reference is int64, the candidate uint64'],
  ['bool-uint8-of-same-bytes', 'the reference is bool, the candidate uint8'],
  ['string-int64', 'the reference is string, the candidate int64'],
  ['shape-transposed', 'the reference has shape [4, 6], the candidate [6, 4]'],
  ['shape-flat', 'the reference has shape [4, 6], the candidate [24]'],
  ['shape-with-one-more-axis', 'the reference has shape [4, 6], the candidate [1, 4, 6]'],
  ['shape-longer', 'the reference has shape [2], the candidate [3]'],
  ['shape-that-broadcasts', 'the reference has shape [4], the candidate [1]'],
  ['shape-that-broadcasts-rows', 'the reference has shape [4, 6], the candidate [1, 6]'],
  ['scalar-one-element', 'the reference has shape [], the candidate [1]'],
  ['scalar-empty', 'the reference has shape [], the candidate [0]'],
  ['empty-one-element', 'the reference has shape [0], the candidate [1]'],
  ['empty-of-other-shape', 'the reference has shape [0, 3], the candidate [3, 0]'],
  ['empty-of-other-type', 'the reference is float32, the candidate float64'],
  ['string-shape', 'the reference has shape [2], the candidate [1, 2]'],
  ['missing', 'only in the reference'],
  ['extra', 'only in the candidate'],
  ['renamed-from', 'only in the reference; the nearest name in the candidate is "renamed-to"'],
  ['renamed-to', 'only in the candidate; the nearest name in the reference is "renamed-from"'],
  ['Upper', 'only in the reference; the nearest name in the candidate is "upper"'],
  ['upper', 'only in the candidate; the nearest name in the reference is "Upper"'],
  ['dash-name', 'only in the reference; the nearest name in the candidate is "dash_name"'],
  ['dash_name', 'only in the candidate; the nearest name in the reference is "dash-name"'],
];

describe('NOT_COMPARABLE, exit 3', () => {
  test.for(REFUSED)('%s: %s', async ([tensor, reason]) => {
    const diff = await diffJson([...refuse, '--tensor', tensor]);
    expect(diff.exitCode).toBe(3);
    expect(diff.tensors).toMatchObject([
      { tensor, status: 'NOT_COMPARABLE', reason, metrics: {}, worst: null },
    ]);
  });

  test('no pair of the files is forgotten', async () => {
    const found = statuses(await diffJson(refuse));
    expect(Object.keys(found).sort()).toEqual(REFUSED.map(([tensor]) => tensor).sort());
  });

  test('no tolerance makes them comparable, and no failure outranks them', async () => {
    const folder = await freshFolder();
    const reference = await writeFloats(path.join(folder, 'r.npz'), { same: [1], other: [1], left: [1] });
    const candidate = await writeFloats(path.join(folder, 'c.npz'), { same: [1], other: [2], right: [1] });
    const diff = await diffJson([reference, candidate, '--atol', '0.5']);
    expect(statuses(diff)).toEqual({
      left: 'NOT_COMPARABLE',
      other: 'FAIL',
      right: 'NOT_COMPARABLE',
      same: 'PASS',
    });
    expect(diff.exitCode).toBe(3);
  });

  test('Polygraphy: 3 iterations against 1 pass', async () => {
    const folder = await freshFolder();
    for (const [side, count] of [
      ['reference', 3],
      ['candidate', 1],
    ] as const) {
      await mkdir(path.join(folder, side));
      for (let n = 1; n <= count; n++)
        await writeFloats(path.join(folder, side, `case-${n}.npz`), { y: [n] });
    }
    const diff = await diffJson([path.join(folder, 'reference'), path.join(folder, 'candidate')]);
    expect(statuses(diff)).toEqual({
      'case-1/y': 'PASS',
      'case-2/y': 'NOT_COMPARABLE',
      'case-3/y': 'NOT_COMPARABLE',
    });
    expect(diff.exitCode).toBe(3);
  });
});

describe('nothing was compared, exit 3', () => {
  test.for([
    { of: 'Polygraphy: empty passes', files: ['empty.npz', 'empty.npz'], tensors: { y: 'PASS' } },
    { of: 'no tensor on either side', files: ['nothing.npz', 'nothing.npz'], tensors: {} },
    {
      of: 'no tensor in the reference',
      files: ['nothing.npz', 'one.npz'],
      tensors: { y: 'NOT_COMPARABLE' },
    },
    {
      of: 'no tensor in the candidate',
      files: ['one.npz', 'nothing.npz'],
      tensors: { y: 'NOT_COMPARABLE' },
    },
  ])('$of', async ({ files, tensors }) => {
    const diff = await diffJson(files.map(fileOf));
    expect(statuses(diff)).toEqual(tensors);
    expect(diff.exitCode).toBe(3);
  });
});

const npyOfBytes = (data: Uint8Array): Uint8Array => {
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${data.length},), }`.padEnd(117);
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
    Buffer.of(118, 0),
    Buffer.from(`${header}\n`),
    data,
  ]);
};
