import type { BaselineAnswer, BaselineBook } from '../../domain/baseline.ts';
import { metricDefinition } from '../../domain/metrics.ts';
import { ranAsRequested } from '../../domain/placement.ts';
import { fromJsonNumber, type Verdict } from '../../domain/run-files.ts';
import { baselineAnswerOf, baselinePlacementOf } from '../baseline/approved-answers.ts';
import { environmentClassOf } from '../baseline/environment-class.ts';
import { applyWaivers } from './apply-waivers.ts';
import { changeOf, changeWords, listed, type MetricMoves } from './baseline-change.ts';
import { classChange } from './class-change.ts';
import type { TargetCase } from './judge-target.ts';
import { aggregate, type Compared, isWorse, metricValue } from './measured.ts';
import { limitedMetrics, matchingRules } from './resolve-rule.ts';
import { judgeValue, stateVerdict } from './verdict.ts';

type Entry = BaselineBook['baselines'][number];

/** What a target is held against beside its budgets. */
export interface Approved {
  readonly book: BaselineBook;
  /** Baselines of this suite. */
  readonly ofSuite: readonly Entry[];
  /** Targets of this run that give the same bytes to a tensor, this one among them. */
  readonly peers: (tensor: string) => readonly string[];
  /** Of the suite's captured targets, by id. */
  readonly environments: ReadonlyMap<string, string>;
}

/** Metrics that people decide by are held to the approved value whether a budget names them or not. */
const ALWAYS: readonly string[] = ['max_abs', 'top1_agreement', 'accuracy'];

/** Verdicts of one captured target against what was approved of it; none where nobody has approved anything of the suite. */
export function judgeBaseline(
  target: TargetCase,
  compared: readonly Compared[],
  approved: Approved,
): readonly Verdict[] {
  if (approved.ofSuite.length === 0) return [];
  const environment = environmentClassOf(target.capture.provenance.device);
  const own = approved.ofSuite.filter((each) => each.target === target.target);
  const baseline = own.find((each) => each.environment.id === environment.id);
  if (baseline === undefined) return [missing(target, own, approved.book.folder, environment.id)];
  const { provenance } = target.capture;
  if (provenance.inputsSha256 !== baseline.inputsSha256)
    return [outdated(target, baseline, 'other inputs: nothing is held against it')];
  const isSameModel = provenance.modelSha256 === baseline.modelSha256;
  return [
    ...(isSameModel
      ? []
      : [outdated(target, baseline, 'another model: bytes are not compared, metrics are')]),
    ...judgeMovedNodes(target, baseline),
    ...target.tensors.flatMap((tensor) =>
      judgeTensor(
        target,
        tensor,
        compared.filter((each) => each.tensor === tensor),
        { approved, baseline, isSameModel },
      ),
    ),
  ];
}

/** Verdicts on what has a baseline and gave nothing to hold against it. */
export function judgeUncaptured(
  suite: string,
  approved: readonly Entry[],
  isInFleet: (target: string) => boolean,
  skipped: ReadonlySet<string>,
): readonly Verdict[] {
  const byTarget = new Map(approved.map((each) => [each.target, each]));
  return [...byTarget.values()].flatMap((entry) => {
    const isGone = !isInFleet(entry.target);
    if (!isGone && !skipped.has(entry.target)) return [];
    const message = isGone
      ? `it was approved, and the fleet has no such target any more; remove ${entry.file} if that is meant`
      : 'it was approved, and was skipped in this run: nothing is known of it';
    return [{ ...stateOf(suite, entry.target, message), baseline: entry.approved }];
  });
}

function stateOf(suite: string, target: string, message: string): Verdict {
  const about = { suite, case: '*', target, tensor: '*', metric: 'baseline' };
  return stateVerdict(about, 'WARN', message, 'what nobody approved is no agreement');
}

function missing(
  { suite, target }: TargetCase,
  own: readonly Entry[],
  folder: string,
  environment: string,
): Verdict {
  const others = own.map((each) => each.environment.id).join(', ');
  const why =
    own.length === 0
      ? `no baseline: nobody has approved ${target}`
      : `no baseline for the environment ${environment}; approved are ${others}`;
  return stateOf(
    suite,
    target,
    `${why}; once it is right:  fleetdiff approve RUN --reason … (into ${folder})`,
  );
}

function outdated({ suite, target }: TargetCase, baseline: Entry, what: string): Verdict {
  const message = `the baseline was approved for ${what}; approve this run once its answers are right`;
  return { ...stateOf(suite, target, message), baseline: baseline.approved };
}

/** Nodes on each provider that was not asked for, beyond what was approved. */
function judgeMovedNodes(target: TargetCase, baseline: Entry): readonly Verdict[] {
  const now = baselinePlacementOf(target.capture.placement);
  const then = new Map(baseline.placement.nodes.map(({ provider, count }) => [provider, count]));
  const grown = now.nodes.flatMap(({ provider, count }) => {
    const more = ranAsRequested(now.requested, provider) ? 0 : count - (then.get(provider) ?? 0);
    return more > 0 ? [{ provider, more }] : [];
  });
  const isUnknown = now.status === 'unknown' && baseline.placement.status === 'attested';
  if (grown.length === 0 && !isUnknown) return [];
  const moved = isUnknown ? Number.NaN : grown.reduce((sum, { more }) => sum + more, 0);
  const words = isUnknown
    ? 'the runtime gave no profile, and did when it was approved'
    : grown.map(({ provider, more }) => `${more} more on ${provider}`).join(', ');
  return held(target, '*', 'moved_nodes', moved, `${words} than approved`, baseline);
}

