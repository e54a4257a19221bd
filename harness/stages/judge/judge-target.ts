import { fallbackNodes } from '../../domain/placement.ts';
import type { ComparisonBody, Verdict } from '../../domain/run-files.ts';
import { distinctOutputs, repeatsOf } from '../compare/answers.ts';
import type { CapturedCapture } from '../deliveries.ts';
import { applyWaivers } from './apply-waivers.ts';
import { type Approved, judgeBaseline } from './judge-baseline.ts';
import { type Judging, judgeValues } from './judge-values.ts';
import type { Compared } from './measured.ts';
import { matchingRules } from './resolve-rule.ts';
import { judgeValue, stateVerdict } from './verdict.ts';

/** One target's captured answers to one suite, and what they are judged by. */
export interface TargetCase extends Judging {
  readonly capture: CapturedCapture;
  /** Targets that gave the same answers hold the same list. */
  readonly comparisons: readonly ComparisonBody[];
  readonly cases: readonly string[];
  readonly tensors: readonly string[];
  readonly approved: Approved;
}

/** Every verdict on one target and suite, in the order: state, placement, determinism, values, baseline. */
export function judgeTarget(target: TargetCase): readonly Verdict[] {
  const compared = target.comparisons.filter(
    (comparison): comparison is Compared => comparison.status === 'compared' && !isStale(comparison, target),
  );
  return [
    ...judgeComparability(target),
    ...judgePlacement(target),
    ...target.tensors.flatMap((tensor) => [
      ...judgeDeterminism(target, tensor),
      ...judgeValues(
        target,
        tensor,
        compared.filter((comparison) => comparison.tensor === tensor),
        target.cases.length,
      ),
    ]),
    ...judgeBaseline(target, compared, target.approved),
  ];
}

/** The comparison was made of other bytes than the capture now holds. */
function isStale(comparison: Compared, { capture }: TargetCase): boolean {
  const entry = capture.cases.find((each) => each.case === comparison.case);
  const answers = entry ? repeatsOf(entry, comparison.tensor) : [];
  return !answers.some(({ sha256 }) => sha256 === comparison.digest.candidate);
}

function judgeComparability(target: TargetCase): readonly Verdict[] {
  const { suite, capture, comparisons } = target;
  const refused = comparisons.filter((comparison) => comparison.status === 'notComparable');
  const verdicts = refused.map((comparison) =>
    stateVerdict(
      {
        suite,
        case: comparison.case,
        target: capture.target,
        tensor: comparison.tensor,
        metric: 'comparable',
      },
      'NOT_COMPARABLE',
      comparison.reason,
      'names, shapes, dtypes and counts are compared first',
    ),
  );
  const seen = new Set(comparisons.map(({ case: name, tensor }) => `${name}\0${tensor}`));
  const silent = target.cases.flatMap((name) =>
    target.tensors.filter((tensor) => !seen.has(`${name}\0${tensor}`)).map((tensor) => ({ name, tensor })),
  );
  const incomplete = (name: string, tensor: string, message: string) =>
    stateVerdict(
      { suite, case: name, target: capture.target, tensor, metric: 'comparable' },
      'INCOMPLETE',
      message,
      'absence never looks like agreement',
    );
  const missing = silent.map(({ name, tensor }) =>
    incomplete(
      name,
      tensor,
      'the plan asks for this comparison and none was made; run "fleetdiff compare" again',
    ),
  );
  const stale = comparisons
    .filter((comparison) => comparison.status === 'compared' && isStale(comparison, target))
    .map((comparison) =>
      incomplete(
        comparison.case,
        comparison.tensor,
        'the capture has changed since it was compared; run "fleetdiff compare" again',
      ),
    );
  return [...verdicts, ...missing, ...stale];
}

function judgePlacement(target: TargetCase): readonly Verdict[] {
  const actual = fallbackNodes(target.capture.placement);
  const subject = { ...target.subject, case: '*', tensor: '*' };
  const resolved = matchingRules(target.budgets, subject, 'fallback_nodes', target.matches).at(-1);
  if (!resolved) return [];
  const verdict = judgeValue(
    {
      suite: target.suite,
      case: '*',
      target: target.capture.target,
      tensor: '*',
      metric: 'fallback_nodes',
    },
    actual,
    resolved,
  );
  const message = Number.isNaN(actual)
    ? { message: 'the runtime gave no profile, so nobody knows where the nodes ran' }
    : {};
  const complete = { ...verdict, ...(verdict.status === 'PASS' ? {} : message) };
  return [
    applyWaivers(complete, target.budgets, target.now, (waiver) => target.matches(waiver.match, subject)),
  ];
}

function judgeDeterminism(target: TargetCase, tensor: string): readonly Verdict[] {
  const measured = target.determinism?.tensors.find((entry) => entry.tensor === tensor);
  const subject = { ...target.subject, case: '*', tensor };
  const resolved = matchingRules(target.budgets, subject, 'distinct_outputs', target.matches).at(-1);
  if (!resolved) return [];
  const about = {
    suite: target.suite,
    case: '*',
    target: target.capture.target,
    tensor,
    metric: 'distinct_outputs',
  };
  if (!measured) {
    const message = 'the repeats have not been measured; run "fleetdiff compare" again';
    return [stateVerdict(about, 'INCOMPLETE', message, 'absence never looks like agreement')];
  }
  // Counted from the capture too: what was measured may be of an older one.
  const captured = distinctOutputs(target.capture.cases, tensor);
  const verdict = judgeValue(about, Math.max(measured.distinct_outputs, captured), resolved);
  return [
    applyWaivers(verdict, target.budgets, target.now, (waiver) => target.matches(waiver.match, subject)),
  ];
}
