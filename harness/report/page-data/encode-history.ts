import type { Attribution, Cause, FactChange } from '../../domain/attribution.ts';
import { attributionWords } from '../attribution-words.ts';
import { shortenMiddle } from '../display-width.ts';
import { visible } from '../escape.ts';
import type { ReportInput } from '../report-input.ts';
import { pairKey, type SuiteTarget } from '../suite-targets.ts';
import type { CauseHead, ChangeHead, MovedHead, TrendLines } from './page-data.ts';
import { roundNumbers } from './round-numbers.ts';

const MOST_CAUSES = 5;
const MOST_COLUMNS = 200;
const DIGEST_DIGITS = 12;
const DIGITS = 7;

/** What moved since the runs before; undefined where nothing did, or no history keeps the run. */
export function movedHead(
  { attribution }: ReportInput,
  targets: readonly SuiteTarget[],
): MovedHead | undefined {
  if (attribution === undefined || attribution.moved.length === 0) return undefined;
  const indices = indicesOf(targets);
  const told = attribution.causes.filter(tellsApart);
  return {
    sentences: attributionWords({ ...attribution, causes: [] }),
    targets: attribution.moved.flatMap((moved) => indices.get(pairKey(moved)) ?? []),
    causes: told.slice(0, MOST_CAUSES).map(causeHead),
    weaker: Math.max(0, told.length - MOST_CAUSES),
  };
}

/** A change that the targets that stayed have as often is no cause. */
function tellsApart({ phi }: Attribution['causes'][number]): boolean {
  return phi === null || (typeof phi === 'number' && phi > 0);
}

function causeHead(cause: Cause): CauseHead {
  const { movedChanged, movedTotal, unmovedChanged, unmovedTotal, phi } = cause;
  return {
    changes: cause.changes.flatMap(changeHeads),
    moved: { changed: movedChanged, of: movedTotal },
    unmoved: { changed: unmovedChanged, of: unmovedTotal },
    ...(typeof phi === 'number' ? { phi } : {}),
  };
}

/** A line for every option that differs, else one. */
function changeHeads({ of, fact, steps }: FactChange): ChangeHead[] {
  const what = of === 'reference' ? `the reference's ${fact}` : fact;
  const [step, ...others] = steps;
  if (step === undefined || others.length > 0) return [{ what }];
  if (fact !== 'options') return [{ what, step: { from: valueText(step.from), to: valueText(step.to) } }];
  const [from, to] = [optionsOf(step.from), optionsOf(step.to)];
  return [...new Set([...from.keys(), ...to.keys()])]
    .filter((name) => from.get(name) !== to.get(name))
    .map((name) => ({
      what: `${what}: ${valueText(name)}`,
      step: { from: valueText(from.get(name) ?? ''), to: valueText(to.get(name) ?? '') },
    }));
}

function valueText(value: string): string {
  if (value === '') return '(none)';
  return shortenMiddle(
    visible(/^[0-9a-f]{64}$/.test(value) ? value.slice(0, DIGEST_DIGITS) : value),
    MOST_COLUMNS,
  );
}

/** Options are kept as one JSON text. */
function optionsOf(text: string): ReadonlyMap<string, string> {
  const options = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  return new Map(Object.entries(options).map(([name, value]) => [name, JSON.stringify(value)]));
}

/** Lines of what moved over the last runs, by target; undefined where no history keeps the run. */
export function trendLines({ trends }: ReportInput, targets: readonly SuiteTarget[]): TrendLines | undefined {
  if (trends === undefined) return undefined;
  const indices = indicesOf(targets);
  return {
    runs: trends.runs,
    leftOut: trends.leftOut,
    lines: trends.series.flatMap(({ suite, target, values, ...line }) => {
      const index = indices.get(pairKey({ suite, target }));
      return index === undefined ? [] : [{ target: index, ...line, values: roundNumbers(values, DIGITS) }];
    }),
  };
}

function indicesOf(targets: readonly SuiteTarget[]): ReadonlyMap<string, number> {
  return new Map(targets.map((target, index) => [pairKey(target), index]));
}
