import pico from 'picocolors';
import { displayWidth, padEndTo, shortenEnd, shortenMiddle } from '../../report/display-width.ts';
import { prose } from '../../report/escape.ts';
import { count, formatDuration } from '../../report/format-number.ts';
import { asciiText } from '../../report/terminal/signs.ts';
import type { TerminalOptions } from '../../report/terminal.ts';
import { nameText } from '../../report/wording.ts';
import type { CaptureBoard, Lane } from './capture-board.ts';

export interface BoardLook extends TerminalOptions {
  /** Lines that the devices may take. */
  readonly rows: number;
}

const MOST_NAME_SHARE = 0.4;
const MOST_TROUBLES = 5;
const MARKS: Readonly<Record<Lane['phase'], string>> = {
  waiting: '○',
  starting: '●',
  running: '●',
  retrying: '▲',
  over: '✔',
};

/** `4/11 captures, 1 failed` */
export function boardTitle({ settled, total, failed, skipped, held }: CaptureBoard): string {
  const parts = [
    `${settled}/${total} captures`,
    ...(held > 0 ? [`${held} from before`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  return parts.join(', ');
}

/** What went wrong, then a line a device: those at work, those that wait, those that are done, as many as there is room for. */
export function boardLines(board: CaptureBoard, nowMs: number, look: BoardLook): readonly string[] {
  return [...troubleLines(board, look), ...laneLines(board, nowMs, look)];
}

/** A line a reason, cut to the width; the last ones where there are many. */
export function troubleLines({ troubles }: CaptureBoard, look: TerminalOptions): readonly string[] {
  const colours = pico.createColors(look.colour);
  const shown = troubles.slice(-MOST_TROUBLES);
  const hidden = troubles.length - shown.length;
  return [
    ...shown.map(({ reason, targets: [first = '', ...more] }) => {
      const who = more.length === 0 ? nameText(first) : `${nameText(first)} and ${more.length} more`;
      return colours.red(fitted(`✖ ${who}: ${prose(reason)}`, look));
    }),
    ...(hidden > 0 ? [fitted(`… and ${count(hidden, 'other reason')}`, look)] : []),
  ];
}

function laneLines(board: CaptureBoard, nowMs: number, look: BoardLook): readonly string[] {
  const colours = pico.createColors(look.colour);
  const rank = { retrying: 0, running: 0, starting: 0, waiting: 1, over: 2 };
  const chosen = [...board.lanes]
    .sort((left, right) => rank[left.phase] - rank[right.phase])
    .slice(0, look.rows);
  const shown = board.lanes.filter((lane) => chosen.includes(lane));
  const hidden = board.lanes.filter((lane) => !chosen.includes(lane));
  const waiting = hidden.filter(({ phase }) => phase === 'waiting').length;
  const most = Math.floor(look.columns * MOST_NAME_SHARE);
  const names = Math.min(most, Math.max(0, ...shown.map((lane) => displayWidth(nameOf(lane)))));
  const lines = shown.map((lane) => {
    const name = padEndTo(shortenMiddle(nameOf(lane), names), names);
    const line = fitted(`${markOf(lane)} ${name}  ${workOf(lane, board, nowMs)}`, look);
    return lane.phase === 'running' || lane.phase === 'starting' ? line : colours.dim(line);
  });
  const rest = `… and ${count(hidden.length, 'more device')}, of which ${waiting} wait`;
  return hidden.length === 0 ? lines : [...lines, colours.dim(fitted(rest, look))];
}

/** What is over is a device's work, not a target's. */
function nameOf({ phase, device, target }: Lane): string {
  return nameText(phase === 'over' ? device : target);
}

function markOf({ phase, failed }: Lane): string {
  return phase === 'over' && failed > 0 ? '✖' : MARKS[phase];
}

function workOf(
  { phase, suite, due, settled, failed, sinceMs }: Lane,
  board: CaptureBoard,
  nowMs: number,
): string {
  if (phase === 'waiting') return `waits, ${count(due, 'capture')}`;
  if (phase === 'over') {
    const good = `${settled - failed} captured`;
    return failed === 0 ? good : `${good}, ${failed} failed`;
  }
  const step = {
    starting: 'starts a session',
    retrying: 'tries again',
    running: board.amountOf(suite),
  }[phase];
  const place = due > 1 ? `  ${settled + 1}/${due}` : '';
  return `${nameText(suite)}  ${step}${place}  ${formatDuration(Math.max(0, nowMs - sinceMs))}`;
}

function fitted(line: string, { columns, ascii }: TerminalOptions): string {
  const short = shortenEnd(line, columns);
  return ascii ? asciiText(short) : short;
}
