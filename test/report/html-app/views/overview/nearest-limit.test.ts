import { expect, test } from 'vitest';
import { nearestLimit } from '../../../../../harness/report/html-app/views/overview/nearest-limit.ts';

const entry = (metric: string, overrun: number) => ({ worst: { metric, overrun } });

test.for([
  ['the least that is left', [entry('max_abs', -0.9), entry('max_steps', -0.5)], 'max_steps', '50 % left'],
  ['good when high', [entry('top1_agreement', -0.01)], 'top1_agreement', '1 % above'],
  [
    'a limit that is just met',
    [{}, entry('max_steps', 0), entry('max_abs', -1)],
    'max_steps',
    'at the limit',
  ],
  ['nothing used of it', [entry('max_abs', -1)], 'max_abs', '100 % left'],
] as const)('%s', ([, entries, metric, room]) => {
  expect(nearestLimit(entries)).toEqual({ metric, room });
});

test('no limit with a number', () => {
  expect(nearestLimit([{}])).toBeUndefined();
});
