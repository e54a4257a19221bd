import { groupBy } from '../../domain/group-by.ts';
import type { SeriesPoint } from '../../domain/history.ts';
import { fromJsonNumber, type JsonNumber } from '../../domain/run-files.ts';
import { displayWidth, padEndTo, shortenMiddle } from '../display-width.ts';
import { visible } from '../escape.ts';
import { formatBareActualAndLimit, formatMetric } from '../format-number.ts';
import { asciiText } from './signs.ts';

const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const VALUE_COLUMNS = 14;
const CHANGE_COLUMNS = 16;
const MOST_NAME_COLUMNS = 30;

/**
 * A line for each target and tensor: the newest nights as a sparkline, the last value, and what it was the night before where that
 * differs. `^` below a night marks that its bytes are not those of the night before, though the value be the same.
 * @param points of one metric, oldest first within each suite, target and tensor
 */
export function renderSeriesTable(
  points: readonly SeriesPoint[],
  { columns, ascii }: { readonly columns: number; readonly ascii: boolean },
): string {
  const series = [
    ...groupBy(points, ({ suite, target, tensor }) => JSON.stringify([suite, target, tensor])).values(),
  ];
  const names = series.map(([first]) => visible(`${first!.target} ${first!.tensor}`));
  const nameColumns = Math.min(MOST_NAME_COLUMNS, Math.max(0, ...names.map(displayWidth)));
  const sparkColumns = Math.max(4, columns - nameColumns - VALUE_COLUMNS - CHANGE_COLUMNS - 6);
  const lines = [...groupBy(series, ([first]) => first!.suite)].flatMap(([suite, own]) => [
    visible(suite),
    ...own.flatMap((each) => linesOf(each, nameColumns, sparkColumns)),
  ]);
  const text = lines.map((line) => `${line.trimEnd()}\n`).join('');
  return ascii ? asciiText(text) : text;
}

function linesOf(series: readonly SeriesPoint[], nameColumns: number, sparkColumns: number): string[] {
  const shown = series.slice(-sparkColumns);
  const first = shown[0]!;
  const last = shown.at(-1)!;
  const name = padEndTo(shortenMiddle(visible(`${first.target} ${first.tensor}`), nameColumns), nameColumns);
  const line = [
    ` ${name}`,
    sparkline(shown.map(({ value }) => value)).padEnd(sparkColumns),
    formatMetric(last.metric, last.value).padEnd(VALUE_COLUMNS),
    changeOf(series.at(-2), last),
  ].join('  ');
  const offset = series.length - shown.length;
  const marks = shown.map(({ bytes }, at) => {
    const before = series[offset + at - 1];
    return before !== undefined && before.bytes !== bytes ? '^' : ' ';
  });
  return marks.includes('^') ? [line, `${' '.repeat(nameColumns + 3)}${marks.join('')}`] : [line];
}

function changeOf(before: SeriesPoint | undefined, last: SeriesPoint): string {
  if (before === undefined) return 'first night';
  if (before.value !== last.value) {
    const { actual } = formatBareActualAndLimit(last.metric, before.value, last.value);
    return `was ${actual}`;
  }
  return before.bytes === last.bytes ? 'same' : 'other bytes';
}

/** Eight heights from the least to the greatest finite value; a level line is low; `×` is NaN. */
function sparkline(values: readonly JsonNumber[]): string {
  const numbers = values.map(fromJsonNumber);
  const finite = numbers.filter(Number.isFinite);
  // Spread over a year's values would be arguments by the hundred; reduce has no such limit.
  const least = finite.reduce((low, value) => Math.min(low, value), Infinity);
  const most = finite.reduce((high, value) => Math.max(high, value), -Infinity);
  return numbers.map((value) => levelOf(value, least, most)).join('');
}

function levelOf(value: number, least: number, most: number): string {
  if (Number.isNaN(value)) return '×';
  if (value === Infinity) return LEVELS[LEVELS.length - 1]!;
  if (value === -Infinity || most === least) return LEVELS[0];
  return LEVELS[Math.round(((value - least) / (most - least)) * (LEVELS.length - 1))]!;
}
