import type { Attribution, Cause, FactChange, MovedTarget, SuiteOnTarget } from '../../domain/attribution.ts';
import { groupBy } from '../../domain/group-by.ts';
import { ENVIRONMENT_FACTS, type Facts, type ObservedTarget, type TargetStep } from '../../domain/history.ts';
import { STATUSES, type Status, toJsonNumber } from '../../domain/run-files.ts';

/**
 * What split the targets that moved from those that did not. Every fact of the environment that changed on a moved target makes
 * a 2×2 table over the fleet (moved or not × changed or not), ranked by its phi coefficient. Phi and not mutual information:
 * a fact that changed only where nothing moved tells as much in bits, and is no cause. Pure.
 */
export function attribute(run: string, steps: readonly TargetStep[]): Attribution {
  const compared = steps.flatMap((step) => comparedStep(step) ?? []);
  const moved = compared.filter(({ move }) => move !== undefined);
  return {
    schemaVersion: 1,
    kind: 'attribution',
    run,
    moved: moved.flatMap(({ move }) => move ?? []),
    unmoved: compared.length - moved.length,
    fresh: steps.filter(({ before, now }) => before === null && now.environment !== null).map(nameOf),
    lost: steps.filter(({ before, now }) => before !== null && now.environment === null).map(nameOf),
    causes: causesOf(compared),
    unexplained: moved.filter(({ changes }) => changes.length === 0).map(({ step }) => nameOf(step)),
  };
}

interface Change {
  readonly of: FactChange['of'];
  readonly fact: FactChange['fact'];
  readonly from: string;
  readonly to: string;
}

interface ComparedStep {
  readonly step: TargetStep;
  readonly move: MovedTarget | undefined;
  readonly changes: readonly Change[];
}

function comparedStep(step: TargetStep): ComparedStep | undefined {
  const { before, now } = step;
  if (before === null || before.environment === null || now.environment === null) return undefined;
  return {
    step,
    move: moveOf(step, before),
    changes: [
      ...changesOf('target', before.environment, now.environment),
      ...(before.reference === null || now.reference === null
        ? []
        : changesOf('reference', before.reference, now.reference)),
    ],
  };
}

function moveOf({ suite, target, now }: TargetStep, before: ObservedTarget): MovedTarget | undefined {
  const tensors = Object.keys(now.answers).filter(
    (tensor) => tensor in before.answers && before.answers[tensor] !== now.answers[tensor],
  );
  if (tensors.length === 0 && !isWorse(before.status, now.status)) return undefined;
  const by = tensors.length > 0 ? 'answer' : 'status';
  return {
    suite,
    target,
    before: before.run,
    by,
    tensors,
    statusBefore: before.status,
    statusNow: now.status,
  };
}

/** Statuses are listed worst first. */
function isWorse(before: Status | null, now: Status | null): boolean {
  return before !== null && now !== null && STATUSES.indexOf(now) < STATUSES.indexOf(before);
}

function changesOf(of: Change['of'], before: Facts, now: Facts): Change[] {
  return ENVIRONMENT_FACTS.filter((fact) => before[fact] !== now[fact]).map((fact) => ({
    of,
    fact,
    from: before[fact],
    to: now[fact],
  }));
}

/** A change of a fact, and on which of the compared targets it happened. */
interface Split {
  readonly change: FactChange;
  readonly on: ReadonlySet<ComparedStep>;
}

function causesOf(compared: readonly ComparedStep[]): Cause[] {
  const splits = [
    ...groupBy(occurrencesOf(compared), ({ change }) => JSON.stringify([change.of, change.fact])),
  ]
    .flatMap(([, occurrences]) => splitsOfFact(occurrences, compared))
    .filter(({ on }) => [...on].some(({ move }) => move !== undefined));
  const alike = groupBy(splits, ({ on }) => compared.map((each) => (on.has(each) ? 1 : 0)).join(''));
  return [...alike.values()]
    .map((group) => ({ ...tableOf(group[0]!.on, compared), changes: group.map(({ change }) => change) }))
    .sort((left, right) => rank(right) - rank(left) || right.movedChanged - left.movedChanged);
}

interface Occurrence {
  readonly change: Change;
  readonly at: ComparedStep;
}

const occurrencesOf = (compared: readonly ComparedStep[]): Occurrence[] =>
  compared.flatMap((at) => at.changes.map((change) => ({ change, at })));

/** Each step that a fact made on its own, or all of them as one where that splits the fleet better. */
function splitsOfFact(occurrences: readonly Occurrence[], compared: readonly ComparedStep[]): Split[] {
  const parts = [
    ...groupBy(occurrences, ({ change: { from, to } }) => JSON.stringify([from, to])).values(),
  ].map(splitOf);
  if (parts.length < 2) return parts;
  const whole = splitOf(occurrences);
  const scoreOf = ({ on }: Split) => rank(tableOf(on, compared));
  return parts.every((part) => scoreOf(part) < scoreOf(whole)) ? [whole] : parts;
}

function splitOf(occurrences: readonly Occurrence[]): Split {
  const [{ change }] = occurrences as [Occurrence];
  const steps = new Map(
    occurrences.map(({ change: { from, to } }) => [JSON.stringify([from, to]), { from, to }]),
  );
  return {
    change: { of: change.of, fact: change.fact, steps: [...steps.values()] },
    on: new Set(occurrences.map(({ at }) => at)),
  };
}

type Table = Omit<Cause, 'changes'>;

function tableOf(on: ReadonlySet<ComparedStep>, compared: readonly ComparedStep[]): Table {
  const countOf = (moved: boolean, changed: boolean) =>
    compared.filter((each) => (each.move !== undefined) === moved && on.has(each) === changed).length;
  const movedChanged = countOf(true, true);
  const unmovedChanged = countOf(false, true);
  const movedTotal = movedChanged + countOf(true, false);
  const unmovedTotal = unmovedChanged + countOf(false, false);
  const phi = phiCoefficient(
    movedChanged,
    movedTotal - movedChanged,
    unmovedChanged,
    unmovedTotal - unmovedChanged,
  );
  return {
    movedChanged,
    movedTotal,
    unmovedChanged,
    unmovedTotal,
    phi: Number.isNaN(phi) ? null : toJsonNumber(phi),
  };
}

/**
 * φ = (a·d − b·c) / √((a+b)(c+d)(a+c)(b+d)), −1 to 1, for the table [[a, b], [c, d]]; NaN when a row or a column is empty.
 * Yule 1912, "On the methods of measuring association between two attributes", J. R. Stat. Soc. 75, 579–652.
 */
export function phiCoefficient(a: number, b: number, c: number, d: number): number {
  return (a * d - b * c) / Math.sqrt((a + b) * (c + d) * (a + c) * (b + d));
}

/** What cannot be told apart says less than a split that holds, and more than one that points the other way. */
function rank({ phi }: Table): number {
  return typeof phi === 'number' ? phi : 0;
}

const nameOf = ({ suite, target }: SuiteOnTarget): SuiteOnTarget => ({ suite, target });
