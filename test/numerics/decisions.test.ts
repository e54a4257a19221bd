import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../harness/domain/tensor.ts';
import type { DecideOptions } from '../../harness/numerics/decisions.ts';
import { decide } from '../../harness/numerics/decisions.ts';
import { stringTensor, tensorOf, tensorOfBytes } from './tensors.ts';

const NAN = Number.NaN;

function float32(...rows: readonly (readonly number[])[]): Tensor {
  return tensorOf('float32', rows.flat(), [rows.length, rows[0]!.length]);
}

function decided(reference: Tensor, candidate: Tensor, options: Partial<DecideOptions> = {}) {
  return decide(reference, candidate, { caseName: 'digits-0', batchAxis: 0, topK: [1, 2], ...options });
}

test('rates, flips and names of a batch', () => {
  const reference = float32([3, 1, 2], [0, 5, 1], [1, 0, 4], [9, 8, 0]);
  const candidate = float32([3, 2, 1], [0, 5, 1], [5, 0, 4], [9, 8, 0]);
  expect(decided(reference, candidate)).toEqual({
    samples: 4,
    labelled: 0,
    classes: 3,
    top1_agreement: 0.75,
    top1_overlap: 0.75,
    top1_ordered: 0.75,
    // {0,2} against {0,1}; {1,2} twice; {2,0} against {0,2}; {0,1} twice
    top2_overlap: 0.875,
    top2_ordered: 0.5,
    flips: 1,
    near_ties: 0,
    flipped: [
      {
        sample: 'digits-0#2',
        reference: { class: 2, score: 4, margin: 3 },
        candidate: { class: 0, score: 5, margin: 1 },
        nearTie: false,
      },
    ],
  });
});

test('a case without a batch axis is one sample that bears its name', () => {
  const reference = tensorOf('float32', [1, 2], [1, 1, 2]);
  const candidate = tensorOf('float32', [2, 1], [1, 1, 2]);
  const found = decide(reference, candidate, { caseName: 'cat', topK: [1] });
  expect(found).toMatchObject({ samples: 1, flips: 1, flipped: [{ sample: 'cat' }] });
});

test('a negative batch axis counts from the end', () => {
  expect(decided(float32([1, 2], [2, 1]), float32([1, 2], [2, 1]), { batchAxis: -2 }).samples).toBe(2);
});

test('a k above the number of classes counts as that number', () => {
  const found = decided(float32([1, 2, 3]), float32([1, 2, 3]), { topK: [5] });
  expect(found).toMatchObject({ classes: 3, top5_overlap: 1, top5_ordered: 1 });
});

test('classes that tie at the border of every row may be chosen either way', () => {
  const reference = float32([5, 3, 3, 3], [1, 1, 1, 1]);
  const candidate = float32([5, 0, 0, 3], [0, 0, 1, 1]);
  const found = decided(reference, candidate, { topK: [2, 3] });
  // Row 0: {0, any of 1-3} against {0, 3}; its third place is {1, 2, 3} against {1 or 2}. Row 1: any against {2, 3}, then {0 or 1}.
  expect(found).toMatchObject({ top2_overlap: 1, top3_overlap: 1, top2_ordered: 0, top3_ordered: 0 });
});

test('scores beyond 2^53 that differ by one are told apart, and are a near tie of integers', () => {
  const big = 2n ** 60n;
  const scores = (...values: readonly bigint[]) => tensorOf('int64', values, [1, values.length]);
  expect(decided(scores(big, big + 1n), scores(big + 1n, big))).toMatchObject({
    flips: 0,
    near_ties: 1,
    flipped: [{ reference: { class: 1, margin: 1 }, candidate: { class: 0, margin: 1 } }],
  });
  expect(decided(scores(big, big + 2n), scores(big + 2n, big)).flips).toBe(1);
});

