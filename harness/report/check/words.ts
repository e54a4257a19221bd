import type {
  CheckedSide,
  CheckedTarget,
  CheckedViolation,
  CheckOutcome,
  ModelCheck,
} from '../../domain/model-check.ts';
import {
  count,
  formatBareActualAndLimit,
  formatMetric,
  formatNumber,
  formatShare,
} from '../format-number.ts';
import { joinWords } from '../join-words.ts';
import { nameText, operatorSign, proseText } from '../wording.ts';

const MOST_NAMED = 3;

export const OUTCOME_WORDS: Readonly<Record<CheckOutcome, string>> = {
  unknown: 'Cannot tell',
  broken: 'Broken',
  accepted: 'Accepted',
  still: 'Still over',
  fixed: 'Mended',
  skipped: 'Skipped',
  within: 'Within',
};

/** The verdict in one sentence, without a full stop. */
export function checkSentence({ exitCode, targets }: ModelCheck): string {
  const broken = targets.filter(({ newViolations }) => newViolations.length > 0);
  const untold = targets.filter(({ unknown }) => unknown.length > 0);
  const fixed = targets.filter((each) => each.fixed.length > 0);
  const also = fixed.length === 0 ? '' : `, and mends ${named(fixed)}`;
  if (exitCode === 3) {
    const why =
      untold.length === 0
        ? 'no target was judged on both sides'
        : `the runs are incomplete for ${named(untold)}`;
    const known = broken.length === 0 ? '' : `; head breaks ${named(broken)}`;
    return `Cannot tell what head breaks: ${why}${known}`;
  }
  if (exitCode === 1) {
    const causes = [
      ...new Set(broken.flatMap(({ cause }) => (cause === undefined ? [] : [proseText(cause.title)]))),
    ];
    return `Head breaks ${named(broken)}${causes.length === 0 ? '' : ` (${causes.join('; ')})`}${also}`;
  }
  const kept = [
    ...phrase(
      targets.filter(({ accepted }) => accepted.length > 0),
      'accepted under a waiver that came with head',
    ),
    ...phrase(
      targets.filter(({ still }) => still.length > 0),
      'over budget as before',
    ),
    ...phrase(
      targets.filter(({ outcome }) => outcome === 'skipped'),
      'skipped, of which nothing is known',
    ),
  ].join('');
  return `Head breaks nothing${also}${kept}`;
}

function phrase(targets: readonly CheckedTarget[], words: string): string[] {
  return targets.length === 0 ? [] : [`; ${count(targets.length, 'target')} ${words}`];
}

function named(targets: readonly CheckedTarget[]): string {
  const names = targets.slice(0, MOST_NAMED).map(({ target }) => nameText(target));
  const more = targets.length - names.length;
  return joinWords(more === 0 ? names : [...names, `${more} more`]);
}

/** "max_steps 2 → 19, allowed ≤ 2"; what was no number is a status. */
export function violationWords({ metric, base, head, limit, operator }: CheckedViolation): string {
  const side = (seen: CheckedViolation['base']) => {
    if (seen === null) return 'none';
    if (seen.actual === null) return seen.status;
    return formatBareActualAndLimit(metric, seen.actual, limit).actual;
  };
  const allowed = formatBareActualAndLimit(metric, head?.actual ?? null, limit).limit;
  const bound = limit === null ? '' : `, allowed ${operatorSign(operator)} ${allowed}`;
  return `${nameText(metric)} ${side(base)} → ${side(head)}${bound}`;
}

/** Why a waiver does not excuse what is new; undefined where none is there, or it is plain. */
export function waiverWords({ waiver, head, base }: CheckedViolation): string | undefined {
  if (waiver === undefined) return undefined;
  const where = `the waiver of ${nameText(waiver.file)}${waiver.line === undefined ? '' : `:${waiver.line}`}`;
  if (waiver.expired) return `${where} has expired`;
  if (head?.status === 'FAIL') return `${where} does not reach that far`;
  const isNeededByBase = base?.status === 'WAIVED' || base?.status === 'FAIL';
  return isNeededByBase ? undefined : `${where} is older than this change, and base does not need it`;
}

/** "98.5 % → 99 %", or one value where both are the same. */
export function changeWords(metric: string, base: number | null, head: number | null): string {
  const [before, after] = [base, head].map((value) => (value === null ? '–' : formatMetric(metric, value)));
  return before === after ? after! : `${before} → ${after}`;
}

/** "3 of 200 answers (1 near tie)", or that nothing changes; undefined where a side gave no outputs. */
export function agreementWords({ agreement }: CheckedTarget): string | undefined {
  if (agreement === undefined) return undefined;
  const { cases, identicalCases, samples, flips, near_ties } = agreement;
  if (cases > 0 && identicalCases === cases) return 'same bytes';
  if (samples === 0) return `${identicalCases} of ${count(cases, 'case')} identical`;
  const changed = flips + near_ties;
  const ties = near_ties === 0 ? '' : ` (${count(near_ties, 'near tie')})`;
  return changed === 0 ? `0 of ${samples}` : `${changed} of ${samples}${ties}`;
}

/** What served as reference, and why no other. */
export function referenceOf({ reference }: CheckedSide): string {
  const why = reference.why === undefined ? '' : `; ${proseText(reference.why)}, so it was computed now`;
  return `${reference.words}${why}`;
}

/** "base: models/a.onnx (sha256 0123abcd…) at main (abc1234)". */
export function modelWords({ given, revision, model }: CheckedSide): string {
  const at = revision === undefined ? '' : ` at ${nameText(given)} (${revision.slice(0, 10)})`;
  return `${nameText(model.path)}${at}, sha256 ${model.sha256.slice(0, 12)}`;
}

export function weightsWords({ weights, initializers, nodes }: ModelCheck): string {
  const having = (change: string) => weights.filter((each) => each.change === change).length;
  const parts = (['changed', 'reshaped', 'added', 'removed'] as const).flatMap((change) =>
    having(change) === 0 ? [] : [`${having(change)} ${change}`],
  );
  const graph = nodes.base === nodes.head ? '' : `; nodes ${nodes.base} → ${nodes.head}`;
  const of = count(Math.max(initializers.base, initializers.head), 'initializer');
  return `${parts.length === 0 ? 'none' : parts.join(', ')} of ${of}${graph}`;
}

export function largestWords(max_abs: ModelCheck['weights'][number]['max_abs']): string {
  return max_abs === null ? '' : formatNumber(max_abs);
}

export function shareWords(changed: number, elements: number): string {
  return `${changed} of ${elements} (${formatShare(elements === 0 ? 0 : changed / elements, 3)})`;
}
