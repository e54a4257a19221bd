import pico from 'picocolors';
import type { Status } from '../domain/run-files.ts';
import { displayWidth, padEndTo, shortenEnd, shortenMiddle, wrap } from './display-width.ts';
import { prose, visible } from './escape.ts';
import { blockLines, failureBlock } from './failure-block.ts';
import type { Finding } from './findings.ts';
import { count, formatDuration, formatShare } from './format-number.ts';
import { groupBy } from './group-by.ts';
import type { Overview } from './overview.ts';
import { coverageWords, overviewOf } from './overview.ts';
import type { ReportInput } from './report-input.ts';
import { headline } from './wording.ts';

export interface TerminalOptions {
  /** Width of the terminal; lines keep within it. */
  readonly columns: number;
  readonly colour: boolean;
}

type Colours = ReturnType<typeof pico.createColors>;

/** Beyond this many the terminal is the wrong place; report.html holds them all. */
const MOST_BLOCKS = 12;
const STATUS_COLUMNS = 15;
const LEAST_COLUMNS = 60;

/** The verdict table, worst first, then the findings over budget in full, then counts and the verdict. */
export function renderTerminal(input: ReportInput, options: TerminalOptions): string {
  const columns = Math.max(LEAST_COLUMNS, options.columns);
  const colours = pico.createColors(options.colour);
  const overview = overviewOf(input);
  const sections = [
    tableLines(overview, columns, colours),
    ...warningLines(input, columns),
    ...failureLines(overview, columns, colours),
    closingLines(input, overview, columns, colours),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function tableLines(overview: Overview, columns: number, colours: Colours): string[] {
  const subjects = overview.findings.map(subjectOf);
  const widest = Math.max(0, ...subjects.map(displayWidth));
  const room = Math.min(widest, Math.floor((columns - STATUS_COLUMNS) * 0.45));
  const findings = overview.findings.flatMap((finding, n) =>
    findingLines(finding, subjects[n]!, room, columns, colours),
  );
  const unjudged = overview.unjudged.map(
    (target) =>
      `${statusText('INCOMPLETE', colours)}${shortenMiddle(`${visible(target.suite)} · ${visible(target.target)}`, columns - STATUS_COLUMNS - 22)}  no verdict was given`,
  );
  return [...unjudged, ...findings, ...passLines(overview, columns, colours)];
}

function subjectOf(finding: Finding): string {
  const target = visible(finding.of.target);
  return finding.tensor === '*' ? target : `${target} ${visible(finding.tensor)}`;
}

function findingLines(
  finding: Finding,
  subject: string,
  room: number,
  columns: number,
  colours: Colours,
): string[] {
  const name = padEndTo(shortenMiddle(subject, room), room + 2);
  const text = shortenEnd(headline(finding), columns - STATUS_COLUMNS - room - 2);
  return [
    `${statusText(finding.status, colours)}${name}${text}`,
    ...followUps(finding).flatMap((line) =>
      wrap(line, columns - STATUS_COLUMNS - 2).map((part) =>
        colours.dim(`${' '.repeat(STATUS_COLUMNS + 2)}${part}`),
      ),
    ),
  ];
}

/** What to do, or who answers for it until when. */
function followUps(finding: Finding): string[] {
  const { capture } = finding.of;
  if (finding.status === 'SKIPPED' && capture?.status === 'skipped') {
    return [`provide it: ${prose(capture.remedy)}`];
  }
  const waiver = finding.verdicts.find((verdict) => verdict.waiver !== undefined)?.waiver;
  if (waiver === undefined) return [];
  const owner = waiver.owner === undefined ? '' : `, ${visible(waiver.owner)}`;
  const until = waiver.expires === undefined ? '' : ` ${visible(waiver.expires)}`;
  return [`${waiver.expired ? 'waiver expired' : 'waived until'}${until}${owner}: ${prose(waiver.reason)}`];
}

function passLines(overview: Overview, columns: number, colours: Colours): string[] {
  const passed = overview.targets.filter((target) => target.status === 'PASS');
  return [...groupBy(passed, (target) => target.suite)].map(([suite, group]) => {
    const tail = ` · ${count(group.length, 'target')} within budget`;
    const name = shortenMiddle(visible(suite), columns - STATUS_COLUMNS - tail.length);
    return `${statusText('PASS', colours)}${name}${tail}`;
  });
}

/** A reference that may itself be wrong must not hide in a file. */
function warningLines(input: ReportInput, columns: number): string[][] {
  return input.plan.suites.flatMap((suite) => {
    if (suite.reference.kind !== 'computed' || suite.reference.warning === undefined) return [];
    return [wrap(`Reference of ${visible(suite.name)}: ${prose(suite.reference.warning)}`, columns)];
  });
}

function failureLines(overview: Overview, columns: number, colours: Colours): string[][] {
  const over = overview.findings.filter(({ status }) => status === 'FAIL' || status === 'WAIVED');
  const shown = over.slice(0, MOST_BLOCKS).map((finding) => {
    const [title = '', ...rest] = blockLines(failureBlock(finding), columns);
    return [colours.bold(title), ...rest];
  });
  const more = over.length - shown.length;
  return more === 0 ? shown : [...shown, [`${more} more over budget: see report.html`]];
}

function closingLines(input: ReportInput, overview: Overview, columns: number, colours: Colours): string[] {
  const paint = { ship: colours.green, noShip: colours.red, unknown: colours.magenta }[overview.outcome];
  return [
    ...wrap(`captures  ${coverageWords(overview.coverage)}`, columns),
    ...wrap(`verdicts  ${verdictCounts(input)}`, columns),
    ...timingLines(input),
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

function timingLines(input: ReportInput): string[] {
  const { timings } = input;
  if (timings === undefined) return [];
  const share = formatShare(timings.harnessMs / (timings.totalMs || 1), 2);
  return [`time      ${formatDuration(timings.totalMs)}, of which the harness's own ${share}`];
}

function statusText(status: Status, colours: Colours): string {
  const paint: Readonly<Record<Status, (text: string) => string>> = {
    INCOMPLETE: colours.magenta,
    NOT_COMPARABLE: colours.magenta,
    FAIL: colours.red,
    WAIVED: colours.cyan,
    WARN: colours.yellow,
    SKIPPED: colours.dim,
    PASS: colours.green,
  };
  return paint[status](status.padEnd(STATUS_COLUMNS));
}
