import { expect, test } from 'vitest';
import {
  explainCommand,
  judgeCommand,
  localizeCommand,
  renderCommand,
  runCommand,
} from '../../../../../harness/report/html-app/views/target/commands.ts';

test('names are quoted for a shell where they need it', () => {
  expect(runCommand('fixtures/digits', 'haswell/cpu')).toBe(
    'fleetdiff run fixtures/digits --only haswell/cpu',
  );
  expect(runCommand("my suite's", 'a b/$(id)')).toBe("fleetdiff run 'my suite'\\''s' --only 'a b/$(id)'");
  expect(explainCommand('reports/r-1', 'v-0d25bf71')).toBe('fleetdiff explain reports/r-1 v-0d25bf71');
});

test('a run is judged and written anew by its folder', () => {
  expect([judgeCommand('reports/r 1'), renderCommand('reports/r 1')]).toEqual([
    "fleetdiff judge 'reports/r 1'",
    "fleetdiff render 'reports/r 1'",
  ]);
});

test('the suite is named where the run has several', () => {
  expect(localizeCommand('reports/r', 'd/c')).toBe('fleetdiff localize reports/r --target d/c');
  expect(localizeCommand('reports/r', 'd/c', 's x')).toBe(
    "fleetdiff localize reports/r --target d/c --suite 's x'",
  );
});

test.for<readonly [string, string | undefined]>([
  ['a character that a reader cannot see', runCommand('suite', 'cpu\u202egnp')],
  ['a line feed', runCommand('suite', 'cpu\nrm -rf')],
  ['a name too long to be checked', runCommand('suite', 'x'.repeat(10_000))],
  ['a verdict without an id', explainCommand('r', '')],
])('%s gives no command', ([, command]) => {
  expect(command).toBeUndefined();
});
