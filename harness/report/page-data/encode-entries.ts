import { groupBy } from '../../domain/group-by.ts';
import { metricDefinition } from '../../domain/metrics.ts';
import type {
  Comparison,
  ComparisonBody,
  DecidingRule,
  Equivalence,
  VerdictBody,
} from '../../domain/run-files.ts';
import { toJsonNumber } from '../../domain/run-files.ts';
import { comparisonOf, targetComparisons } from '../../domain/target-comparisons.ts';
import { overrun } from '../findings.ts';
import type { ReportInput } from '../report-input.ts';
import { pairKey, type SuiteTarget, worstStatus } from '../suite-targets.ts';
import { answerKey } from '../tensor-summary.ts';
import type { ElementSample, EntryComparison, EntryDetail, EntryHead, EntryVerdict } from './page-data.ts';
import { roundNumbers } from './round-numbers.ts';

/** An entry before it is known which part holds it. */
export interface Entry {
  readonly head: Omit<EntryHead, 'part'>;
  /** The first target that has it: index in the overview's targets. */
  readonly firstTarget: number;
  readonly comparisons: readonly Comparison[];
  readonly verdicts: readonly VerdictBody[];
}

export interface Entries {
  readonly entries: readonly Entry[];
  readonly sheets: readonly (readonly number[])[];
  /** Index in `sheets` for each of the overview's targets. */
  readonly sheetOf: readonly number[];
  readonly rules: readonly DecidingRule[];
}

/** Each different answer once: targets whose comparisons and verdicts of a tensor are the same share the entry. */
export function entriesOf(
  input: ReportInput,
  targets: readonly SuiteTarget[],
  suiteIndex: ReadonlyMap<string, number>,
): Entries {
  const measuredOf = new Map(
    targetComparisons(input.comparisons).map((each) => [pairKey(each), each.measured]),
  );
  const classOf = tensorClasses(input.equivalence);
  const rules = new Numbering<DecidingRule>((rule) => JSON.stringify(rule));
  const sheets = new Numbering<readonly number[]>((ids) => ids.join());
  const entries: Entry[] = [];
  const byContent = new Map<string, number>();
  const known = new Map<readonly ComparisonBody[], Map<readonly VerdictBody[], number>>();

  const sheetOf = targets.map((target, targetIndex) => {
    const suite = suiteIndex.get(target.suite) ?? -1;
    const own = measuredOf.get(pairKey(target)) ?? [];
    const alike = known.get(own) ?? new Map<readonly VerdictBody[], number>();
    known.set(own, alike);
    const same = alike.get(target.verdicts);
    if (same !== undefined) return same;
    const comparisons = groupBy(own, ({ tensor }) => tensor);
    const verdicts = groupBy(target.verdicts, ({ tensor }) => tensor);
    const ids = tensorOrder(target, comparisons, verdicts).map((tensor) => {
      const [compared, judged] = [comparisons.get(tensor) ?? [], verdicts.get(tensor) ?? []];
      const key = `${suite} ${JSON.stringify(tensor)} ${compared.map(answerKey).join(' ')} ${judged.map((verdict) => judgementKey(verdict, rules.of(verdict.rule))).join(' ')}`;
      const found = byContent.get(key);
      if (found !== undefined) return found;
      const equivalence = classOf(target.suite, tensor, target.target);
      byContent.set(key, entries.length);
      entries.push({
        head: {
          suite,
          ...headOf(tensor, compared, judged, target.plannedSuite?.cases.length),
          ...(equivalence && { class: equivalence }),
        },
        firstTarget: targetIndex,
        comparisons: compared.map((body) => comparisonOf(body, target.target)),
        verdicts: judged,
      });
      return entries.length - 1;
    });
    const sheet = sheets.of(ids);
    alike.set(target.verdicts, sheet);
    return sheet;
  });
  return { entries, sheets: sheets.all, sheetOf, rules: rules.all };
}

