import { expect, test } from 'vitest';
import { boardLines, boardTitle, troubleLines } from '../../../harness/cli/progress/board-lines.ts';
import { CaptureBoard } from '../../../harness/cli/progress/capture-board.ts';
import { displayWidth } from '../../../harness/report/display-width.ts';
import type { CaptureEvent } from '../../../harness/stages/capture.ts';
import { BEGUN, event, PLAN, QUEUED, SUITE } from './events.ts';

const LOOK = { columns: 74, colour: false, ascii: false, rows: 10 };
const CASES = PLAN.suites[0]!.cases.length;

function boardAfter(...events: readonly CaptureEvent[]): CaptureBoard {
  const board = new CaptureBoard(PLAN);
  for (const each of [BEGUN, ...QUEUED, ...events]) board.tell(each);
  return board;
}

test('a line a device: what it is at and for how long; the time goes on from session to job', () => {
  const board = boardAfter(event('session', 'a/x', 1), event('running', 'a/x', 4));
  expect(boardTitle(board)).toBe('0/3 captures');
  expect(boardLines(board, 6_000, LOOK)).toEqual([
    `● a/x  ${SUITE}  ${CASES} × 3  1/2  5.0 s`,
    '○ b    waits, 1 capture',
  ]);
});

test('the next target of a device begins its own time', () => {
  const board = boardAfter(
    ...[event('session', 'a/x', 1), event('running', 'a/x', 4), event('captured', 'a/x', 5)],
    ...[event('running', 'a/y', 5), event('session', 'b/x', 6)],
  );
  expect(boardTitle(board)).toBe('1/3 captures');
  expect(boardLines(board, 8_000, LOOK)).toEqual([
    `● a/y  ${SUITE}  ${CASES} × 3  2/2  3.0 s`,
    `● b/x  ${SUITE}  starts a session  2.0 s`,
  ]);
});

test('a device that is done is counted under its own name', () => {
  const board = boardAfter(
    ...['a/x', 'a/y'].flatMap((target) => [event('running', target, 1), event('captured', target, 2)]),
    event('session', 'b/x', 2),
  );
  expect(boardLines(board, 3_000, LOOK)).toEqual([
    '✔ a    2 captured',
    `● b/x  ${SUITE}  starts a session  1.0 s`,
  ]);
});

test('a failure is told at once with its reason, and the device goes on', () => {
  const board = boardAfter(
    ...[
      event('session', 'a/x', 1),
      event('failed', 'a/x', 2, 'gone\nwith a stack'),
      event('running', 'a/y', 3),
    ],
    ...[event('session', 'b/x', 3), event('retry', 'b/x', 4, 'hang up')],
  );
  expect(boardTitle(board)).toBe('1/3 captures, 1 failed');
  expect(boardLines(board, 5_000, LOOK)).toEqual([
    '✖ a/x: gone with a stack',
    `● a/y  ${SUITE}  ${CASES} × 3  2/2  2.0 s`,
    `▲ b/x  ${SUITE}  tries again  2.0 s`,
  ]);
});

test('targets that fail for one reason share its line', () => {
  const board = boardAfter(...PLAN.captures.map(({ target }) => event('failed', target, 2, 'no Appium')));
  expect(troubleLines(board, LOOK)).toEqual(['✖ a/x and 2 more: no Appium']);
  expect(boardLines(board, 5_000, LOOK).slice(1)).toEqual([
    '✖ a  0 captured, 2 failed',
    '✖ b  0 captured, 1 failed',
  ]);
});

test('what the run held before counts as done, and is said', () => {
  const board = new CaptureBoard(PLAN);
  board.tell({ ...BEGUN, held: 2, due: 1 } as CaptureEvent);
  expect(boardTitle(board)).toBe('2/3 captures, 2 from before');
  expect(board.isBegun).toBe(false);
  board.tell(event('skipped', 'b/x', 1, 'no adb'));
  expect(boardTitle(board)).toBe('3/3 captures, 2 from before, 1 skipped');
  expect(board.isBegun).toBe(true);
});

test('a fleet that is longer than the terminal: those at work are shown, the others counted', () => {
  const names = Array.from({ length: 1000 }, (_, n) => `board-${n}/cpu`);
  const board = new CaptureBoard(PLAN);
  for (const name of names) board.tell(event('queued', name, 0));
  for (const name of names.slice(500, 503)) board.tell(event('session', name, 1));
  const lines = boardLines(board, 2_000, { ...LOOK, rows: 5 });
  expect(lines).toHaveLength(6);
  expect(lines.filter((line) => line.startsWith('●'))).toHaveLength(3);
  expect(lines.at(-1)).toBe('… and 995 more devices, of which 995 wait');
});

test('no line is wider than it may be, and none obeys a name', () => {
  const hostile = `\u001b[2J\u202e${'電'.repeat(300)}/x`;
  const board = boardAfter(
    event('queued', hostile, 0),
    event('session', hostile, 1),
    event('failed', hostile, 2, hostile),
  );
  board.tell(event('session', 'a/x', 2));
  const lines = boardLines(board, 3_000, LOOK);
  expect(lines.filter((line) => displayWidth(line) > LOOK.columns)).toEqual([]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for
  expect(lines.join('')).not.toMatch(/[\u001b\u202e\n]/);
});
