import { expect, test } from 'vitest';
import { anchorsOf } from '../../../harness/report/html/anchors.ts';

const pair = (target: string, suite = 'digits') => ({ suite, target });

test('names that look alike in a URL keep anchors of their own', () => {
  const pairs = [pair('a/b'), pair('a.b'), pair('A/b'), pair('日本/cpu'), pair('中国/cpu')];
  const anchorOf = anchorsOf(pairs);
  expect(pairs.map(anchorOf)).toEqual(['t-a-b', 't-a-b-2', 't-a-b-3', 't--cpu', 't--cpu-2']);
});

test('with several suites the suite is part of the anchor', () => {
  const pairs = [pair('haswell/cpu', 'digits'), pair('haswell/cpu', 'faces')];
  expect(pairs.map(anchorsOf(pairs))).toEqual(['t-digits-haswell-cpu', 't-faces-haswell-cpu']);
});
