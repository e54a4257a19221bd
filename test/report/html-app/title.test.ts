import { expect, test } from 'vitest';
import type { Route } from '../../../harness/report/html-app/route.ts';
import { titleOf } from '../../../harness/report/html-app/title.ts';

const place = { suite: 'digits', target: 'haswell/cpu' } as const;

test.for<readonly [Route, string | undefined]>([
  [{ view: 'overview' }, undefined],
  [{ view: 'target', ...place }, 'haswell/cpu · digits · fleetdiff'],
  [{ view: 'tensor', ...place, tensor: 'logits' }, 'haswell/cpu · logits · fleetdiff'],
  [{ view: 'tensor', ...place, tensor: '*' }, 'haswell/cpu · the target as a whole · fleetdiff'],
  [{ view: 'tensor', ...place, tensor: 'logits', case: 'd-1' }, 'haswell/cpu · logits · d-1 · fleetdiff'],
  [{ view: 'classes', suite: 'digits' }, 'Classes · digits · fleetdiff'],
  [{ view: 'compare', suite: 'digits' }, 'Compare · fleetdiff'],
  [{ view: 'compare', suite: 'digits', candidate: 'a/b' }, 'a/b · fleetdiff'],
  [{ view: 'compare', suite: 'digits', reference: 'c/d', candidate: 'a/b' }, 'c/d and a/b · fleetdiff'],
  [{ view: 'notes' }, 'Notes · fleetdiff'],
  [{ view: 'unknown', hash: '#/x' }, 'No such view · fleetdiff'],
])('%o', ([route, title]) => {
  expect(titleOf(route)).toBe(title);
});

test('a name that reads backwards or goes on and on is spelled and cut', () => {
  const title = titleOf({ view: 'target', suite: 'x'.repeat(9000), target: 'cpu\u202egnp' });
  expect(title).toContain('cpu\\u202egnp');
  expect(title!.length).toBeLessThan(100);
});
