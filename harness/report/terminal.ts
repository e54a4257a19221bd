import pico from 'picocolors';
import { groupBy } from '../domain/group-by.ts';
import type { Status } from '../domain/run-files.ts';
import { displayWidth, padEndTo, shortenEnd, shortenMiddle, wrap } from './display-width.ts';
import { prose } from './escape.ts';
import { blockLines, failureBlock } from './failure-block.ts';
import { fallbackWords } from './fallback-words.ts';
import type { Finding } from './findings.ts';
import { count, formatDuration, formatShare } from './format-number.ts';
import type { Overview } from './overview.ts';
import { coverageWords, overviewOf } from './overview.ts';
import type { ReportInput } from './report-input.ts';
import { type Colours, statusText } from './status-text.ts';
import { headline, headlineParts, nameText, proseText, remedyOf, waiverWords } from './wording.ts';

export interface TerminalOptions {
  /** Width of the terminal; lines keep within it. */
  readonly columns: number;
  readonly colour: boolean;
}

interface Layout {
  readonly columns: number;
  readonly statusColumns: number;
  readonly nameColumns: number;
  readonly colours: Colours;
}

/** Beyond this many the terminal is the wrong place; report.html holds them all. */
const MOST_BLOCKS = 12;
const MOST_REASON_LINES = 4;
const LEAST_COLUMNS = 60;
const MOST_NAME_SHARE = 0.45;

