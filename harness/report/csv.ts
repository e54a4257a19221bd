import { stringify } from 'csv-stringify/sync';
import { groupBy } from '../domain/group-by.ts';
import { METRICS, metricDefinition } from '../domain/metrics.ts';
import type { Capture, ComparisonBody, JsonNumber, Status, VerdictBody } from '../domain/run-files.ts';
import { STATUSES } from '../domain/run-files.ts';
import { targetComparisons } from '../domain/target-comparisons.ts';
import { targetVerdicts } from '../domain/target-verdicts.ts';
import { neutraliseFormula, prose } from './escape.ts';
import { compareText } from './findings.ts';
import { overviewOf } from './overview.ts';
import type { ReportInput } from './report-input.ts';
import { pairKey, type SuiteTarget } from './suite-targets.ts';

type Cell = string | number;
type Compared = Extract<ComparisonBody, { status: 'compared' }>;

const HEAD = ['suite', 'case', 'target', 'device', 'delegate', 'tensor', 'dtype', 'shape'];
const STATE = ['status', 'state', 'reason', 'identical'];
const TAIL = [
  'worst index',
  'worst reference [value]',
  'worst candidate [value]',
  'reference sha256',
  'candidate sha256',
];

/**
 * divergence.csv: RFC 4180, a row per suite, case, target and tensor of the plan, units in the headers. `status` is the worst verdict
 * on the row. A target that did not answer has its rows too. Numbers are plain numbers, non-finite ones are spelled NaN, Infinity,
 * -Infinity; an empty cell is undefined. Text that a spreadsheet would run as a formula is led by `'`.
 */
export function renderCsv(input: ReportInput): string {
  return [...csvPieces(input)].join('');
}

/** The same, some rows at a time: of a large fleet it is longer than one text can be. */
export function* csvPieces(input: ReportInput): Generator<string> {
  const ofTargets = targetComparisons(input.comparisons);
  const metrics = metricColumns(new Set(ofTargets.map(({ measured }) => measured)));
  yield stringified([[...HEAD, ...STATE, ...metrics.map(header), ...TAIL].map(text)]);
  const saidOf = new Map(targetVerdicts(input.verdicts).map((each) => [pairKey(each), each.said]));
  const worstOf = worstByRow();
  const rowAround = rowsAround(metrics);
  const alike = new Map<readonly ComparisonBody[], Map<readonly VerdictBody[], readonly string[]>>();
  for (const each of ofTargets) {
    const said = saidOf.get(pairKey(each)) ?? NOTHING;
    const known = alike.get(each.measured) ?? new Map<readonly VerdictBody[], readonly string[]>();
    alike.set(each.measured, known);
    const around = known.get(said) ?? joined(each.measured.map((row) => rowAround(row, worstOf(said, row))));
    known.set(said, around);
    yield around.join(cellsOf(targetCells(each.target)));
  }
  const absent = absentRows(input, metrics);
  if (absent.length > 0) yield stringified(absent);
}

const NOTHING: readonly VerdictBody[] = [];

function stringified(rows: readonly (readonly Cell[])[]): string {
  return stringify(rows as Cell[][], { record_delimiter: 'windows', quoted_match: /[\r\n]/ });
}

type Around = readonly [before: string, after: string];

/** Text between the places where the target's cells go. */
function joined(rows: readonly Around[]): readonly string[] {
  const texts = [''];
  for (const [before, after] of rows) {
    texts.push(`${texts.pop()}${before}`);
    texts.push(after);
  }
  return texts;
}

/** A row of a comparison as text before and after the target's cells. What targets that answer alike have in common is made once. */
function rowsAround(metrics: readonly string[]): (comparison: ComparisonBody, worst: Status | '') => Around {
  const known = new WeakMap<ComparisonBody, Around>();
  return (comparison, worst) => {
    const { suite, case: name, tensor } = comparison;
    const [before, after] = known.get(comparison) ?? [
      cellsOf(shapeCells(comparison)),
      cellsOf(measuredCells(comparison, metrics)),
    ];
    known.set(comparison, [before, after]);
    return [
      `${cellsOf([text(suite), text(name)])},`,
      `,${cellsOf([text(tensor)])},${before},${worst},${after}\r\n`,
    ];
  };
}

/** A row of nothing but an empty cell would be written as `""`. */
function cellsOf(cells: readonly Cell[]): string {
  return stringified([[...cells, 0]]).slice(0, -',0\r\n'.length);
}

/** Absence is no agreement: what the plan asked of a candidate and nobody compared. */
function absentRows(input: ReportInput, metrics: readonly string[]): Cell[][] {
  return overviewOf(input)
    .targets.filter(
      ({ role, tensors, plannedSuite }) => role === 'candidate' && tensors.length === 0 && plannedSuite,
    )
    .flatMap((target) => absentRowsOf(target, metrics));
}

