import { groupBy } from '../../domain/group-by.ts';
import { STATUSES } from '../../domain/run-files.ts';
import { displayWidth, padEndTo, shortenEnd, shortenMiddle, wrap } from '../display-width.ts';
import { prose } from '../escape.ts';
import { count } from '../format-number.ts';
import type { Overview } from '../overview.ts';
import type { Colours } from '../status-text.ts';
import { nameText, proseText, remedyOf, waiverWords } from '../wording.ts';
import { type Column, columnWidths } from './column-widths.ts';
import { statusLabel } from './signs.ts';
import { type TargetRow, targetRows } from './target-rows.ts';

/** More lines than these nobody reads at a terminal; the report holds them all. */
const MOST_ROWS = 20;
const MOST_REASON_LINES = 4;
const GAP = '  ';

/**
 * Least widths of target, worst, top-1 and cause. Names and numbers are whole where they can be; a terminal that is too
 * narrow loses the last columns, which the blocks below the table have, too.
 */
const WAYS: readonly (readonly number[])[] = [
  [24, 28, 8, 12],
  [16, 20, 8, 12],
  [16, 20, 8],
  [12, 16],
];

interface Layout {
  readonly columns: number;
  readonly status: number;
  readonly subject: number;
  readonly worst: number;
  readonly top1: number;
  readonly cause: number;
  readonly colours: Colours;
}

/** One line a target that is not within budget, worst first, then one a suite for those that are. */
export function verdictTable(
  overview: Overview,
  columns: number,
  colours: Colours,
  ascii: boolean,
): readonly string[] {
  const severalSuites = new Set(overview.targets.map((target) => target.suite)).size > 1;
  const rows = targetRows(overview, { ascii, severalSuites });
  const shown = rows.slice(0, MOST_ROWS);
  const layout = layOut(shown, columns, colours);
  return [
    ...(shown.some(({ worst }) => worst !== '') ? [colours.dim(headLine(layout))] : []),
    ...shown.flatMap((row) => [rowLine(row, layout), ...followUps(row, layout)]),
    ...restLines(rows.slice(MOST_ROWS), columns),
    ...passLines(overview, layout),
  ];
}

function layOut(rows: readonly TargetRow[], columns: number, colours: Colours): Layout {
  const widest = (head: string, cell: (row: TargetRow) => string) => {
    const cells = rows.map((row) => displayWidth(cell(row)));
    const most = Math.max(0, ...cells);
    return most === 0 ? 0 : Math.max(displayWidth(head), most);
  };
  const status = 2 + Math.max('PASS'.length, ...rows.map((row) => row.status.length));
  const wanted = [
    widest('target', ({ subject }) => subject),
    widest('worst (allowed)', ({ worst }) => worst),
    widest('top-1', ({ top1 }) => top1),
    widest('cause', ({ cause }) => cause),
  ];
  const room = columns - status;
  const ways = WAYS.map((leasts) =>
    leasts.map((least, n) => ({ wanted: wanted[n]!, least: Math.min(wanted[n]!, least) })),
  );
  const kept = ways.find((way) => leastColumns(way) <= room) ?? ways.at(-1)!;
  const [subject = 0, worst = 0, top1 = 0, cause = 0] = columnWidths(kept, room - gapColumns(kept));
  return { columns, status, subject, worst, top1, cause, colours };
}

function leastColumns(columns: readonly Column[]): number {
  return columns.reduce((sum, { least }) => sum + least, gapColumns(columns));
}

function gapColumns(columns: readonly Column[]): number {
  return columns.filter(({ wanted }) => wanted > 0).length * GAP.length;
}

function headLine({ status, subject, worst, top1, cause }: Layout): string {
  const cells = [
    'status'.padEnd(status),
    'target'.padEnd(subject),
    'worst (allowed)'.padEnd(worst),
    ...(top1 > 0 ? ['top-1'.padStart(top1)] : []),
    ...(cause > 0 ? ['cause'] : []),
  ];
  return cells.join(GAP);
}

