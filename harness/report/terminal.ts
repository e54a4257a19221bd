import pico from 'picocolors';
import { baselineWords } from './baseline-words.ts';
import { wrap } from './display-width.ts';
import { blockLines, failureBlock } from './failure-block.ts';
import { fallbackWords } from './fallback-words.ts';
import { formatDuration, formatShare } from './format-number.ts';
import type { Overview } from './overview.ts';
import { coverageWords, overviewOf } from './overview.ts';
import type { ReportInput } from './report-input.ts';
import type { Colours } from './status-text.ts';
import { asciiText } from './terminal/signs.ts';
import { verdictTable } from './terminal/verdict-table.ts';
import { nameText } from './wording.ts';

export interface TerminalOptions {
  /** Width of the terminal; lines keep within it. */
  readonly columns: number;
  readonly colour: boolean;
  /** The locale is not UTF-8: our own signs are ASCII. */
  readonly ascii?: boolean;
}

export interface RunOptions extends TerminalOptions {
  /** The run as a command takes it, for commands to copy. */
  readonly run?: string;
}

/** Beyond this many the terminal is the wrong place; report.html holds them all. */
const MOST_BLOCKS = 12;
const LEAST_COLUMNS = 60;
const LABEL_COLUMNS = 10;

/** The verdict table, worst first, then the findings over budget in full, then counts and the verdict. */
export function renderTerminal(input: ReportInput, options: RunOptions): string {
  const columns = Math.max(LEAST_COLUMNS, options.columns);
  const ascii = options.ascii ?? false;
  const colours = pico.createColors(options.colour);
  const overview = overviewOf(input);
  const sections = [
    verdictTable(overview, columns, colours, ascii),
    ...failureLines(overview, columns, colours, options.run),
    closingLines(input, overview, columns, colours),
  ];
  const text = `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
  return ascii ? asciiText(text) : text;
}

function failureLines(
  overview: Overview,
  columns: number,
  colours: Colours,
  run: string | undefined,
): string[][] {
  const over = overview.findings.filter(({ status }) => status === 'FAIL' || status === 'WAIVED');
  const severalSuites = new Set(overview.targets.map(({ suite }) => suite)).size > 1;
  const named = run === undefined ? {} : { run, severalSuites };
  const shown = over.slice(0, MOST_BLOCKS).map((finding) => {
    const block = failureBlock(finding, finding.verdicts, named);
    const [title = '', ...rest] = blockLines(block, columns);
    return [colours.bold(title), ...rest];
  });
  const more = over.length - shown.length;
  return more === 0 ? shown : [...shown, [`${more} more over budget: see report.html`]];
}

function closingLines(input: ReportInput, overview: Overview, columns: number, colours: Colours): string[] {
  const paint = { ship: colours.green, noShip: colours.red, unknown: colours.magenta }[overview.outcome];
  const labelled = (label: string, words: string | undefined) =>
    words === undefined
      ? []
      : wrap(words, columns - LABEL_COLUMNS).map(
          (line, n) => `${(n === 0 ? label : '').padEnd(LABEL_COLUMNS)}${line}`,
        );
  return [
    ...labelled('captures', coverageWords(overview.coverage)),
    ...labelled('verdicts', verdictCounts(input)),
    ...labelled('baseline', baselineWords(input.verdicts)),
    ...labelled('placement', fallbackWords(input.placement, nameText)),
    ...labelled('time', timingWords(input)),
    ...wrap(overview.sentence, columns).map((line) => colours.bold(paint(line))),
  ];
}

function verdictCounts(input: ReportInput): string {
  const { summary } = input.verdicts;
  const counts: [number, string][] = [
    [summary.incomplete, 'incomplete'],
    [summary.notComparable, 'not comparable'],
    [summary.fail, 'fail'],
    [summary.waived, 'waived'],
    [summary.warn, 'warn'],
    [summary.skipped, 'skipped'],
    [summary.pass, 'pass'],
  ];
  return counts
    .filter(([n]) => n > 0)
    .map(([n, word]) => `${n} ${word}`)
    .join(' · ');
}

function timingWords({ timings }: ReportInput): string | undefined {
  if (timings === undefined) return undefined;
  const share = formatShare(timings.harnessMs / (timings.totalMs || 1), 2);
  return `${formatDuration(timings.totalMs)}, of which the harness's own ${share}`;
}
