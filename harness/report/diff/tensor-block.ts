import type { Verdict } from '../../domain/run-files.ts';
import { displayWidth, padEndTo, wrap } from '../display-width.ts';
import { visible } from '../escape.ts';
import { ruleWords } from '../failure-block.ts';
import {
  count,
  formatBareActualAndLimit,
  formatMetric,
  formatNumber,
  formatShare,
} from '../format-number.ts';
import { messageWords, nameText } from '../wording.ts';
import { changedAnswers, flipWords } from './answer-words.ts';
import type { DiffRow } from './diff-result.ts';
import { differingElements } from './differing-elements.ts';
import { elementText } from './element-text.ts';
import { spreadBar } from './spread-bar.ts';
import { typeText } from './table.ts';

interface Line {
  readonly label: string;
  /** What stays together on a line. */
  readonly parts: readonly string[];
}

/** One tensor that is over its limits, told in full: a title, then labelled lines within `columns`. */
export function tensorBlock(row: DiffRow, columns: number): string[] {
  const lines = [
    ...row.verdicts.filter(isOpen).flatMap(verdictLines),
    ...answerLines(row),
    mismatchLine(row),
    ...nonFiniteLines(row),
    ...worstLines(row),
    ...measureLines(row),
    ...spreadLines(row),
  ];
  const labelColumns = Math.max(...lines.map(({ label }) => displayWidth(label))) + 3;
  const room = Math.max(24, columns - 2 - labelColumns);
  return [
    ...wrap(`${titleOf(row)}  "${visible(row.tensor.tensor)}"  ${typeText(row)}`, columns),
    ...lines.flatMap(({ label, parts }) =>
      packed(parts, room).map((line, n) => `  ${padEndTo(n === 0 ? label : '', labelColumns)}${line}`),
    ),
  ];
}

function titleOf({ tensor: { status }, verdicts }: DiffRow): string {
  if (verdicts.length === 0) return 'DIFFERS';
  const until = verdicts.find(({ waiver }) => waiver?.expired === false)?.waiver?.expires;
  return status === 'WAIVED' && until ? `OVER BUDGET, waived until ${nameText(until)}` : 'OVER BUDGET';
}

function isOpen({ status }: Verdict): boolean {
  return status !== 'PASS';
}

function verdictLines(verdict: Verdict): Line[] {
  const { metric, actual, limit, operator, rule, waiver } = verdict;
  const said = messageWords(verdict);
  const numbers = formatBareActualAndLimit(metric, actual, limit);
  const found = actual === null ? [] : [`allowed ${operator} ${numbers.limit}`, `found ${numbers.actual}`];
  return [
    { label: metric, parts: [...found, ...(said === undefined ? [] : [said])] },
    { label: '', parts: [ruleWords(rule)] },
    ...(waiver === undefined
      ? []
      : [{ label: waiver.expired ? 'waiver expired' : 'waiver', parts: [ruleWords(waiver)] }]),
  ];
}

/** Further ones are in --json. */
const MOST_FLIPS = 3;

function answerLines(row: DiffRow): Line[] {
  const changed = changedAnswers(row);
  if (changed === undefined) return [];
  const flipped = row.tensor.decisions?.flipped ?? [];
  const rest = flipped.length - MOST_FLIPS;
  const shown = flipped.slice(0, MOST_FLIPS).map(flipWords);
  return [{ label: 'answers', parts: [changed, ...shown, ...(rest > 0 ? [`and ${rest} more`] : [])] }];
}

function mismatchLine(row: DiffRow): Line {
  const { tensor, tolerance } = row;
  const differing = differingElements(row) ?? 0;
  const share = formatShare(tensor.metrics.mismatch_fraction ?? null, 3);
  const elements = `${differing} of ${tensor.metrics.elements} elements`;
  const parts = isExact(row)
    ? [`${elements} differ (${share})`]
    : [`${elements} (${share})`, `beyond ${toleranceText(tolerance)}`];
  return { label: 'mismatch', parts };
}

function isExact({ tolerance }: DiffRow): boolean {
  return tolerance === undefined || (tolerance.atol === 0 && tolerance.rtol === 0);
}

