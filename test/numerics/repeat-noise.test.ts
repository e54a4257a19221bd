import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Tensor } from '../../harness/domain/tensor.ts';
import { repeatNoise } from '../../harness/numerics/repeat-noise.ts';
import { stringTensor, tensorOf, tensorOfBytes } from './tensors.ts';

const NAN = Number.NaN;
const f32 = (...values: readonly number[]) => tensorOf('float32', values);
const nanWithPayload = (payload: number) =>
  tensorOfBytes('float32', [1], Uint8Array.of(payload, 0, 0xc0, 0x7f));

const CASES: readonly [what: string, repeats: readonly Tensor[], distinct: number, maxAbs: number][] = [
  ['no repeat', [], 0, 0],
  ['one repeat', [f32(1)], 1, 0],
  ['three equal ones', [f32(1, 2), f32(1, 2), f32(1, 2)], 1, 0],
  ['the second and third are furthest apart', [f32(0, 0), f32(0, -1), f32(0, 2)], 3, 3],
  ['the same two again and again', [f32(1), f32(1.5), f32(1), f32(1.5)], 2, 0.5],
  ['-0 and +0 are other bytes and no distance', [f32(0), f32(-0)], 2, 0],
  ['NaN payloads are other bytes and no distance', [nanWithPayload(1), nanWithPayload(2)], 2, 0],
  ['the same infinity, and a distance beside it', [f32(Infinity, 1), f32(Infinity, 2)], 2, 1],
  ['NaN in one repeat only', [f32(1, 1), f32(1, NAN)], 2, NAN],
  ['infinity in one repeat only', [f32(1), f32(Infinity)], 2, NAN],
  ['infinities of both signs', [f32(-Infinity), f32(Infinity)], 2, NAN],
  ['another shape of the same bytes', [f32(1, 2), tensorOf('float32', [1, 2], [2, 1])], 2, NAN],
  ['another dtype of the same bytes', [f32(0), tensorOf('int32', [0])], 2, NAN],
  ['strings', [stringTensor('a'), stringTensor('b')], 2, NAN],
  ['int8 from end to end', [tensorOf('int8', [-128]), tensorOf('int8', [127])], 2, 255],
  ['64-bit neighbours', [tensorOf('int64', [2n ** 60n]), tensorOf('int64', [2n ** 60n + 1n])], 2, 1],
  [
    'more elements than one block',
    [tensorOf('float32', new Array(3000).fill(0)), tensorOf('float32', [...new Array(2999).fill(0), 7])],
    2,
    7,
  ],
];

test.for(CASES)('%s', ([, repeats, distinctOutputs, maxAbs]) => {
  expect(repeatNoise(repeats)).toEqual({ distinctOutputs, maxAbs });
});

test('a known hash is taken instead of the bytes', () => {
  const tensor = f32(1);
  const sha256 = createHash('sha256').update(tensor.data).digest('hex');
  expect(repeatNoise([{ ...tensor, sha256 }, tensor])).toEqual({ distinctOutputs: 1, maxAbs: 0 });
  expect(repeatNoise([{ ...tensor, sha256: 'aa' }, tensor]).distinctOutputs).toBe(2);
});