interface Held {
  readonly approved: Approved;
  readonly baseline: Entry;
  readonly isSameModel: boolean;
}

function judgeTensor(
  target: TargetCase,
  tensor: string,
  compared: readonly Compared[],
  { approved, baseline, isSameModel }: Held,
): readonly Verdict[] {
  const id = baseline.answers.find((each) => each.tensor === tensor)?.answer;
  const then = id === undefined ? undefined : approved.book.answers.get(id);
  const now = baselineAnswerOf(target.capture, tensor, compared);
  // What could not be compared is told by a verdict of its own.
  if (now === undefined) return [];
  if (then === undefined) {
    const message = `no baseline: nobody has approved "${tensor}" of this target`;
    return [{ ...stateOf(target.suite, target.target, message), baseline: baseline.approved }];
  }
  const change = changeOf(then, now);
  const words = changeWords(change, movesOf(target, tensor, then, compared));
  const verdict = (metric: string, actual: number, message: string | undefined) =>
    held(target, tensor, metric, actual, message, baseline);
  const worse = words.worse.length;
  const changed = change.unapproved.length + change.moved.length;
  const classes =
    isSameModel && change.unapproved.length > 0 ? classChange(tensor, approved, baseline) : undefined;
  return [
    ...(isSameModel ? verdict('changed_answers', changed, words.changed) : []),
    ...(isSameModel && change.diverged.length > 0
      ? verdict(
          'new_divergences',
          change.diverged.length,
          `bit-identical with the reference when approved: ${listed(change.diverged)}${words.reference}`,
        )
      : []),
    ...(worse > 0 || !isSameModel
      ? verdict(
          'worse_metrics',
          worse,
          worse > 0 ? `${words.worse.join(', ')}${isSameModel ? words.reference : ''}` : words.better,
        )
      : []),
    ...(classes === undefined ? [] : verdict('class_changes', classes.count, classes.words)),
  ];
}

/** Those that a budget limits, and those that people decide by. */
function heldMetrics({ budgets }: TargetCase): readonly string[] {
  const limited = limitedMetrics(budgets).filter((metric) => metricDefinition(metric)?.scope !== 'target');
  return [...new Set([...ALWAYS, ...limited])];
}

/**
 * How much worse is no change: what the target's own repeats differ by. Only max_abs has a noise in its own unit; the other
 * element metrics of a tensor whose repeats differ say nothing about one night against another.
 */
function noiseOf({ determinism, budgets }: TargetCase, tensor: string, metric: string): number {
  const measured = determinism?.tensors.find((each) => each.tensor === tensor);
  if (measured === undefined || measured.distinct_outputs <= 1) return 0;
  if (metric === 'max_abs')
    return (budgets?.noiseFloor?.factor ?? 1) * fromJsonNumber(measured.noise_max_abs);
  return metricDefinition(metric)?.scope === 'element' ? Number.POSITIVE_INFINITY : 0;
}

function isBeyond(metric: string, now: number, then: number, noise: number): boolean {
  if (!isWorse(metric, now, then)) return false;
  // NaN is within no noise.
  return !(Math.abs(now - then) <= noise);
}

/** Metrics that are not what was approved, in words. */
function movesOf(
  target: TargetCase,
  tensor: string,
  then: BaselineAnswer,
  compared: readonly Compared[],
): MetricMoves {
  const worse: string[] = [];
  const better: string[] = [];
  for (const metric of heldMetrics(target)) {
    const approved = then.metrics.find((each) => each.metric === metric)?.value;
    const valued = compared.filter((each) => typeof metricValue(each, metric) === 'number');
    const value = aggregate(metric, valued)?.value;
    if (approved === undefined || value === undefined) continue;
    const [from, to] = [fromJsonNumber(approved), value];
    const words = `${metric} ${numberWords(from)} → ${numberWords(to)}`;
    if (isBeyond(metric, to, from, noiseOf(target, tensor, metric))) worse.push(words);
    else if (isWorse(metric, from, to)) better.push(words);
  }
  return { worse, better };
}

/** One verdict against the baseline, under the budgets' own limits and waivers for its metric. */
function held(
  target: TargetCase,
  tensor: string,
  metric: string,
  actual: number,
  message: string | undefined,
  baseline: Entry,
): readonly Verdict[] {
  const subject = { ...target.subject, case: '*', tensor };
  const resolved = matchingRules(target.budgets, subject, metric, target.matches).at(-1);
  if (resolved === undefined) return [];
  const about = { suite: target.suite, case: '*', target: target.target, tensor, metric };
  const verdict: Verdict = {
    ...judgeValue(about, actual, resolved),
    ...(message === undefined ? {} : { message }),
    baseline: baseline.approved,
  };
  return [
    applyWaivers(verdict, target.budgets, target.now, (waiver) => target.matches(waiver.match, subject)),
  ];
}

/** As the summary prints numbers: four digits tell one night from another. */
function numberWords(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value);
}
