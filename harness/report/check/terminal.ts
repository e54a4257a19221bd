import pico from 'picocolors';
import type { CheckedSide, CheckedTarget, CheckOutcome, ModelCheck } from '../../domain/model-check.ts';
import { displayWidth, padEndTo, shortenMiddle, wrap } from '../display-width.ts';
import { count } from '../format-number.ts';
import type { Colours } from '../status-text.ts';
import { asciiText } from '../terminal/signs.ts';
import type { TerminalOptions } from '../terminal.ts';
import { nameText, proseText } from '../wording.ts';
import {
  changeWords,
  checkSentence,
  modelWords,
  OUTCOME_WORDS,
  referenceOf,
  violationWords,
  waiverWords,
  weightsWords,
} from './words.ts';

const SIGNS: Readonly<Record<CheckOutcome, string>> = {
  unknown: '?',
  broken: '✖',
  accepted: '◆',
  still: '▲',
  fixed: '✔',
  skipped: '–',
  within: '✔',
};
const LEAST_COLUMNS = 60;
const MOST_ROWS = 20;
const MOST_LIMITS = 5;
const MOST_NAME = 28;
const LABEL = 9;
const GAP = '  ';

/** What was checked, one line a target with what head breaks below it, worst first, then weights and the verdict. */
export function renderCheckTerminal(check: ModelCheck, options: TerminalOptions): string {
  const columns = Math.max(LEAST_COLUMNS, options.columns);
  const colours = pico.createColors(options.colour);
  const lines = [
    ...sideLines('base', check.base, columns),
    ...sideLines('head', check.head, columns),
    '',
    ...targetLines(check, columns, colours),
    '',
    ...labelled('weights', weightsWords(check), columns),
    ...(check.budgetsChanged
      ? labelled('budgets', 'head changes budgets.yml; both models were judged by it', columns)
      : []),
    ...wrap(checkSentence(check), columns).map((line) =>
      colours.bold({ 0: colours.green, 1: colours.red, 3: colours.magenta }[check.exitCode](line)),
    ),
  ];
  const text = lines.map((line) => `${line.trimEnd()}\n`).join('');
  return options.ascii ? asciiText(text) : text;
}

function sideLines(name: string, side: CheckedSide, columns: number): string[] {
  const { planned, captured } = side.captures;
  const reused =
    side.reused.length === 0 ? '' : `, reused ${side.reused.length} of ${count(planned, 'capture')}`;
  return [
    ...labelled(name, modelWords(side), columns),
    ...labelled('', `compared with ${referenceOf(side)}`, columns),
    ...labelled('', `${captured} of ${planned} captured${reused}`, columns),
  ];
}

function labelled(label: string, words: string, columns: number): string[] {
  return wrap(words, columns - LABEL).map((line, at) => `${(at === 0 ? label : '').padEnd(LABEL)}${line}`);
}

function targetLines({ targets }: ModelCheck, columns: number, colours: Colours): string[] {
  const shown = targets.slice(0, MOST_ROWS);
  const cells = shown.map((target) => [
    `${SIGNS[target.outcome]} ${OUTCOME_WORDS[target.outcome]}`,
    shortenMiddle(nameText(target.target), MOST_NAME),
    shareOf(target, 'accuracy'),
    shareOf(target, 'top1_agreement'),
    changedOf(target),
  ]);
  const heads = ['outcome', 'target', 'accuracy', 'top-1', 'changed'];
  const used = heads.map((_, n) => cells.some((row) => row[n] !== ''));
  const widths = heads.map((head, n) =>
    Math.max(displayWidth(head), ...cells.map((row) => displayWidth(row[n]!))),
  );
  // A terminal that is too narrow loses the last columns, which summary.md has.
  const fits = (n: number) =>
    used.slice(0, n + 1).reduce((sum, isUsed, at) => sum + (isUsed ? widths[at]! + GAP.length : 0), 0) -
      GAP.length <=
    columns;
  const line = (row: readonly string[]) =>
    row
      .flatMap((cell, n) => (used[n] && fits(n) ? [padEndTo(cell, widths[n]!)] : []))
      .join(GAP)
      .trimEnd();
  const more = targets.length - shown.length;
  return [
    colours.dim(line(heads)),
    ...shown.flatMap((target, at) => [
      paint(target.outcome, colours)(line(cells[at]!)),
      ...detailLines(target, columns).map((detail) => colours.dim(detail)),
    ]),
    ...(more === 0 ? [] : [`… ${count(more, 'more target')}: check.json has them all`]),
  ];
}

function shareOf({ answers }: CheckedTarget, metric: string): string {
  const found = answers.find((each) => each.metric === metric);
  return found === undefined ? '' : changeWords(metric, found.base, found.head);
}

/** Answers that head changes of base's, near ties among them. */
function changedOf({ agreement }: CheckedTarget): string {
  if (agreement === undefined) return '';
  const { cases, identicalCases, samples, flips, near_ties } = agreement;
  return samples === 0 ? `${cases - identicalCases}/${cases}` : `${flips + near_ties}/${samples}`;
}

function paint(outcome: CheckOutcome, colours: Colours): (text: string) => string {
  const paints: Partial<Record<CheckOutcome, (text: string) => string>> = {
    unknown: colours.magenta,
    broken: (text) => colours.bold(colours.red(text)),
    accepted: colours.cyan,
    still: colours.yellow,
    skipped: colours.dim,
  };
  return paints[outcome] ?? colours.green;
}

function detailLines(target: CheckedTarget, columns: number): string[] {
  const { cause } = target;
  const limits = [
    ...target.newViolations.map((each) => `breaks ${placed(each.tensor)}${violationWords(each)}`),
    ...target.accepted.map((each) => `accepted with head: ${placed(each.tensor)}${violationWords(each)}`),
    ...target.fixed.map((each) => `mends ${placed(each.tensor)}${violationWords(each)}`),
    ...target.still.flatMap((each) =>
      each.worse ? [`worse: ${placed(each.tensor)}${violationWords(each)}`] : [],
    ),
  ];
  const words = [
    ...target.unknown.map(proseText),
    ...(target.skipped === undefined ? [] : [proseText(target.skipped)]),
    ...(limits.length > MOST_LIMITS
      ? [...limits.slice(0, MOST_LIMITS), `… ${count(limits.length - MOST_LIMITS, 'more limit')}`]
      : limits),
    ...(cause === undefined ? [] : [`cause: ${proseText(cause.title)}. ${proseText(cause.remedy)}`]),
    ...new Set(target.newViolations.flatMap((each) => waiverWords(each) ?? [])),
  ];
  return words.flatMap((text) => wrap(text, columns - 4).map((line) => `    ${line}`));
}

function placed(tensor: string): string {
  return tensor === '*' ? '' : `"${nameText(tensor)}" `;
}