function rowLine(row: TargetRow, layout: Layout): string {
  const { status, subject, worst, top1, cause, colours } = layout;
  const lead = [
    statusLabel(row.status, status, colours),
    padEndTo(shortenMiddle(row.subject, subject), subject),
  ];
  if (row.reason !== undefined)
    return [...lead, shortenEnd(row.reason, reasonColumns(layout))].join(GAP).trimEnd();
  const cells = [
    padEndTo(shortenEnd(row.worst, worst), worst),
    ...(top1 > 0 ? [row.top1.padStart(top1)] : []),
    ...(cause > 0 ? [shortenEnd(row.cause, cause)] : []),
  ];
  return [...lead, ...cells].join(GAP).trimEnd();
}

function reasonColumns({ columns, status, subject }: Layout): number {
  return columns - status - subject - 2 * GAP.length;
}

/** What the line has no room for: the reason, who shares it, what to do, who answers for it until when. */
function followUps(row: TargetRow, layout: Layout): string[] {
  const indent = ' '.repeat(4);
  const room = layout.columns - indent.length;
  const dim = (line: string) => layout.colours.dim(`${indent}${line}`);
  const few = (text: string) => {
    const lines = wrap(text, room);
    return lines.length <= MOST_REASON_LINES ? lines : [...lines.slice(0, MOST_REASON_LINES), '…'];
  };
  const [worst] = row.findings;
  if (worst === undefined) return [];
  // A remedy is there to be copied, so it is never cut.
  const remedy = remedyOf(worst);
  if (remedy !== undefined) return wrap(`provide it: ${prose(remedy)}`, room).map(dim);
  const isCut = row.reason !== undefined && displayWidth(row.reason) > reasonColumns(layout);
  const names =
    row.targets.length > 1 ? few(row.targets.map(({ target }) => nameText(target)).join(', ')) : [];
  return [
    ...(isCut ? few(row.reason) : []),
    ...names,
    ...tensorWords(row).flatMap(few),
    ...waiverLine(row, room),
  ].map(dim);
}

/** Which tensors are not within budget, where the model has several. */
function tensorWords({ findings }: TargetRow): string[] {
  const outputs = findings[0]?.of.plannedSuite?.model.facts.outputs.length ?? 1;
  const tensors = findings.map(({ tensor }) => tensor).filter((tensor) => tensor !== '*');
  if (tensors.length === 0 || (outputs < 2 && tensors.length < 2)) return [];
  return [`${tensors.length === 1 ? 'tensor' : 'tensors'} ${tensors.map(nameText).join(', ')}`];
}

/** A waiver's words stand beside what it covers; of one that no longer does, only where it is. */
function waiverLine({ findings: [worst] }: TargetRow, room: number): string[] {
  const words = worst && waiverWords(worst);
  if (words === undefined) return [];
  const { waiver, lead } = words;
  const owner = waiver.owner === undefined ? '' : `, ${nameText(waiver.owner)}`;
  const until = waiver.expires === undefined ? '' : ` ${nameText(waiver.expires)}`;
  if (lead === 'worse than its waiver allows') {
    const place = waiver.line === undefined ? '' : ` of ${nameText(waiver.file)}:${waiver.line}`;
    return [shortenEnd(`worse than the waiver${place} allows${owner}`, room)];
  }
  const says = lead === 'until' ? `waived until${until}` : `${lead}${until}`;
  return [shortenEnd(`${says}${owner}: ${proseText(waiver.reason)}`, room)];
}

function restLines(rows: readonly TargetRow[], columns: number): string[] {
  if (rows.length === 0) return [];
  const counts = STATUSES.map((status) => ({
    status,
    n: rows.filter((row) => row.status === status).length,
  })).filter(({ n }) => n > 0);
  const told = counts.map(({ status, n }) => `${n} ${status}`).join(', ');
  return wrap(`… ${count(rows.length, 'more line')} (${told}): all of them are in the report`, columns);
}

function passLines(overview: Overview, { columns, status, colours }: Layout): string[] {
  const passed = overview.targets.filter((target) => target.status === 'PASS');
  const suites = [...groupBy(passed, (target) => target.suite)];
  const shown = suites.slice(0, MOST_ROWS).map(([suite, group]) => {
    const tail = ` · ${count(group.length, 'target')} within budget`;
    const name = shortenMiddle(nameText(suite), columns - status - GAP.length - tail.length);
    return `${statusLabel('PASS', status, colours)}${GAP}${name}${tail}`;
  });
  const more = suites.length - shown.length;
  return more === 0 ? shown : [...shown, `… ${count(more, 'more suite')} with targets within budget`];
}
