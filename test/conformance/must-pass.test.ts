import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTensors } from '../../harness/formats/read-tensors.ts';
import { writeSafetensors } from '../../harness/formats/safetensors.ts';
import { fileOf, freshFolder, writeFloats } from './files.ts';
import { diffJson, statuses } from './run-diff.ts';

/** The mirror of must-not-pass.test.ts: pairs that a comparison must pass, so that failing everything is no answer. */

const agree = [fileOf('agree.reference.npz'), fileOf('agree.candidate.npz')];

describe('PASS, exit 0', () => {
  test('every pair that NumPy finds close, and no other', async () => {
    const numpySays: Readonly<Record<string, boolean>> = JSON.parse(
      await readFile(fileOf('numpy-says.json'), 'utf8'),
    );
    const close = Object.keys(numpySays).filter((name) => numpySays[name]);
    const diff = await diffJson(agree);
    expect(statuses(diff)).toEqual(Object.fromEntries(close.map((name) => [name, 'PASS'])));
    expect(close.length).toBeGreaterThan(25);
    expect(diff.exitCode).toBe(0);
  });

  test.for([
    [
      'Polygraphy: identical int32 tensors fail cosine',
      'same-int32-extremes',
      { cosine: 1, sqnr_db: 'Infinity' },
    ],
    ['identical int64 extremes', 'same-int64-extremes', { max_abs: 0, mismatch_fraction: 0 }],
    ['squares that overflow float64', 'same-float64-extremes', { cosine: 1, norm_ratio: 1 }],
    ['all zeros', 'same-zeros', { cosine: 1, max_rel: 0 }],
    ['stored big-endian', 'other-byte-order', { max_ulp: 0 }],
    ['stored in Fortran order', 'other-memory-order', { max_ulp: 0 }],
    ['-0 equals +0, and is told', 'other-sign-of-zero', { sign_of_zero: 2, max_ulp: 0 }],
    ['an infinity equals itself, and is told', 'infinities-in-place', { nonfinite_matched: 2 }],
    ['a subnormal within atol is told', 'subnormal-flushed', { subnormal_flush: 1 }],
    ['one ULP', 'float32-next', { max_ulp: 1 }],
  ] as const)('%s', async ([, tensor, metrics]) => {
    const diff = await diffJson([...agree, '--tensor', tensor]);
    expect(diff.exitCode).toBe(0);
    expect(diff.tensors).toMatchObject([{ tensor, status: 'PASS', metrics }]);
  });

  test.for(['bfloat16-close', 'float8-same'])('%s', async (tensor) => {
    const narrow = [fileOf('narrow.reference.safetensors'), fileOf('narrow.candidate.safetensors')];
    const diff = await diffJson([...narrow, '--tensor', tensor]);
    expect(statuses(diff)).toEqual({ [tensor]: 'PASS' });
    expect(diff.exitCode).toBe(0);
  });

  test('one format against another: .npz and .safetensors', async () => {
    const tensors = await readTensors(agree[0]!);
    const numbers = tensors.filter(({ dtype }) => dtype !== 'string');
    const file = path.join(await freshFolder(), 'again.safetensors');
    await writeFile(file, writeSafetensors(numbers, file));
    const strings = tensors.length - numbers.length;
    const whole = await diffJson([agree[0]!, file]);
    expect(whole.tensors.filter(({ status }) => status === 'PASS')).toHaveLength(numbers.length);
    expect(whole.tensors.filter(({ status }) => status === 'NOT_COMPARABLE')).toHaveLength(strings);
  });

  test("an ONNX folder's own names against an archive's", async () => {
    const file = await writeFloats(path.join(await freshFolder(), 'c.npz'), { y: [1, 2], x: [1, 2] });
    const diff = await diffJson([fileOf('onnx.reference/test_data_set_0'), file]);
    expect(statuses(diff)).toEqual({ x: 'PASS', y: 'PASS' });
    expect(diff.exitCode).toBe(0);
  });

  test('a wider tolerance, where one was given', async () => {
    const differ = [fileOf('differ.reference.npz'), fileOf('differ.candidate.npz')];
    const diff = await diffJson([...differ, '--tensor', '{offset,zero-became-small}', '--atol', '0.0101']);
    expect(statuses(diff)).toEqual({ offset: 'PASS', 'zero-became-small': 'PASS' });
    expect(diff.exitCode).toBe(0);
  });
});
