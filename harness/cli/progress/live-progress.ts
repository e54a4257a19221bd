import { writeSync } from 'node:fs';
import { EOL } from 'node:os';
import type { ListrTaskWrapper } from 'listr2';
import pico from 'picocolors';
import { shortenEnd } from '../../report/display-width.ts';
import { prose, visible } from '../../report/escape.ts';
import { formatDuration } from '../../report/format-number.ts';
import { asciiText } from '../../report/terminal/signs.ts';
import type { TerminalOptions } from '../../report/terminal.ts';
import { boardLines, boardTitle, troubleLines } from './board-lines.ts';
import { CaptureBoard } from './capture-board.ts';
import { STEP_WORDS } from './localize-words.ts';
import type { Progress } from './progress.ts';

/** Redrawn so often: seldom enough that a device which is emulated on this machine does not feel it. */
const REDRAW_MS = 250;
/** What listr2 puts before a line, and a column of air. */
const MARGIN = 6;
/** Lines of the terminal that devices leave to the stages, the troubles and the prompt. */
const OTHER_ROWS = 12;
const LEAST_ROWS = 4;
const MOST_ROWS = 24;
const SHOW_CURSOR = '\u001b[?25h';

/** What is drawn of the stage at work: one line, and lines below it that go when it ends. */
interface Picture {
  title(nowMs: number): string;
  below(nowMs: number): readonly string[];
  /** What came of it. */
  outcome(): string;
  /** Lines that stay. */
  kept(): readonly string[];
  /** Nothing failed and nothing is missing. */
  isWhole(): boolean;
}

const NOTHING: Picture = {
  title: () => '',
  below: () => [],
  outcome: () => '',
  kept: () => [],
  isWhole: () => true,
};

/** A line a stage that turns into its outcome, drawn by listr2; below a capture, a line a device. */
export function liveProgress(stream: NodeJS.WriteStream, look: TerminalOptions): Progress {
  const shown = { ...look, columns: look.columns - MARGIN };
  const rows = Math.min(MOST_ROWS, Math.max(LEAST_ROWS, (stream.rows || 24) - OTHER_ROWS));
  let picture = NOTHING;
  let noted = '';
  return {
    async stage(name, work, said) {
      picture = NOTHING;
      const startedMs = performance.now();
      const line = (words: string) => {
        const elapsed = formatDuration(performance.now() - startedMs);
        const told = shortenEnd(`${name.padEnd(10)}${words}`, shown.columns - elapsed.length - 2);
        return asShown(words ? `${told}  ${elapsed}` : `${told}${elapsed}`, shown);
      };
      // It does not wait for its picture, which takes a while to load.
      const working = work();
      working.catch(() => {});
      const list = await listOf(stream, look);
      const result = await list.show(working, {
        during: (nowMs) => ({
          title: line(noted ? joined(picture.outcome(), noted) : picture.title(nowMs)),
          below: picture.below(nowMs),
        }),
        after: (value) => [line(joined(picture.outcome(), said?.(value))), ...picture.kept()],
        isWhole: () => picture.isWhole(),
        failed: () => [line(joined(picture.outcome(), 'ended early')), ...picture.kept()],
      });
      picture = NOTHING;
      return result;
    },
    capturing(plan) {
      const board = new CaptureBoard(plan);
      picture = {
        title: () => joined(boardTitle(board), board.isBegun ? '' : 'Appium starts'),
        below: (nowMs) => boardLines(board, nowMs, { ...shown, rows }),
        outcome: () => boardTitle(board),
        kept: () => troubleLines(board, shown),
        isWhole: () => board.settled === board.total && board.failed === 0,
      };
      return (event) => board.tell(event);
    },
    localizing(total) {
      let done = 0;
      let now = '';
      const troubles: string[] = [];
      picture = {
        title: () => [`${Math.min(done + 1, total)}/${total}`, now].filter(Boolean).join('  '),
        below: () => troubles,
        outcome: () => `${done - troubles.length}/${total} diagnosed`,
        kept: () => troubles,
        isWhole: () => done === total && troubles.length === 0,
      };
      return (event) => {
        const subject = visible(`${event.suite} ${event.target}`);
        if (event.phase === 'step') now = `${subject}  ${STEP_WORDS[event.step]}`;
        else done += 1;
        if (event.phase === 'failed') {
          const { red } = pico.createColors(look.colour);
          troubles.push(red(asShown(`✖ ${subject}: ${prose(event.reason)}`, shown)));
        }
      };
    },
    note(sentence) {
      noted = sentence;
    },
  };
}

