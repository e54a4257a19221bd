import { expect, test } from 'vitest';
import { plainProgress } from '../../../harness/cli/progress/plain-progress.ts';
import { displayWidth } from '../../../harness/report/display-width.ts';
import { BEGUN, event, PLAN, QUEUED, SUITE } from './events.ts';

const LOOK = { columns: 80, colour: false };

function made(verbose = false) {
  const lines: string[] = [];
  return { lines, progress: plainProgress((line) => lines.push(line), LOOK, verbose) };
}

test('a line when a target begins and one when it ends, counted against the plan', () => {
  const { lines, progress } = made();
  const tell = progress.capturing(PLAN);
  for (const each of [BEGUN, ...QUEUED]) tell(each);
  for (const each of [event('session', 'a/x', 1), event('running', 'a/x', 3), event('captured', 'a/x', 4)])
    tell(each);
  tell(event('failed', 'b/x', 4, 'gone\nstack'));
  expect(lines).toEqual([
    `0/3  starting  a/x  ${SUITE}`,
    `0/3  running   a/x  ${SUITE}`,
    `1/3  captured  a/x  ${SUITE}  3.0 s`,
    '2/3  FAILED    b/x  gone stack',
  ]);
});

test('a stage ends in what came of it; one that throws says nothing of its own', async () => {
  const { lines, progress } = made();
  expect(
    await progress.stage(
      'compare',
      async () => 7,
      (n) => `${n} comparisons`,
    ),
  ).toBe(7);
  expect(lines.join()).toMatch(/^compare {3}7 comparisons {2}\d+ ms$/);
  await expect(
    progress.stage(
      'judge',
      () => Promise.reject(new Error('no')),
      () => 'x',
    ),
  ).rejects.toThrow('no');
  expect(lines).toHaveLength(1);
});

test('the stage of a capture counts what was captured', async () => {
  const { lines, progress } = made();
  const work = async () => progress.capturing(PLAN)({ phase: 'begun', due: 2, held: 1, atMs: 0 });
  await progress.stage('capture', work, () => 'interrupted');
  expect(lines.join()).toMatch(/^capture {3}1\/3 captures, 1 from before; interrupted {2}\d+ ms$/);
});

test('lines are cut to the width, but a reason never is; --verbose cuts nothing and tells what the log is told', async () => {
  const reason = 'r'.repeat(300);
  const quiet = made();
  quiet.progress.capturing(PLAN)(event('failed', 'a/x', 1, reason));
  expect(quiet.lines[0]).toContain(reason);
  await quiet.progress.stage(
    'capture',
    async () => undefined,
    () => reason,
  );
  expect(quiet.lines.slice(1).map(displayWidth)).toEqual([80]);
  expect(quiet.progress.onLog).toBeUndefined();

  const verbose = made(true);
  verbose.progress.capturing(PLAN)(event('failed', 'a/x', 1, reason));
  expect(verbose.lines[0]).toContain(reason);
  verbose.progress.onLog?.('appium', { mode: 'embedded', n: 3, detail: 'two\nlines' });
  expect(verbose.lines[1]).toBe('log       appium  mode=embedded n=3 detail="two\\nlines"');
});

test('what is localized is counted, with its step', () => {
  const { lines, progress } = made();
  const tell = progress.localizing(2);
  const of = { suite: 's', target: 'a/x' } as const;
  tell({ ...of, phase: 'step', step: 'reference' });
  tell({ ...of, phase: 'diagnosed' });
  tell({ ...of, target: 'b/x', phase: 'failed', reason: 'no such model' });
  expect(lines).toEqual([
    'localize  1/2  s a/x  tensors of the reference',
    'localize  2/2  s b/x  FAILED  no such model',
  ]);
});