test('accuracy stands beside agreement, over the samples whose answer is known', () => {
  const reference = float32([3, 1], [3, 1], [3, 1], [3, 1]);
  const candidate = float32([1, 3], [3, 1], [3, 1], [3, 1]);
  const expected = { 'digits-0#0': 1, 'digits-0#1': 0, 'digits-0#2': 1 };
  const found = decided(reference, candidate, { expected });
  expect(found).toMatchObject({ top1_agreement: 0.75, accuracy: 2 / 3, accuracy_reference: 1 / 3 });
  expect(found.flipped).toMatchObject([{ sample: 'digits-0#0', expected: 1 }]);
});

test('there is no accuracy where no answer is known, whatever the case is called', () => {
  const y = tensorOf('float32', [1, 2]);
  const found = decide(y, y, { caseName: 'constructor', topK: [1], expected: { other: 1 } });
  expect(found).not.toHaveProperty('accuracy');
});

describe('near ties are measured on the reference, never on the candidate', () => {
  const tenth = Math.fround(0.1);
  const grid = (steps: number) => Math.fround(steps * tenth);
  // 2^-23 is one ULP of 1.
  const ulp = 2 ** -23;
  const cases: readonly [
    what: string,
    reference: readonly number[],
    candidate: readonly number[],
    near: boolean,
    options?: Partial<DecideOptions>,
  ][] = [
    ['one step', [grid(7), grid(6)], [grid(6), grid(7)], true, { step: tenth }],
    ['one step far from zero', [grid(123), grid(122)], [grid(122), grid(123)], true, { step: tenth }],
    ['two steps', [grid(7), grid(5)], [grid(5), grid(7)], false, { step: tenth }],
    ['a step and a half, off the grid', [1.5, 0], [0, 1], false, { step: 1 }],
    ['an exact tie', [1, 1], [0, 1], true],
    ['4 ULP with no known scale', [1 + 4 * ulp, 1], [1, 2], true],
    ['5 ULP with no known scale', [1 + 5 * ulp, 1], [1, 2], false],
    ['4 ULP, but a step is known and smaller', [1 + 4 * ulp, 1], [1, 2], false, { step: ulp }],
    ['a candidate that nearly ties does not count', [9, 1], [1, 1 + ulp], false],
    ['twice the repeat noise', [1.5, 1], [1, 2], true, { repeatNoise: 0.25 }],
    ['more than twice the repeat noise', [1.5, 1], [1, 2], false, { repeatNoise: 0.2 }],
    ['noise that is NaN excuses nothing', [1.5, 1], [1, 2], false, { repeatNoise: NAN }],
    ['infinity is one ULP beyond MAX, but no tie', [Infinity, 3.4028234663852886e38], [0, 1], false],
    ['two infinities have no margin', [Infinity, Infinity], [0, 1], false],
  ];
  test.for(cases)('%s', ([, reference, candidate, near, options]) => {
    const found = decided(float32(reference), float32(candidate), options);
    expect(found).toMatchObject({ top1_agreement: 0, flips: near ? 0 : 1, near_ties: near ? 1 : 0 });
    expect(found.flipped).toMatchObject([{ nearTie: near }]);
  });

  test('are measured on the row of the batch that changed', () => {
    const found = decided(float32([9, 1], [1 + ulp, 1]), float32([9, 1], [1, 2]));
    expect(found).toMatchObject({ flips: 0, near_ties: 1, flipped: [{ sample: 'digits-0#1' }] });
  });

  test('a candidate that is NaN is never excused', () => {
    const found = decided(float32([1, 1]), float32([NAN, NAN]), { step: 1, repeatNoise: 1 });
    expect(found).toMatchObject({ flips: 1, near_ties: 0 });
  });

  const integers: readonly [dtype: 'int8' | 'int64' | 'bool', top: number, second: number, near: boolean][] =
    [
      ['int8', 7, 6, true],
      ['int8', 7, 5, false],
      ['int64', 7, 6, true],
      ['bool', 1, 0, false],
    ];
  test.for(integers)('%s %i against %i', ([dtype, top, second, near]) => {
    const reference = tensorOf(dtype, [top, second], [1, 2]);
    const found = decided(reference, tensorOf(dtype, [second, top], [1, 2]), { step: 100 });
    expect(found.near_ties).toBe(near ? 1 : 0);
  });

  test('float16 scores are measured in ULP of float16', () => {
    const scores = (...bits: readonly number[]) =>
      tensorOfBytes('float16', [1, 2], new Uint8Array(Uint16Array.from(bits).buffer));
    expect(decided(scores(0x3c04, 0x3c00), scores(0, 0x3c00)).near_ties).toBe(1);
    expect(decided(scores(0x3c05, 0x3c00), scores(0, 0x3c00)).near_ties).toBe(0);
  });
});

