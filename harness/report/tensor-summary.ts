import { groupBy } from '../domain/group-by.ts';
import { METRICS, metricDefinition } from '../domain/metrics.ts';
import type { ComparisonBody, Flip, JsonNumber, WorstElement } from '../domain/run-files.ts';
import { fromJsonNumber } from '../domain/run-files.ts';
import { pooledShare } from './pooled-share.ts';

type Compared = Extract<ComparisonBody, { status: 'compared' }>;

const WORST_ELEMENTS = 16;

/** The worst value of one metric over the cases of a suite, and the case that holds it. */
export interface PooledMetric {
  readonly metric: string;
  readonly value: JsonNumber;
  readonly case: string;
}

/** Answers of all samples together; counts add up exactly over cases. */
export interface PooledDecisions {
  readonly samples: number;
  readonly flips: number;
  readonly nearTies: number;
  /** Share of samples; undefined without ground truth for every case. */
  readonly accuracy?: number;
  readonly accuracyReference?: number;
  /** Real flips first, then near ties. */
  readonly flipped: readonly Flip[];
}

/** What all cases of a suite say of one tensor of one target. */
export interface TensorSummary {
  readonly tensor: string;
  readonly cases: number;
  readonly identicalCases: number;
  readonly notComparable: readonly { readonly case: string; readonly reason: string }[];
  readonly elements: number;
  /** Elements outside atol + rtol·|reference|; undefined when a comparison does not say. */
  readonly differing?: number;
  readonly metrics: readonly PooledMetric[];
  readonly decisions?: PooledDecisions;
  readonly worstElements: readonly (WorstElement & { readonly case: string })[];
}

/** One summary per tensor, in order of first appearance. All comparisons belong to one suite and one target. */
export function summariseTensors(comparisons: readonly ComparisonBody[]): TensorSummary[] {
  return [...groupBy(comparisons, (comparison) => comparison.tensor)].map(([tensor, group]) =>
    summarise(tensor, group),
  );
}

/** As `summariseTensors`, for target after target: one summary for all that gave the same answer. */
export function tensorSummaries(): (comparisons: readonly ComparisonBody[]) => TensorSummary[] {
  const known = new Map<string, TensorSummary>();
  const sheets = new Map<readonly ComparisonBody[], TensorSummary[]>();
  return (comparisons) => {
    const found = sheets.get(comparisons);
    if (found) return found;
    const sheet = [...groupBy(comparisons, (comparison) => comparison.tensor)].map(([tensor, group]) => {
      const key = group.map(answerKey).join('\n');
      const summary = known.get(key) ?? summarise(tensor, group);
      known.set(key, summary);
      return summary;
    });
    sheets.set(comparisons, sheet);
    return sheet;
  };
}

/** What tells answers to one tensor apart: the bytes, and where they differ what was measured. */
export function answerKey(comparison: ComparisonBody): string {
  const { suite, tensor, case: name } = comparison;
  const place = `${suite.length} ${tensor.length} ${suite}${tensor}${name}`;
  if (comparison.status === 'notComparable') return `${place}\0${comparison.reason}`;
  const { digest, identical, metrics } = comparison;
  return `${place}\0${digest.reference}${digest.candidate}${identical ? '' : JSON.stringify(metrics)}`;
}

function summarise(tensor: string, group: readonly ComparisonBody[]): TensorSummary {
  const compared = group.filter((comparison) => comparison.status === 'compared');
  const decisions = poolDecisions(compared);
  const differing = sumOrUndefined(compared.map(differingElements));
  return {
    tensor,
    cases: group.length,
    identicalCases: compared.filter((comparison) => comparison.identical).length,
    notComparable: group.flatMap((comparison) =>
      comparison.status === 'notComparable' ? [{ case: comparison.case, reason: comparison.reason }] : [],
    ),
    elements: compared.reduce((sum, comparison) => sum + elementsOf(comparison), 0),
    ...(differing === undefined ? {} : { differing }),
    metrics: poolMetrics(compared),
    ...(decisions === undefined ? {} : { decisions }),
    worstElements: compared
      .flatMap((comparison) => comparison.worstElements.map((worst) => ({ ...worst, case: comparison.case })))
      .sort((left, right) => errorOf(right) - errorOf(left))
      .slice(0, WORST_ELEMENTS),
  };
}

function elementsOf(comparison: Compared): number {
  return comparison.shape.reduce((product, length) => product * length, 1);
}

function differingElements(comparison: Compared): number | undefined {
  if (comparison.identical) return 0;
  const share = comparison.metrics.mismatch_fraction;
  return typeof share === 'number' ? Math.round(share * elementsOf(comparison)) : undefined;
}

function sumOrUndefined(values: readonly (number | undefined)[]): number | undefined {
  if (values.length === 0) return undefined;
  return values.reduce(
    (sum, value) => (sum === undefined || value === undefined ? undefined : sum + value),
    0,
  );
}

/** |candidate - reference|; a pair without a finite difference ranks above all others. */
export function errorOf(worst: WorstElement): number {
  const error = Math.abs(Number(worst.candidate) - Number(worst.reference));
  return Number.isFinite(error) ? error : Number.MAX_VALUE;
}

function poolMetrics(compared: readonly Compared[]): PooledMetric[] {
  const pooled = new Map<string, PooledMetric>();
  for (const comparison of compared) {
    for (const [metric, value] of Object.entries(comparison.metrics)) {
      if (value === null || metricDefinition(metric) === undefined) continue;
      const known = pooled.get(metric);
      if (known !== undefined && badness(metric, value) <= badness(metric, known.value)) continue;
      pooled.set(metric, { metric, value, case: comparison.case });
    }
  }
  return METRICS.flatMap(({ name }) => pooled.get(name) ?? []);
}

/** Larger is worse; NaN is the worst. */
function badness(metric: string, value: JsonNumber): number {
  const number = fromJsonNumber(value);
  if (Number.isNaN(number)) return Number.POSITIVE_INFINITY;
  if (metric === 'norm_ratio') return Math.abs(number - 1);
  const good = metricDefinition(metric)?.good;
  if (good === 'high') return -number;
  return good === 'magnitude' ? Math.abs(number) : number;
}

function poolDecisions(compared: readonly Compared[]): PooledDecisions | undefined {
  const all = compared.flatMap((comparison) => comparison.decisions ?? []);
  if (all.length === 0) return undefined;
  const samples = all.reduce((sum, decisions) => sum + decisions.samples, 0);
  const accuracyOf = (key: 'accuracy' | 'accuracy_reference') =>
    pooledShare(all.map((decisions) => ({ members: decisions.labelled, share: decisions[key] })));
  const accuracy = accuracyOf('accuracy');
  const accuracyReference = accuracyOf('accuracy_reference');
  const flipped = all.flatMap((decisions) => decisions.flipped);
  return {
    samples,
    flips: all.reduce((sum, decisions) => sum + decisions.flips, 0),
    nearTies: all.reduce((sum, decisions) => sum + decisions.near_ties, 0),
    ...(accuracy === undefined ? {} : { accuracy }),
    ...(accuracyReference === undefined ? {} : { accuracyReference }),
    flipped: [...flipped.filter((flip) => !flip.nearTie), ...flipped.filter((flip) => flip.nearTie)],
  };
}