/** What the page shows of it. Numbers of a comparison to 7 digits, those that were judged in full. */
export function entryDetail(
  { comparisons, verdicts }: Entry,
  ruleIndex: (rule: DecidingRule) => number,
  samples: ReadonlyMap<Comparison, ElementSample>,
): EntryDetail {
  return {
    comparisons: comparisons.map((comparison) => {
      const { suite: _suite, target: _target, tensor: _tensor, ...rest } = comparison;
      const elements = samples.get(comparison);
      return { ...roundNumbers(rest, 7), ...(elements === undefined ? {} : { elements }) } as EntryComparison;
    }),
    verdicts: verdicts.map(
      ({ suite: _suite, tensor: _tensor, rule, ...rest }): EntryVerdict => ({
        ...rest,
        rule: ruleIndex(rule),
      }),
    ),
  };
}

/** Numbers things in the order in which they are first met. */
export class Numbering<Item> {
  readonly #keyOf: (item: Item) => string;
  readonly #known = new Map<string, number>();
  readonly all: Item[] = [];

  constructor(keyOf: (item: Item) => string) {
    this.#keyOf = keyOf;
  }

  of(item: Item): number {
    const key = this.#keyOf(item);
    const found = this.#known.get(key);
    if (found !== undefined) return found;
    this.#known.set(key, this.all.length);
    return this.all.push(item) - 1;
  }
}

function headOf(
  tensor: string,
  comparisons: readonly ComparisonBody[],
  verdicts: readonly VerdictBody[],
  cases: number | undefined,
): Omit<EntryHead, 'suite' | 'class' | 'part'> {
  const status = worstStatus(verdicts);
  const compared = comparisons.filter((each) => each.status === 'compared');
  const isWhole = compared.length > 0 && compared.length === (cases ?? comparisons.length);
  const judged = verdicts.filter(tellsHowNear);
  const worst = judged.reduce<VerdictBody | undefined>(
    (most, next) => (most === undefined || overrun(next) > overrun(most) ? next : most),
    undefined,
  );
  return {
    tensor,
    identical: isWhole && compared.every(({ identical }) => identical),
    ...(isWhole ? {} : { compared: compared.length }),
    ...(status === undefined ? {} : { status }),
    ...(worst === undefined
      ? {}
      : { worst: { metric: worst.metric, overrun: toJsonNumber(Number(overrun(worst).toPrecision(3))) } }),
  };
}

/**
 * What passes where nothing less than perfect does (0 errors, all answers), or by what the target as a whole did, is no measure of how
 * near a tensor is to its limits.
 */
function tellsHowNear({ status, metric, actual, limit }: VerdictBody): boolean {
  if (actual === null || limit === null) return false;
  if (status !== 'PASS') return true;
  const definition = metricDefinition(metric);
  const isPerfect =
    limit === 0 || (limit === 1 && definition?.good === 'high' && definition.unit === 'share');
  return !isPerfect && definition?.scope !== 'target';
}

/** `*` first, then the model's outputs in their order, then whatever else was named. */
function tensorOrder(
  target: SuiteTarget,
  ...named: readonly ReadonlyMap<string, unknown>[]
): readonly string[] {
  const tensors = new Set(named.flatMap((map) => [...map.keys()]));
  const outputs = target.plannedSuite?.model.facts.outputs.map(({ name }) => name) ?? [];
  const order = ['*', ...outputs].filter((tensor) => tensors.has(tensor));
  return [...new Set([...order, ...tensors])];
}

function judgementKey(verdict: VerdictBody, rule: number): string {
  const { case: name, metric, actual, limit, operator, status, message, waiver } = verdict;
  const plain = `${name.length} ${name}${metric} ${actual} ${limit} ${operator} ${status} ${rule}`;
  return message === undefined && waiver === undefined
    ? plain
    : `${plain}${JSON.stringify([message, waiver])}`;
}

function tensorClasses(
  equivalence: Equivalence,
): (suite: string, tensor: string, target: string) => string | undefined {
  const bySuite = new Map(
    equivalence.suites.map(({ suite, tensors }) => [
      suite,
      new Map(
        tensors.map(({ tensor, classes }) => [
          tensor,
          new Map(classes.flatMap(({ id, targets }) => targets.map((target) => [target, id] as const))),
        ]),
      ),
    ]),
  );
  return (suite, tensor, target) => bySuite.get(suite)?.get(tensor)?.get(target);
}
