import type { Plan } from '../../domain/run-files.ts';
import { shortenEnd } from '../../report/display-width.ts';
import { prose, visible } from '../../report/escape.ts';
import { formatDuration } from '../../report/format-number.ts';
import { asciiText } from '../../report/terminal/signs.ts';
import type { TerminalOptions } from '../../report/terminal.ts';
import type { CaptureEvent } from '../../stages/capture.ts';
import { boardTitle } from './board-lines.ts';
import { CaptureBoard } from './capture-board.ts';
import { STEP_WORDS } from './localize-words.ts';
import type { Progress } from './progress.ts';

type Write = (line: string) => void;

/** A line an event, for logs of CI and for `--verbose`; cut to the width unless verbose. Why something failed or was skipped is never cut. */
export function plainProgress(write: Write, look: TerminalOptions, verbose: boolean): Progress {
  const tellWhole: Write = (line) => write(look.ascii ? asciiText(visible(line)) : visible(line));
  const tell: Write = (line) => tellWhole(verbose ? line : shortenEnd(visible(line), look.columns));
  let outcome = () => '';
  return {
    async stage(name, work, said) {
      outcome = () => '';
      const started = performance.now();
      const result = await work();
      const words = [outcome(), said?.(result)].filter(Boolean).join('; ');
      if (words) tell(`${name.padEnd(10)}${words}  ${formatDuration(performance.now() - started)}`);
      return result;
    },
    capturing: (plan) => {
      const board = new CaptureBoard(plan);
      outcome = () => boardTitle(board);
      return capturePrinter(board, plan, tell, tellWhole);
    },
    localizing: (total) => {
      let begun = 0;
      let done = 0;
      let last = '';
      outcome = () => `${done}/${total} diagnosed`;
      return (event) => {
        const { suite, target } = event;
        const key = JSON.stringify([suite, target]);
        if (key !== last) begun += 1;
        last = key;
        const head = `localize  ${begun}/${total}  ${suite} ${target}`;
        if (event.phase === 'step') tell(`${head}  ${STEP_WORDS[event.step]}`);
        else if (event.phase === 'diagnosed') done += 1;
        else tellWhole(`${head}  FAILED  ${prose(event.reason)}`);
      };
    },
    note: write,
    ...(verbose ? { onLog: (event, details) => tell(logLine(event, details)) } : {}),
  };
}

/** One line when a target begins and one when it ends. */
function capturePrinter(
  board: CaptureBoard,
  plan: Plan,
  tell: Write,
  tellWhole: Write,
): (event: CaptureEvent) => void {
  const width = Math.max(...plan.captures.map(({ target }) => target.length));
  const started = new Map<string, number>();
  const digits = String(board.total).length;
  return (event) => {
    board.tell(event);
    if (event.phase === 'begun') return;
    const { phase, suite, target, atMs } = event;
    const key = JSON.stringify([suite, target]);
    if (!started.has(key) && phase !== 'queued') started.set(key, atMs);
    const line = (word: string, rest: string, write: Write = tell) => {
      const counted = `${board.settled}/${board.total}`.padStart(2 * digits + 1);
      write(`${counted}  ${word.padEnd(10)}${target.padEnd(width)}  ${rest}`.trimEnd());
    };
    const reason = prose(('reason' in event && event.reason) || '');
    if (phase === 'session') line('starting', suite);
    else if (phase === 'running') line('running', suite);
    else if (phase === 'captured')
      line('captured', `${suite}  ${formatDuration(atMs - (started.get(key) ?? atMs))}`);
    else if (phase === 'retry') line('retrying', reason, tellWhole);
    else if (phase === 'failed') line('FAILED', reason, tellWhole);
    else if (phase === 'skipped') line('skipped', reason, tellWhole);
  };
}

/** `appium  mode=embedded version=3.8.0`: what log.ndjson says, on one line. */
function logLine(event: string, details: Readonly<Record<string, unknown>> = {}): string {
  const told = Object.entries(details).map(([key, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `${key}=${/^[^\s"]+$/.test(text) ? text : JSON.stringify(text)}`;
  });
  return `log       ${event}  ${told.join(' ')}`.trimEnd();
}