function absentRowsOf(entry: SuiteTarget, metrics: readonly string[]): Cell[][] {
  const { plannedSuite, capture, verdicts, suite, target } = entry;
  const [state, reason] = absenceOf(capture);
  const blanks = [...metrics, ...TAIL].map(() => '');
  const outputs = plannedSuite?.model.facts.outputs ?? [];
  return (plannedSuite?.cases ?? []).flatMap(({ name }) =>
    outputs.map((output) => [
      ...namesOf({ suite, target, case: name, tensor: output.name }),
      output.dtype,
      '',
      worstVerdict(verdicts, name),
      state,
      text(reason),
      '',
      ...blanks,
    ]),
  );
}

function absenceOf(capture: Capture | undefined): readonly [state: string, reason: string] {
  if (capture === undefined) return ['missing', 'planned, and no capture was delivered'];
  if (capture.status === 'captured') return ['not compared', 'captured, and not compared'];
  return [capture.status, prose(capture.reason)];
}

function namesOf(of: { suite: string; case: string; target: string; tensor: string }): string[] {
  return [text(of.suite), text(of.case), ...targetCells(of.target), text(of.tensor)];
}

function targetCells(target: string): string[] {
  const [device = '', ...delegate] = target.split('/');
  return [target, device, delegate.join('/')].map(text);
}

/** The table's metrics in its order, then what else the comparisons hold. */
function metricColumns(lists: Iterable<readonly ComparisonBody[]>): string[] {
  const found = new Set<string>();
  for (const comparison of new Set([...lists].flat())) {
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

/** Units of what comparisons hold beside the metrics: how many of what. */
const COUNTED: Readonly<Record<string, string>> = {
  elements: 'elements',
  nan_reference: 'elements',
  nan_candidate: 'elements',
  inf_reference: 'elements',
  inf_candidate: 'elements',
  rel_excluded: 'elements',
  samples: 'samples',
  labelled: 'samples',
  classes: 'classes',
};

function header(metric: string): string {
  const counted = Object.hasOwn(COUNTED, metric) ? COUNTED[metric] : undefined;
  const unit =
    counted ?? metricDefinition(metric.replace(/_reference$/, ''))?.unit ?? metricDefinition(metric)?.unit;
  return unit === undefined ? metric : `${metric} [${unit}]`;
}

function shapeCells(comparison: ComparisonBody): Cell[] {
  return comparison.status === 'compared' ? [comparison.dtype, comparison.shape.join('x')] : ['', ''];
}

/** Everything after the row's status. */
function measuredCells(comparison: ComparisonBody, metrics: readonly string[]): Cell[] {
  if (comparison.status === 'notComparable') {
    const blanks = [...metrics, ...TAIL].map(() => '');
    return ['not comparable', text(prose(comparison.reason)), '', ...blanks];
  }
  const decisions = new Map<string, unknown>(Object.entries(comparison.decisions ?? {}));
  return [
    'compared',
    '',
    comparison.identical ? 'yes' : 'no',
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

/** The worst that is said of a row; what broke the target as a whole broke each of its rows. Lists that targets share are looked at once. */
function worstByRow(): (said: readonly VerdictBody[], row: ComparisonBody) => Status | '' {
  const known = new Map<readonly VerdictBody[], WorstByTensor>();
  return (said, { tensor, case: name }) => {
    const byTensor = known.get(said) ?? { said: groupBy(said, (body) => body.tensor), worst: new Map() };
    known.set(said, byTensor);
    const byCase = byTensor.worst.get(tensor) ?? new Map<string, Status | ''>();
    byTensor.worst.set(tensor, byCase);
    const found = byCase.get(name);
    if (found !== undefined) return found;
    const tensors = new Set([tensor, '*']);
    const worst = worstVerdict(
      [...tensors].flatMap((each) => byTensor.said.get(each) ?? []),
      name,
    );
    byCase.set(name, worst);
    return worst;
  };
}

interface WorstByTensor {
  readonly said: ReadonlyMap<string, readonly VerdictBody[]>;
  /** By tensor, then by case. */
  readonly worst: Map<string, Map<string, Status | ''>>;
}

function worstVerdict(verdicts: readonly VerdictBody[], caseName: string): Status | '' {
  const own = verdicts.filter((verdict) => coversCase(verdict, caseName));
  return STATUSES.find((status) => own.some((verdict) => verdict.status === status)) ?? '';
}

/** A verdict is about all cases, about one, or about those that its rule covers, joined by commas. */
function coversCase(verdict: VerdictBody, caseName: string): boolean {
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
