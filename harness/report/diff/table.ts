import type { Status } from '../../domain/run-files.ts';
import { displayWidth, padEndTo, shortenMiddle, wrap } from '../display-width.ts';
import { prose, visible } from '../escape.ts';
import { count, formatMetric, formatNumber } from '../format-number.ts';
import { type Colours, statusText } from '../status-text.ts';
import { limitWords } from '../wording.ts';
import { changedAnswers } from './answer-words.ts';
import type { DiffRow } from './diff-result.ts';
import { differingElements } from './differing-elements.ts';

/** Beyond this many a person reads no table; the most telling ones are first. */
const MOST_ROWS = 60;
const LEAST_NAME_COLUMNS = 28;
const MOST_TYPE_COLUMNS = 24;
const MOST_TYPE_SHARE = 0.3;
const GAP = '  ';

/** Whose unit the head does not say, or whose 1 must not be a rounded one. */
const WITH_UNIT: ReadonlySet<string> = new Set(['sqnr_db', 'cosine']);

interface Column {
  readonly head: string;
  readonly cell: (row: DiffRow) => string;
}

/** In the order in which they are left out, the last first, when the width is short. */
const NUMBERS: readonly Column[] = [
  { head: 'differ', cell: differText },
  { head: 'max_abs', cell: largestErrorText },
  { head: 'max_ulp', cell: (row) => metricText(row, 'max_ulp') },
  { head: 'sqnr', cell: (row) => metricText(row, 'sqnr_db') },
  { head: 'max_rel', cell: (row) => metricText(row, 'max_rel') },
  { head: 'cosine', cell: (row) => metricText(row, 'cosine') },
];

/** One line a tensor under a line of heads, worst first as the rows come; what has no numbers says why instead. */
export function diffTable(rows: readonly DiffRow[], columns: number, colours: Colours): string[] {
  const shown = rows.slice(0, MOST_ROWS);
  const layout = layOut(shown, columns);
  const heads = layout.numbers.map(({ head, width }) => head.padStart(width));
  const head = [
    ' '.repeat(layout.status),
    padEndTo('tensor', layout.name),
    padEndTo('type', layout.type),
    ...heads,
  ];
  return [
    ...(layout.numbers.length === 0 ? [] : [colours.dim(head.join(GAP).trimEnd())]),
    ...shown.flatMap((row) => rowLines(row, layout, colours)),
    ...restLines(rows.slice(MOST_ROWS), layout, colours),
  ];
}

interface Layout {
  readonly columns: number;
  readonly status: number;
  readonly name: number;
  readonly type: number;
  readonly numbers: readonly (Column & { readonly width: number })[];
}

function layOut(rows: readonly DiffRow[], columns: number): Layout {
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(displayWidth));
  const measured = rows.filter(({ tensor }) => tensor.reason === null);
  const status = widest(rows.map(({ tensor }) => tensor.status));
  const mostType = Math.min(MOST_TYPE_COLUMNS, Math.floor((columns - status) * MOST_TYPE_SHARE));
  const type = Math.min(mostType, widest(['type', ...measured.map(typeText)]));
  const wanted = widest(['tensor', ...rows.map(({ tensor }) => visible(tensor.tensor))]);
  let room = columns - status - type - 2 * GAP.length;
  const numbers: (Column & { width: number })[] = [];
  for (const column of measured.length === 0 ? [] : NUMBERS) {
    const width = widest([column.head, ...measured.map(column.cell)]);
    const isNeeded = numbers.length < 2;
    if (!isNeeded && room - width - GAP.length < Math.min(wanted, LEAST_NAME_COLUMNS)) break;
    numbers.push({ ...column, width });
    room -= width + GAP.length;
  }
  return { columns, status, type, numbers, name: Math.min(wanted, Math.max(8, room)) };
}