function joined(...words: readonly (string | undefined)[]): string {
  return words.filter(Boolean).join('; ');
}

function asShown(line: string, { columns, ascii }: TerminalOptions): string {
  const short = shortenEnd(line, columns);
  return ascii ? asciiText(short) : short;
}

interface Drawing<T> {
  during(nowMs: number): { readonly title: string; readonly below: readonly string[] };
  after(value: T): readonly string[];
  isWhole(): boolean;
  failed(): readonly string[];
}

/** A list of one task on `stream`. listr2 is loaded here: who sees no live picture does not wait for it. */
async function listOf(stream: NodeJS.WriteStream, { ascii, colour }: TerminalOptions) {
  const {
    DefaultRenderer,
    Listr,
    ListrLogger,
    ProcessOutput,
    Spinner,
    ListrDefaultRendererLogLevels: Level,
  } = await import('listr2');
  const { green, red, yellow } = pico.createColors(colour);
  class SlowSpinner extends Spinner {
    override readonly spinner = ascii ? ['-', '\\', '|', '/'] : ['⠋', '⠙', '⠸', '⠴', '⠦', '⠇'];
    override start(draw?: () => void) {
      super.start(draw, REDRAW_MS);
    }
  }
  /** listr2 asks whether stdout is a terminal; this one draws on `stream`, which is. */
  class StreamRenderer extends DefaultRenderer {
    static override readonly nonTTY = true;
  }
  const sign = (text: string) => (ascii ? asciiText(text) : text);
  const rendererOptions = {
    logger: new ListrLogger({ processOutput: new ProcessOutput(stream, stream, { leaveEmptyLine: false }) }),
    spinner: new SlowSpinner(),
    formatOutput: 'truncate',
    showErrorMessage: false,
    // A blank in place of a sign: the lines below a stage have signs of their own.
    icon: {
      [Level.WAITING]: sign('○'),
      [Level.COMPLETED]: sign('✔'),
      [Level.FAILED]: sign('✖'),
      [Level.OUTPUT]: ' ',
    },
    color: { [Level.COMPLETED]: green, [Level.FAILED]: red, [Level.PENDING]: yellow },
  } as const;
  return {
    async show<T>(working: Promise<T>, drawing: Drawing<T>): Promise<T> {
      const showCursor = () => writeSync(2, SHOW_CURSOR);
      process.once('exit', showCursor);
      let outcome: { readonly value: T } | { readonly error: unknown } | undefined;
      const task = async (
        _context: unknown,
        drawn: Pick<ListrTaskWrapper<unknown, never, never>, 'title' | 'output'>,
      ) => {
        const draw = () => {
          const { title, below } = drawing.during(performance.now());
          drawn.title = title;
          drawn.output = below.join(EOL);
        };
        const timer = setInterval(draw, REDRAW_MS);
        try {
          const value = await working;
          outcome = { value };
          drawn.title = drawing.after(value).join(EOL);
          // Thrown into the list alone: it draws the sign of a failure.
          if (!drawing.isWhole()) throw new Error('not whole');
        } catch (error) {
          if (outcome === undefined) {
            outcome = { error };
            drawn.title = drawing.failed().join(EOL);
          }
          throw error;
        } finally {
          clearInterval(timer);
        }
      };
      const title = drawing.during(performance.now()).title;
      const options = { renderer: StreamRenderer, registerSignalListeners: false, rendererOptions };
      // What the work throws is thrown below; here it has drawn its sign.
      await new Listr([{ title, task }], options).run().catch(() => {});
      process.off('exit', showCursor);
      if (outcome === undefined) throw new Error('the list ended before its task');
      if ('error' in outcome) throw outcome.error;
      return outcome.value;
    },
  };
}
