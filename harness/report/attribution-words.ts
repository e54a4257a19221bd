import type { Attribution, Cause, FactChange, SuiteOnTarget } from '../domain/attribution.ts';
import { visible } from './escape.ts';
import { count } from './format-number.ts';
import { nameText } from './wording.ts';

const MOST_NAMED = 5;
const DIGEST_DIGITS = 8;

/** What moved and what changed with it, a sentence a line: for the terminal and the comment. */
export function attributionWords(attribution: Attribution): string[] {
  const { run, moved, unmoved, unexplained, fresh, lost } = attribution;
  const total = moved.length + unmoved;
  const statusOnly = moved.filter(({ by }) => by === 'status');
  return [
    ...(total === 0 ? [`Nothing of ${visible(run)} has an earlier run to be held against.`] : []),
    ...(total > 0 && moved.length === 0
      ? [`None of ${count(total, 'target')} moved in ${visible(run)}.`]
      : []),
    ...(moved.length > 0 ? [`${moved.length} of ${count(total, 'target')} moved in ${visible(run)}.`] : []),
    ...causeWords(attribution),
    ...(unexplained.length > 0
      ? [
          `Nothing that is recorded changed on ${named(unexplained)}: ` +
            'an answer that changes by itself, or a change that nobody recorded.',
        ]
      : []),
    ...(statusOnly.length > 0
      ? [`The bytes are the same on ${named(statusOnly)}: a budget, a waiver or the placement changed.`]
      : []),
    ...(fresh.length > 0 ? [`First night of ${named(fresh)}.`] : []),
    ...(lost.length > 0 ? [`No capture tonight of ${named(lost)}.`] : []),
  ];
}

function causeWords({ causes }: Attribution): string[] {
  const told = causes.filter(({ phi }) => phi === null || (typeof phi === 'number' && phi > 0));
  const shown = told.slice(0, MOST_NAMED).map(sentenceOf);
  return told.length > MOST_NAMED
    ? [...shown, `${told.length - MOST_NAMED} weaker splits are not shown.`]
    : shown;
}

/** "9 of 9 targets that moved changed runtime onnxruntime-node 1.29 → 1.30; 0 of 3 that did not". */
function sentenceOf(cause: Cause): string {
  const { changes, movedChanged, movedTotal, unmovedChanged, unmovedTotal, phi } = cause;
  const what = changes.map(changeWords).join(' and ');
  const others = unmovedTotal === 0 ? '' : `; ${unmovedChanged} of ${unmovedTotal} that did not`;
  const together = changes.length > 1 ? ' They changed together: no target tells them apart.' : '';
  const everywhere =
    phi === null
      ? ' It changed everywhere or everything moved: no target is left to tell whether it is the cause.'
      : '';
  return `${movedChanged} of ${count(movedTotal, 'target')} that moved changed ${what}${others}.${together}${everywhere}`;
}

function changeWords({ of, fact, steps }: FactChange): string {
  const whose = of === 'reference' ? "the reference's " : '';
  const [step, ...more] = steps;
  if (step === undefined || more.length > 0) return `${whose}${fact}, each in its own way`;
  if (fact === 'options') return `${whose}options: ${optionWords(step.from, step.to)}`;
  return `${whose}${fact} ${valueWords(step.from)} → ${valueWords(step.to)}`;
}

function valueWords(value: string): string {
  if (value === '') return '(none)';
  return visible(/^[0-9a-f]{64}$/.test(value) ? value.slice(0, DIGEST_DIGITS) : value);
}

/** The options that differ, with both values; they are kept as one JSON text. */
function optionWords(from: string, to: string): string {
  const before = optionsOf(from);
  const now = optionsOf(to);
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  const shown = (value: unknown) => (value === undefined ? '(none)' : visible(JSON.stringify(value)));
  return names
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]))
    .map((name) => `${visible(name)} ${shown(before[name])} → ${shown(now[name])}`)
    .join(', ');
}

function optionsOf(text: string): Readonly<Record<string, unknown>> {
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function named(targets: readonly SuiteOnTarget[]): string {
  const names = targets
    .slice(0, MOST_NAMED)
    .map(({ suite, target }) => `${nameText(target)} (${nameText(suite)})`);
  const rest = targets.length - names.length;
  return rest > 0 ? `${names.join(', ')} and ${rest} more` : names.join(', ');
}