describe('NaN among the scores', () => {
  const cases: readonly [
    what: string,
    reference: readonly number[],
    candidate: readonly number[],
    flips: number,
    overlap: number,
  ][] = [
    ['NaN ranks last', [NAN, 1, 2], [NAN, 1, 2], 0, 1],
    ['a NaN is no answer', [3, 1, 2], [NAN, 1, 2], 1, 0.5],
    ['all NaN on one side', [3, 1, 2], [NAN, NAN, NAN], 1, 0],
    ['all NaN on one side, the reference', [NAN, NAN, NAN], [3, 1, 2], 1, 0],
    ['all NaN on both sides is the same answer', [NAN, NAN, NAN], [NAN, NAN, NAN], 0, 1],
  ];
  test.for(cases)('%s', ([, reference, candidate, flips, overlap]) => {
    const found = decided(float32(reference), float32(candidate));
    expect(found).toMatchObject({ flips, near_ties: 0, top2_overlap: overlap });
  });

  test('an answer of NaN is written as such, and is never right', () => {
    const found = decided(float32([3, 1]), float32([NAN, NAN]), { expected: { 'digits-0#0': 0 } });
    expect(found).toMatchObject({ accuracy: 0, accuracy_reference: 1 });
    expect(found.flipped[0]?.candidate).toEqual({ class: 0, score: 'NaN', margin: 'NaN' });
  });
});

test('rates over no sample are NaN, which passes no limit', () => {
  const none = tensorOf('float32', [], [0, 3]);
  expect(decided(none, none)).toMatchObject({
    samples: 0,
    top1_agreement: 'NaN',
    top2_overlap: 'NaN',
    flips: 0,
  });
  const noClass = tensorOf('float32', [], [2, 0]);
  expect(decided(noClass, noClass)).toMatchObject({ samples: 0, top1_agreement: 'NaN' });
});

describe('an output that does not fit the task', () => {
  const cases: readonly [what: string, scores: Tensor, batchAxis: number | undefined, message: string][] = [
    [
      'a batch without batchAxis',
      tensorOf('float32', [1, 2, 3, 4], [2, 2]),
      undefined,
      'axis 0 has length 2',
    ],
    ['a second batch axis', tensorOf('float32', [1, 2, 3, 4], [1, 2, 2]), 0, 'axis 1 has length 2'],
    [
      'the class axis as batch axis',
      tensorOf('float32', [1, 2], [1, 2]),
      1,
      'batchAxis 1 is no axis of "y" [1, 2]',
    ],
    ['an axis too far', tensorOf('float32', [1, 2], [1, 2]), -3, 'batchAxis -3 is no axis'],
    ['a scalar', tensorOf('float32', [1], []), undefined, '"y" is a scalar'],
    ['strings', stringTensor('a', 'b'), undefined, '"y" holds strings'],
  ];
  test.for(cases)('%s', ([, scores, batchAxis, message]) => {
    const options = { caseName: 'c', topK: [1], ...(batchAxis !== undefined && { batchAxis }) };
    expect(() => decide(scores, scores, options)).toThrow(message);
    expect(() => decide(scores, scores, options)).toThrow(expect.objectContaining({ name: 'UserError' }));
  });
});

test('two tensors that cannot be compared are a defect of the caller', () => {
  expect(() => decided(float32([1, 2]), float32([1, 2, 3]))).toThrow(RangeError);
});
