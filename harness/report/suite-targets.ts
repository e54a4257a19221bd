import type { Device } from '../domain/device.ts';
import type { TargetDiagnosis } from '../domain/diagnosis.ts';
import { groupBy } from '../domain/group-by.ts';
import type { Capture, Determinism, Status, Verdict, VerdictBody } from '../domain/run-files.ts';
import { STATUSES } from '../domain/run-files.ts';
import type { PlannedSuite } from '../domain/suite.ts';
import { targetComparisons } from '../domain/target-comparisons.ts';
import { targetVerdicts } from '../domain/target-verdicts.ts';
import type { ReportInput } from './report-input.ts';
import type { TensorSummary } from './tensor-summary.ts';
import { tensorSummaries } from './tensor-summary.ts';

/** A suite on a target: one line of the ledger and everything that the run says of it. */
export interface SuiteTarget {
  readonly suite: string;
  readonly target: string;
  /** undefined when verdicts name a pair that the plan does not. */
  readonly plannedSuite?: PlannedSuite;
  readonly role: 'candidate' | 'reference';
  readonly device?: Device;
  readonly capture?: Capture;
  /** Targets of which the same is said hold the same list. */
  readonly verdicts: readonly VerdictBody[];
  /** Those that do not pass, in full. */
  readonly open: readonly Verdict[];
  readonly tensors: readonly TensorSummary[];
  readonly determinism?: Determinism['targets'][number];
  /** Where it differs first and why, once localized. */
  readonly diagnosis?: TargetDiagnosis;
  /** Worst status of its verdicts; undefined when nobody judged it. */
  readonly status?: Status;
}

/** Every planned capture in the plan's order, then whatever verdicts name beside the plan. */
export function suiteTargets(input: ReportInput): SuiteTarget[] {
  const { plan } = input;
  const captures = firstByPair(input.captures);
  const verdicts = firstByPair(targetVerdicts(input.verdicts));
  const comparisons = firstByPair(targetComparisons(input.comparisons));
  const determinism = firstByPair(input.determinism.targets);
  const diagnoses = firstByPair(input.diagnoses ?? []);
  const devices = new Map(plan.devices.map((each) => [each.name, each]));
  const suites = new Map(plan.suites.map((suite) => [suite.name, suite]));
  const planned = new Map(plan.captures.map((capture) => [pairKey(capture), capture]));
  const unplanned = [...verdicts].flatMap(([key, { suite, target }]) =>
    planned.has(key) ? [] : [{ suite, target }],
  );
  const pairs = [...planned.values(), ...unplanned];
  const summarise = tensorSummaries();

  return pairs.map((pair) => {
    const key = pairKey(pair);
    const device = devices.get(pair.target.slice(0, Math.max(0, pair.target.indexOf('/'))));
    const plannedSuite = suites.get(pair.suite);
    const capture = captures.get(key);
    const { said = [], open = [] } = verdicts.get(key) ?? {};
    const repeats = determinism.get(key);
    const diagnosis = diagnoses.get(key);
    const status = worstStatus(open) ?? (said.length > 0 ? 'PASS' : undefined);
    return {
      suite: pair.suite,
      target: pair.target,
      role: planned.get(key)?.role ?? 'candidate',
      verdicts: said,
      open,
      tensors: summarise(comparisons.get(key)?.measured ?? []),
      ...(plannedSuite === undefined ? {} : { plannedSuite }),
      ...(device === undefined ? {} : { device }),
      ...(capture === undefined ? {} : { capture }),
      ...(repeats === undefined ? {} : { determinism: repeats }),
      ...(diagnosis === undefined ? {} : { diagnosis }),
      ...(status === undefined ? {} : { status }),
    };
  });
}

/** 0 is the worst. */
export function statusRank(status: Status): number {
  return STATUSES.indexOf(status);
}

export function worstStatus(verdicts: readonly Pick<Verdict, 'status'>[]): Status | undefined {
  return STATUSES.find((status) => verdicts.some((verdict) => verdict.status === status));
}

/** Names may hold any character: the length of the first says where it ends. */
export function pairKey({ suite, target }: { readonly suite: string; readonly target: string }): string {
  return `${suite.length} ${suite}${target}`;
}

function firstByPair<Item extends { suite: string; target: string }>(
  items: readonly Item[],
): Map<string, Item> {
  return new Map([...groupBy(items, pairKey)].map(([key, group]) => [key, group[0]!]));
}
