import { inflateRawSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import {
  type Side,
  type SideName,
  sameBytesWords,
  type TensorPair,
  tensorPairs,
} from '../../../../../harness/report/html-app/views/compare/compare-sides.ts';
import { decodeHead, decodePart } from '../../../../../harness/report/page-data/decode-page.ts';
import { encodePage } from '../../../../../harness/report/page-data/encode-page.ts';
import type {
  ClassPair,
  PageHead,
  TensorClasses,
} from '../../../../../harness/report/page-data/page-data.ts';
import { sampleRun } from '../../../sample-run.ts';

/** As a browser reads it: base64 of deflated JSON. */
const readPart = (parts: ReadonlyMap<string, string>, name: string): unknown =>
  JSON.parse(inflateRawSync(Buffer.from(parts.get(name)!, 'base64')).toString('utf8'));

let head: PageHead;
let classes: readonly TensorClasses[];

beforeAll(async () => {
  const { parts } = await encodePage(sampleRun());
  head = decodeHead(readPart(parts, 'head'));
  classes = decodePart('classes-0', readPart(parts, 'classes-0'));
});

const side = (name: string): Side => {
  const index = head.targets.findIndex(({ target }) => target === name);
  return { index, target: head.targets[index]! };
};

const sides = (first: string, second: string): Readonly<Record<SideName, Side>> => ({
  first: side(first),
  second: side(second),
});

/** The class of the tensor that the target is in. */
const classOf = (name: string) =>
  classes[0]!.classes.find(({ targets }) => targets.includes(side(name).index))!;

const pairsOf = (first: string, second: string, compared: readonly ClassPair[] = []) =>
  tensorPairs(head, sides(first, second), classes, compared);

test('targets of one class have the same bytes', () => {
  const [first, second] = classes[0]!.classes.find(({ targets }) => targets.length > 1)!.targets;
  const names = [first!, second!].map((index) => head.targets[index]!.target);
  expect(pairsOf(names[0]!, names[1]!)).toEqual([{ tensor: 'logits', status: 'same' }]);
});

test("with a target that has the reference's bytes, the comparison with the reference is theirs", () => {
  const like = head.targets[classes[0]!.classes.find(({ reference }) => reference)!.targets[0]!]!.target;
  const [forward] = pairsOf(like, 'haswell/cpu');
  const [backward] = pairsOf('haswell/cpu', like);
  expect(forward).toMatchObject({ status: 'againstReference', reference: 'first' });
  expect(backward).toMatchObject({ status: 'againstReference', reference: 'second' });
  const entry = (forward as Extract<TensorPair, { status: 'againstReference' }>).entry;
  expect(head.sheets[side('haswell/cpu').target.sheet]).toContain(entry);
  expect(head.entries[entry]!.tensor).toBe('logits');
});

test('two other classes are compared where the page has the pair, in the direction in which it was measured', () => {
  const [first, second] = ['haswell/cpu', 'chromium/webgpu-jsep'] as const;
  expect(classOf(first).id).not.toBe(classOf(second).id);
  expect(pairsOf(first, second)).toEqual([{ tensor: 'logits', status: 'notCompared' }]);
  const pair: ClassPair = {
    tensor: 'logits',
    reference: classOf(second).id,
    candidate: classOf(first).id,
    comparisons: [],
  };
  expect(pairsOf(first, second, [pair])).toEqual([
    { tensor: 'logits', status: 'compared', reference: 'second', comparisons: [] },
  ]);
  expect(pairsOf(second, first, [pair])).toEqual([
    { tensor: 'logits', status: 'compared', reference: 'first', comparisons: [] },
  ]);
  expect(pairsOf(first, second, [{ ...pair, tensor: 'other' }])[0]?.status).toBe('notCompared');
});

test('who did not answer is named', () => {
  const [tensor] = tensorPairs(head, sides('haswell/cpu', 'nehalem/cpu'), classes, []);
  expect(tensor).toEqual({ tensor: 'logits', status: 'noAnswer', of: ['second'] });
});

const pair = (status: 'same' | 'notCompared' | 'noAnswer'): TensorPair =>
  status === 'noAnswer' ? { tensor: 't', status, of: ['first'] } : { tensor: 't', status };

test.for<[readonly TensorPair[], string]>([
  [[], 'There is no tensor to compare.'],
  [[pair('same')], 'Same bytes.'],
  [[pair('notCompared')], 'Different bytes.'],
  [[pair('noAnswer'), pair('noAnswer')], 'There is nothing to compare: an answer is missing.'],
  [[pair('same'), pair('same')], 'Same bytes in all 2 tensors.'],
  [[pair('same'), pair('same'), pair('same'), pair('notCompared')], 'Same bytes in 3 of 4 tensors.'],
  [[pair('notCompared'), pair('notCompared')], 'Same bytes in none of 2 tensors.'],
  [
    [pair('same'), pair('noAnswer'), pair('notCompared')],
    'Same bytes in 1 of 3 tensors; 1 cannot be compared.',
  ],
])('%j: %s', ([pairs, words]) => {
  expect(sameBytesWords(pairs)).toBe(words);
});

test('a reference that was captured is compared by what the other differs from it, and is never silent', () => {
  const asReference = (name: string): Side => {
    const { index, target } = side(name);
    return { index: index + 1000, target: { ...target, role: 'reference' } };
  };
  const like = head.targets[classes[0]!.classes.find(({ reference }) => reference)!.targets[0]!]!.target;
  const pairs = (first: Side, second: Side) => tensorPairs(head, { first, second }, classes, []);
  expect(pairs(asReference(like), side(like))).toEqual([{ tensor: 'logits', status: 'same' }]);
  expect(pairs(asReference(like), side('haswell/cpu'))).toMatchObject([
    { status: 'againstReference', reference: 'first' },
  ]);
  expect(pairs(side('haswell/cpu'), asReference(like))).toMatchObject([
    { status: 'againstReference', reference: 'second' },
  ]);
});