/** As `|candidate - reference|` is held against it. */
function toleranceText(tolerance: DiffRow['tolerance']): string {
  const { atol = 0, rtol = 0 } = tolerance ?? {};
  const relative = `${formatNumber(rtol)}·|reference|`;
  if (rtol === 0) return formatNumber(atol);
  return atol === 0 ? relative : `${formatNumber(atol)} + ${relative}`;
}

function nonFiniteLines({ tensor: { metrics } }: DiffRow): Line[] {
  const of = (name: string) => (typeof metrics[name] === 'number' ? metrics[name] : 0);
  const side = (name: 'reference' | 'candidate') => `${of(`nan_${name}`)} NaN, ${of(`inf_${name}`)} infinite`;
  const all = ['nan_reference', 'nan_candidate', 'inf_reference', 'inf_candidate'].map(of);
  if (all.every((n) => n === 0)) return [];
  const mismatched = of('nonfinite_mismatch');
  const matched = of('nonfinite_matched');
  return [
    {
      label: 'not finite',
      parts: [
        `reference ${side('reference')};`,
        `candidate ${side('candidate')};`,
        `they differ at ${count(mismatched, 'place')}${matched > 0 ? ` and match at ${matched}` : ''}`,
        ...(of('nan_reference') > 0 && matched > 0 ? ['(NaN equals nothing)'] : []),
        `the errors below are those of the other ${of('elements') - mismatched - matched}`,
      ],
    },
  ];
}

/** Each on a line of its own. */
function worstLines({ tensor }: DiffRow): Line[] {
  const places = (tensor.worstElements ?? []).map(({ index }) => `[${index.join(', ')}]`);
  const width = Math.max(0, ...places.map(displayWidth));
  return (tensor.worstElements ?? []).map((element, n) => ({
    label: n === 0 ? 'worst' : '',
    parts: [`${padEndTo(places[n]!, width)}  ${elementText(element, tensor.dtype)}`],
  }));
}

interface Measures {
  readonly label: string;
  /** With the name to show. */
  readonly metrics: readonly (readonly [metric: string, shown: string])[];
}

const ERROR: Measures = {
  label: 'error',
  metrics: [
    ['max_abs', 'max_abs'],
    ['mean_abs', 'mean_abs'],
    ['rmse', 'rmse'],
    ['bias', 'bias'],
  ],
};
const RELATIVE: Measures = {
  label: 'relative',
  metrics: [
    ['max_rel', 'max_rel'],
    ['sqnr_db', 'sqnr'],
    ['cosine', 'cosine'],
    ['norm_ratio', 'norm_ratio'],
  ],
};
const ULP: Measures = { label: 'distance', metrics: [['max_ulp', 'at most']] };
/** An integer's steps and ULP are its error again. */
const STEPS: Measures = {
  label: 'steps',
  metrics: [
    ['off_by_one_fraction', 'off by one'],
    ['saturated_reference', 'reference saturated'],
    ['saturated_candidate', 'candidate saturated'],
  ],
};
const ROWS: Measures = {
  label: 'rows',
  metrics: [
    ['kl', 'kl'],
    ['js', 'js'],
    ['row_sum_error', 'row_sum_error'],
  ],
};

/** Metrics that do not apply to the dtype are left out. */
function measureLines({ tensor: { metrics } }: DiffRow): Line[] {
  const isInteger = metrics.max_steps !== undefined;
  return [ERROR, RELATIVE, isInteger ? STEPS : ULP, ROWS].flatMap(({ label, metrics: names }) => {
    const parts = names.flatMap(([metric, shown]) => {
      const value = metrics[metric];
      return value === undefined ? [] : [`${shown} ${formatMetric(metric, value)}`];
    });
    return parts.length === 0 ? [] : [{ label, parts }];
  });
}

function spreadLines({ tensor: { histograms } }: DiffRow): Line[] {
  const bar = histograms === undefined ? '' : spreadBar(histograms);
  return bar === '' ? [] : [{ label: '|error|', parts: [bar] }];
}

const GAP = '   ';

/** Parts share a line while they fit; one that fits no line is wrapped. */
function packed(parts: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const joined = `${last}${last?.endsWith(';') ? ' ' : GAP}${part}`;
    if (last !== undefined && displayWidth(joined) <= columns) lines[lines.length - 1] = joined;
    else lines.push(...wrap(part, columns));
  }
  return lines;
}
