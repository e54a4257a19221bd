import { expect, test } from 'vitest';
import {
  answerGroups,
  neighbours,
} from '../../../../../harness/report/html-app/views/tensor/other-targets.ts';
import type { EntryHead, PageHead, TargetHead } from '../../../../../harness/report/page-data/page-data.ts';

function target(suite: number, sheet: number, role: TargetHead['role'] = 'candidate'): TargetHead {
  return {
    suite,
    target: `d/${sheet}`,
    device: 'd',
    delegate: String(sheet),
    soc: 'soc',
    tags: [],
    role,
    capture: 'captured',
    sheet,
  };
}

function entry(suite: number, tensor: string, own?: Pick<EntryHead, 'status' | 'class'>): EntryHead {
  return { suite, tensor, identical: false, ...own };
}

const HEAD = {
  entries: [
    entry(0, 'x', { status: 'PASS', class: 'A' }),
    entry(0, 'x', { status: 'FAIL', class: 'B' }),
    entry(1, 'x', { status: 'FAIL', class: 'A' }),
    entry(0, 'y', { status: 'FAIL' }),
    entry(0, 'x'),
  ],
  sheets: [[0, 3], [1], [2], [3], [4]],
  targets: [target(0, 1), target(0, 0), target(1, 2), target(0, 3), target(0, 0), target(0, 4, 'reference')],
  findings: [
    { entry: 1, targets: [0], status: 'FAIL', headline: 'a' },
    { entry: 3, targets: [1, 3, 4], status: 'FAIL', headline: 'b' },
    { entry: 2, targets: [2], status: 'FAIL', headline: 'c' },
  ],
} as unknown as PageHead;

test('targets of the suite with one answer stand together, worst first', () => {
  expect(answerGroups(HEAD, 0, 'x')).toEqual([
    { entry: 1, mark: 'FAIL', identical: false, class: 'B', targets: [0] },
    { entry: 0, mark: 'PASS', identical: false, class: 'A', targets: [1, 4] },
    { entry: 4, mark: 'REFERENCE', identical: false, targets: [5] },
  ]);
  expect(answerGroups(HEAD, 0, 'z')).toEqual([]);
});

test('the findings before and after are those of the overview', () => {
  expect(neighbours(HEAD, 3, 4)).toMatchObject({
    at: 1,
    previous: { headline: 'a' },
    next: { headline: 'c' },
  });
  expect(neighbours(HEAD, 1, 0)).not.toHaveProperty('previous');
  expect(neighbours(HEAD, 2, 2)).not.toHaveProperty('next');
  // The same entry on a target that does not have the finding.
  expect(neighbours(HEAD, 3, 0)).toEqual({ at: -1 });
});
