import { stringify } from 'csv-stringify/sync';
import { groupBy } from '../domain/group-by.ts';
import { METRICS, metricDefinition } from '../domain/metrics.ts';
import type { Comparison, JsonNumber, Status, Verdict } from '../domain/run-files.ts';
import { STATUSES } from '../domain/run-files.ts';
import { neutraliseFormula } from './escape.ts';
import { compareText } from './findings.ts';
import type { ReportInput } from './report-input.ts';

type Cell = string | number;
type Compared = Extract<Comparison, { status: 'compared' }>;

const HEAD = ['suite', 'case', 'target', 'device', 'delegate', 'tensor', 'dtype', 'shape'];
const STATE = ['state', 'reason', 'identical', 'worst verdict'];
const TAIL = ['worst index', 'worst reference', 'worst candidate', 'reference sha256', 'candidate sha256'];

/**
 * divergence.csv: RFC 4180 with line feeds, a row per comparison, units in the headers. Numbers are plain numbers, non-finite ones are
 * spelled NaN, Infinity, -Infinity; an empty cell is undefined. Text that a spreadsheet would run as a formula is led by `'`.
 */
export function renderCsv(input: ReportInput): string {
  const { comparisons } = input.comparisons;
  const metrics = metricColumns(comparisons);
  const verdicts = groupBy(input.verdicts.verdicts, (verdict) =>
    JSON.stringify([verdict.suite, verdict.target, verdict.tensor]),
  );
  const rows = comparisons.map((comparison) => {
    const own = verdicts.get(JSON.stringify([comparison.suite, comparison.target, comparison.tensor])) ?? [];
    return rowOf(comparison, metrics, worstVerdict(own, comparison.case));
  });
  return stringify([[...HEAD, ...STATE, ...metrics.map(header), ...TAIL].map(text), ...rows]);
}

/** The table's metrics in its order, then what else the comparisons hold. */
function metricColumns(comparisons: readonly Comparison[]): string[] {
  const found = new Set<string>();
  for (const comparison of comparisons) {
    if (comparison.status !== 'compared') continue;
    for (const name of Object.keys(comparison.metrics)) found.add(name);
    for (const name of decisionNames(comparison)) found.add(name);
  }
  const order = (name: string) => METRICS.findIndex((metric) => metric.name === metricDefinition(name)?.name);
  return [...found].sort((left, right) => {
    const [a, b] = [order(left), order(right)];
    if (a !== b) return (a === -1 ? METRICS.length : a) - (b === -1 ? METRICS.length : b);
    return compareText(left, right);
  });
}

function decisionNames(comparison: Compared): string[] {
  return Object.entries(comparison.decisions ?? {}).flatMap(([name, value]) =>
    Array.isArray(value) ? [] : [name],
  );
}

function header(metric: string): string {
  const unit = metricDefinition(metric.replace(/_reference$/, ''))?.unit ?? metricDefinition(metric)?.unit;
  return unit === undefined ? metric : `${metric} [${unit}]`;
}

function rowOf(comparison: Comparison, metrics: readonly string[], worst: Status | ''): Cell[] {
  const [device = '', ...delegate] = comparison.target.split('/');
  const names = [
    comparison.suite,
    comparison.case,
    comparison.target,
    device,
    delegate.join('/'),
    comparison.tensor,
  ];
  if (comparison.status === 'notComparable') {
    const blanks = [...metrics, ...TAIL].map(() => '');
    return [...names.map(text), '', '', 'not comparable', text(comparison.reason), '', worst, ...blanks];
  }
  const decisions = new Map<string, unknown>(Object.entries(comparison.decisions ?? {}));
  return [
    ...names.map(text),
    comparison.dtype,
    comparison.shape.join('×'),
    'compared',
    '',
    comparison.identical ? 'yes' : 'no',
    worst,
    ...metrics.map((name) =>
      numberCell(comparison.metrics[name] ?? (decisions.get(name) as JsonNumber | undefined)),
    ),
    comparison.worst === undefined ? '' : `[${comparison.worst.index.join(' ')}]`,
    valueCell(comparison.worst?.reference),
    valueCell(comparison.worst?.candidate),
    text(comparison.digest.reference),
    text(comparison.digest.candidate),
  ];
}

function worstVerdict(verdicts: readonly Verdict[], caseName: string): Status | '' {
  const own = verdicts.filter((verdict) => coversCase(verdict, caseName));
  return STATUSES.find((status) => own.some((verdict) => verdict.status === status)) ?? '';
}

/** A verdict is about all cases, about one, or about those that its rule covers, joined by commas. */
function coversCase(verdict: Verdict, caseName: string): boolean {
  return verdict.case === '*' || verdict.case === caseName || verdict.case.split(', ').includes(caseName);
}

function text(value: string): string {
  return neutraliseFormula(value);
}

function numberCell(value: JsonNumber | null | undefined): Cell {
  return Object.is(value, -0) ? '-0' : (value ?? '');
}

const SPELLED: readonly unknown[] = ['NaN', 'Infinity', '-Infinity'];

/** A worst element's value: a number, a spelled one, or a string tensor's text. */
function valueCell(value: JsonNumber | string | undefined): Cell {
  if (typeof value === 'string' && !SPELLED.includes(value)) return text(value);
  return numberCell(value as JsonNumber | undefined);
}