/** The verdict table, worst first, then the findings over budget in full, then counts and the verdict. */
export function renderTerminal(input: ReportInput, options: TerminalOptions): string {
  const columns = Math.max(LEAST_COLUMNS, options.columns);
  const colours = pico.createColors(options.colour);
  const overview = overviewOf(input);
  const sections = [
    tableLines(overview, columns, colours),
    ...failureLines(overview, columns, colours),
    closingLines(input, overview, columns, colours),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function tableLines(overview: Overview, columns: number, colours: Colours): string[] {
  const severalSuites = new Set(overview.targets.map((target) => target.suite)).size > 1;
  const rows = sharedRows(overview.findings);
  const subjects = rows.map((row) => subjectOfRow(row, severalSuites));
  const statusColumns =
    2 + Math.max(...overview.findings.map(({ status }) => status.length), 'INCOMPLETE'.length);
  const nameColumns = Math.min(
    Math.max(0, ...subjects.map(displayWidth)),
    Math.floor((columns - statusColumns) * MOST_NAME_SHARE),
  );
  const layout = { columns, statusColumns, nameColumns, colours };
  return [
    ...overview.unjudged.map((target) => {
      const name = `${nameText(target.suite)} · ${nameText(target.target)}`;
      return rowLine('INCOMPLETE', name, 'no verdict was given', layout);
    }),
    ...rows.flatMap((row, n) => [
      rowLine(row[0].status, subjects[n]!, fittingHeadline(row[0], layout), layout),
      ...(row.length > 1 ? targetLines(row, layout) : followUps(row[0], layout)),
    ]),
    ...passLines(overview, layout),
  ];
}

type Row = readonly [Finding, ...Finding[]];

/** Captures that are absent for one reason share a row: a server that is down is one trouble, however many targets it costs. */
function sharedRows(findings: readonly Finding[]): Row[] {
  const groups = groupBy([...findings.entries()], ([n, { of, status, verdicts }]) => {
    const [only] = verdicts;
    const isAbsent = status === 'INCOMPLETE' && verdicts.length === 1 && only?.metric === 'capture';
    return isAbsent ? JSON.stringify([of.suite, only.message]) : String(n);
  });
  return [...groups.values()].map((group) => group.map(([, finding]) => finding) as unknown as Row);
}

function subjectOfRow(row: Row, severalSuites: boolean): string {
  if (row.length === 1) return subjectOf(row[0], severalSuites);
  const suite = severalSuites ? `${nameText(row[0].of.suite)} ` : '';
  return `${suite}${count(row.length, 'target')}`;
}

function targetLines(row: Row, layout: Layout): string[] {
  const indent = ' '.repeat(layout.statusColumns + 2);
  const room = layout.columns - indent.length;
  const [{ verdicts }] = row;
  const reason = isCut(row[0], layout) ? wrap(proseText(verdicts[0]?.message ?? ''), room) : [];
  const names = wrap(row.map(({ of }) => nameText(of.target)).join(', '), room);
  const more = names.length > MOST_REASON_LINES ? ['…'] : [];
  return [...reason.slice(0, MOST_REASON_LINES), ...names.slice(0, MOST_REASON_LINES), ...more].map((line) =>
    layout.colours.dim(`${indent}${line}`),
  );
}

function subjectOf(finding: Finding, severalSuites: boolean): string {
  const suite = severalSuites ? `${nameText(finding.of.suite)} ` : '';
  const tensor = finding.tensor === '*' ? '' : ` ${nameText(finding.tensor)}`;
  return `${suite}${nameText(finding.of.target)}${tensor}`;
}

function textColumns({ columns, statusColumns, nameColumns }: Layout): number {
  return columns - statusColumns - nameColumns - 2;
}

/** As many parts as fit whole. */
function fittingHeadline(finding: Finding, layout: Layout): string {
  const [first = '', ...rest] = headlineParts(finding);
  return rest.reduce((said, part) => {
    const longer = `${said}; ${part}`;
    return displayWidth(longer) <= textColumns(layout) ? longer : said;
  }, first);
}

function rowLine(status: Status, subject: string, text: string, layout: Layout): string {
  const { statusColumns, nameColumns, colours } = layout;
  const name = padEndTo(shortenMiddle(subject, nameColumns), nameColumns + 2);
  const line = `${statusText(status, statusColumns, colours)}${name}${shortenEnd(text, textColumns(layout))}`;
  return line.trimEnd();
}

/** What to do about it, or who answers for it until when. */
function followUps(finding: Finding, layout: Layout): string[] {
  const indent = ' '.repeat(layout.statusColumns + 2);
  const room = layout.columns - indent.length;
  const dim = (line: string) => layout.colours.dim(`${indent}${line}`);
  // A remedy is there to be copied, so it is never cut.
  const remedy = remedyOf(finding);
  if (remedy !== undefined) return wrap(`provide it: ${prose(remedy)}`, room).map(dim);
  if (isCut(finding, layout)) return wrap(headline(finding), room).slice(0, MOST_REASON_LINES).map(dim);
  const words = waiverWords(finding);
  if (words === undefined) return [];
  const { waiver, lead } = words;
  const owner = waiver.owner === undefined ? '' : `, ${nameText(waiver.owner)}`;
  const until = waiver.expires === undefined ? '' : ` ${nameText(waiver.expires)}`;
  const date = lead === 'worse than its waiver allows' ? '' : until;
  return [dim(shortenEnd(`${lead}${date}${owner}: ${proseText(waiver.reason)}`, room))];
}

/** A reason without a number is told nowhere else, so what the row has no room for follows it. */
function isCut(finding: Finding, layout: Layout): boolean {
  return finding.verdicts[0]?.actual === null && displayWidth(headline(finding)) > textColumns(layout);
}

function passLines(overview: Overview, layout: Layout): string[] {
  const { columns, statusColumns, colours } = layout;
  const passed = overview.targets.filter((target) => target.status === 'PASS');
  return [...groupBy(passed, (target) => target.suite)].map(([suite, group]) => {
    const tail = ` · ${count(group.length, 'target')} within budget`;
    const name = shortenMiddle(nameText(suite), columns - statusColumns - tail.length);
    return `${statusText('PASS', statusColumns, colours)}${name}${tail}`;
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
    ...placementLines(input, columns),
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

function placementLines({ placement }: ReportInput, columns: number): string[] {
  const words = fallbackWords(placement, nameText);
  return words === undefined ? [] : wrap(`placement ${words}`, columns);
}

function timingLines(input: ReportInput): string[] {
  const { timings } = input;
  if (timings === undefined) return [];
  const share = formatShare(timings.harnessMs / (timings.totalMs || 1), 2);
  return [`time      ${formatDuration(timings.totalMs)}, of which the harness's own ${share}`];
}