function rowLines(row: DiffRow, layout: Layout, colours: Colours): string[] {
  const { tensor, status, reason } = row.tensor;
  const name = padEndTo(shortenMiddle(visible(tensor), layout.name), layout.name);
  const lead = `${statusText(status, layout.status, colours)}${GAP}${name}`;
  const below = ' '.repeat(layout.status + 2 * GAP.length);
  const wrapped = (text: string) => wrap(text, layout.columns - below.length).map((line) => below + line);
  if (reason !== null) {
    const words = prose(reason);
    const room = layout.columns - layout.status - layout.name - 2 * GAP.length;
    return displayWidth(words) <= room ? [`${lead}${GAP}${words}`] : [lead.trimEnd(), ...wrapped(words)];
  }
  const cells = layout.numbers.map(({ cell, width }) => cell(row).padStart(width));
  const type = padEndTo(shortenMiddle(typeText(row), layout.type), layout.type);
  const line = [lead, type, ...cells].join(GAP).trimEnd();
  const remark = remarkOf(row);
  return remark === undefined ? [line] : [line, ...wrapped(remark).map(colours.dim)];
}

/** What a pass does not say of itself. */
function remarkOf(row: DiffRow): string | undefined {
  const { tensor, identical, verdicts } = row;
  const { status, metrics, shape } = tensor;
  if (status === 'WARN') {
    return verdicts
      .filter((verdict) => verdict.status === 'WARN')
      .map(limitWords)
      .join('; ');
  }
  if (status === 'FAIL' || status === 'WAIVED') return undefined;
  const of = (name: string) => (typeof metrics[name] === 'number' ? metrics[name] : 0);
  const changed = changedAnswers(row);
  if (changed !== undefined) return changed;
  if (shape?.includes(0)) return 'has no elements';
  const infinite = of('inf_reference');
  if (of('nonfinite_matched') > 0)
    return `${count(infinite + of('nan_reference'), 'NaN or infinity', 'NaNs and infinities')} at the same places on both sides`;
  if (identical) return undefined;
  const { kl, js } = metrics;
  if (kl !== undefined && js !== undefined)
    return `kl ${formatMetric('kl', kl)}, js ${formatMetric('js', js)}, of the worst row`;
  if (of('max_abs') > 0) return undefined;
  const zeros = of('sign_of_zero');
  return zeros > 0 ? `equal but for the sign of ${count(zeros, 'zero')}` : undefined;
}

/** `float32 [2, 3]`. */
export function typeText({ tensor: { dtype, shape } }: DiffRow): string {
  return `${dtype} [${(shape ?? []).join(', ')}]`;
}

function differText(row: DiffRow): string {
  const differing = differingElements(row);
  if (row.identical && differing === 0) return 'identical';
  return differing === undefined ? '?' : String(differing);
}

/** Where one side is NaN or infinite and the other is not, the error is no number, whatever the finite places say. */
function largestErrorText(row: DiffRow): string {
  return (row.tensor.metrics.nonfinite_mismatch ?? 0) === 0 ? metricText(row, 'max_abs') : 'not finite';
}

function metricText(row: DiffRow, metric: string): string {
  const value = row.tensor.metrics[metric];
  if (row.identical || value === undefined) return '';
  if (value === null) return '-';
  const text = WITH_UNIT.has(metric) ? formatMetric(metric, value) : formatNumber(value);
  return text.replace('Infinity', '∞');
}

function restLines(rest: readonly DiffRow[], layout: Layout, colours: Colours): string[] {
  if (rest.length === 0) return [];
  const counts = new Map<Status, number>();
  for (const { tensor } of rest) counts.set(tensor.status, (counts.get(tensor.status) ?? 0) + 1);
  const words = [...counts].map(([status, n]) => `${n} ${status}`).join(', ');
  return [
    colours.dim(
      `${' '.repeat(layout.status + GAP.length)}and ${rest.length} more (${words}): --json lists them all`,
    ),
  ];
}
