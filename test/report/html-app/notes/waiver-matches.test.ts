import { expect, test } from 'vitest';
import { matches } from '../../../../harness/config/match.ts';
import {
  type NamedTarget,
  sharedIsa,
  sharedMatches,
  targetMatches,
} from '../../../../harness/report/html-app/notes/waiver-matches.ts';
import { HOSTILE } from '../../hostile-run.ts';

const target = (name: string): NamedTarget => {
  const [device = '', delegate = ''] = name.split('/');
  return { device, delegate };
};
const targets = (...names: string[]) => names.map(target);

test.for([
  [['a/cpu'], [{ tensor: 'y', device: 'a', delegate: 'cpu' }]],
  [['a/cpu', 'b/cpu'], [{ tensor: 'y', device: '{a,b}', delegate: 'cpu' }]],
  [['a/cpu', 'a/wasm'], [{ tensor: 'y', device: 'a', delegate: '{cpu,wasm}' }]],
  [['b/cpu', 'a/cpu', 'a/wasm', 'b/wasm'], [{ tensor: 'y', device: '{a,b}', delegate: '{cpu,wasm}' }]],
  [
    ['a/cpu', 'b/wasm'],
    [
      { tensor: 'y', device: 'a', delegate: 'cpu' },
      { tensor: 'y', device: 'b', delegate: 'wasm' },
    ],
  ],
] as const)('%j is told by %j', ([names, expected]) => {
  expect(targetMatches(targets(...names), { tensor: 'y' })).toEqual(expected);
});

test('a finding of the target as a whole names no tensor; a suite is named where it must be', () => {
  expect(targetMatches(targets('a/cpu'), { tensor: '*' })).toEqual([{ device: 'a', delegate: 'cpu' }]);
  expect(targetMatches(targets('a/cpu'), { tensor: 'y', suite: 's*' })).toEqual([
    { suite: 's\\*', tensor: 'y', device: 'a', delegate: 'cpu' },
  ]);
});

const ODD = [...Object.values(HOSTILE), 'a*b', 'a?b', 'a{b,c}d', 'a,b', 'a}b', 'a\\b', '{', '*'];

test.for([
  ['one', ODD.slice(0, 1)],
  ['all', ODD],
] as const)('whatever the names hold, %s of them match and nothing else does', ([, chosen]) => {
  const fleet = ODD.flatMap((device) => ODD.map((delegate) => ({ device, delegate })));
  const wanted = fleet.filter(({ device }) => chosen.includes(device)).filter((_, n) => n % 3 !== 1);
  const found = targetMatches(wanted, { tensor: ODD.at(-3)! });
  const matching = fleet.filter((each) =>
    found.some((match) =>
      matches(match, { ...each, suite: 's', case: 'c', tensor: ODD.at(-3)!, soc: '', tags: [] }),
    ),
  );
  expect(matching).toEqual(wanted);
});

test('what targets share keeps to the delegates that have the finding', () => {
  const found = targets('a/cpu', 'b/cpu', 'b/wasm');
  expect(sharedMatches('isa', 'x86_64 !vnni', found, { tensor: 'y' })).toEqual([
    { tensor: 'y', delegate: '{cpu,wasm}', isa: 'x86_64 !vnni' },
  ]);
  expect(sharedMatches('tag', 'lab*', found, { tensor: 'y' })).toEqual([
    { tensor: 'y', delegate: '{cpu,wasm}', tag: 'lab\\*' },
  ]);
  expect(sharedMatches('soc', 'Arm*', found, { tensor: 'y' })[0]?.soc).toBe('Arm*');
});

test.for([
  [[['x86_64', 'avx', 'avx2']], 'x86_64 avx2 !vnni'],
  [
    [
      ['x86_64', 'avx2', 'vnni'],
      ['x86_64', 'avx2'],
    ],
    'x86_64 avx2',
  ],
  [
    [
      ['aarch64', 'asimd'],
      ['aarch64', 'asimd', 'asimddp'],
    ],
    'aarch64 !i8mm',
  ],
  [[['wasm32', 'wasm-simd128']], 'wasm32'],
  [[['x86_64'], ['aarch64']], ''],
  [[], ''],
] as const)('%j share %j', ([features, expected]) => {
  expect(sharedIsa(features)).toBe(expected);
});
