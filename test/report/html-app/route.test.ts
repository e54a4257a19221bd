import { expect, test } from 'vitest';
import { hashOf, parseHash, type Route } from '../../../harness/report/html-app/route.ts';

const strange = 'a/b?c#d%2F é"<>\u202e ../__proto__';

test.for<Route>([
  { view: 'overview' },
  { view: 'notes' },
  { view: 'target', suite: 'digits-int8', target: 'haswell/cpu' },
  { view: 'tensor', suite: 'digits-int8', target: 'haswell/cpu', tensor: 'logits' },
  { view: 'tensor', suite: 'digits-int8', target: 'haswell/cpu', tensor: '*' },
  { view: 'tensor', suite: strange, target: `d ${'%'}/${strange}`, tensor: strange, case: strange },
  { view: 'classes', suite: 's' },
  { view: 'classes', suite: 's', tensor: strange },
  { view: 'compare', suite: 's' },
  { view: 'compare', suite: 's', reference: 'a/b' },
  { view: 'compare', suite: 's', candidate: 'a/b' },
  { view: 'compare', suite: 's', reference: 'a/b', candidate: 'c/d', tensor: strange },
])('%o has a link that leads back to it', (route) => {
  const hash = hashOf(route);
  expect(hash).toMatch(/^#\/[\x21-\x7e]*$/);
  expect(parseHash(hash).route).toEqual(route);
});

test('a link reads like what it shows', () => {
  const route: Route = {
    view: 'tensor',
    suite: 'digits-int8',
    target: 'haswell/cpu',
    tensor: 'logits',
    case: 'digits-000',
  };
  expect(hashOf(route, new URLSearchParams({ sort: 'max_abs' }))).toBe(
    '#/tensor/digits-int8/haswell/cpu/logits/digits-000?sort=max_abs',
  );
});

test('a filter is part of the link', () => {
  const { route, query } = parseHash('#/?status=FAIL&q=a%26b');
  expect([route.view, query.get('status'), query.get('q')]).toEqual(['overview', 'FAIL', 'a&b']);
});

test.for(['', '#', '#/'])('%o is the overview', (hash) => {
  expect(parseHash(hash).route).toEqual({ view: 'overview' });
});

test.for([
  '#/nothing',
  '#/target/s',
  '#/target/s/d',
  '#/target/s/d/e/f',
  '#/tensor/s/d/e',
  '#/classes',
  '#/notes/x',
  '#/target/%zz/a/b',
])('%o is told to be no view', (hash) => {
  expect(parseHash(hash).route).toEqual({ view: 'unknown', hash });
});
