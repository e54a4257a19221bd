import type { CheckedTarget, CheckedViolation, ModelCheck } from '../../domain/model-check.ts';
import { markdownText } from '../escape.ts';
import { count, formatBytes } from '../format-number.ts';
import { bytesOf, nameCell, row, type Table, tableText, textCell } from '../summary/table.ts';
import { brokenLimits } from './broken-limits.ts';
import {
  agreementWords,
  changeWords,
  checkSentence,
  largestWords,
  modelWords,
  OUTCOME_WORDS,
  referenceOf,
  shareWords,
  violationWords,
  weightsWords,
} from './words.ts';

/** GitHub cuts a comment at 65,536 characters. */
const MOST_BYTES = 60_000;

/** Markdown for a pull-request comment, at most 60,000 bytes of UTF-8; what is cut is counted. */
export function renderCheckSummary(check: ModelCheck): string {
  const head = headText(check);
  const tables = [
    brokenTable(check),
    untoldTable(check),
    violationTable('Head mends', check, ({ fixed }) => fixed),
    violationTable('Over budget by a waiver that came with head', check, ({ accepted }) => accepted),
    targetTable(check),
    violationTable('Over budget before and after', check, ({ still }) => still, true),
    weightTable(check),
  ].filter(({ rows }) => rows.length > 0);
  let room = MOST_BYTES - bytesOf(head);
  const texts = tables.map((table, at) => {
    const left = tables.length - at;
    const text = tableText(table, left === 1 ? room : (room / left) * 1.5);
    room -= bytesOf(text);
    return text;
  });
  return head + texts.join('');
}

function headText(check: ModelCheck): string {
  const { base, head, suite, budgetsChanged } = check;
  const side = (name: string, each: typeof base) => {
    const { planned, captured } = each.captures;
    const reused =
      each.reused.length === 0 ? '' : `, reused ${each.reused.length} of ${count(planned, 'capture')}`;
    return `| ${name} | ${textCell(modelWords(each))} | ${textCell(referenceOf(each))} | ${captured} of ${planned}${reused} |`;
  };
  return [
    `### ${markdownText(checkSentence(check))}`,
    '',
    `Suite ${nameCell(suite)}, both models on the same devices, cases and budgets${budgetsChanged ? ' (those of head, which changes budgets.yml)' : ''}. Weights: ${markdownText(weightsWords(check))}.`,
    '',
    '|  | Model | Compared with | Captured |',
    '| --- | --- | --- | --- |',
    side('base', base),
    side('head', head),
    '',
  ].join('\n');
}

/** A row for each tensor: its limits side by side, and what they have in common once. */
function brokenTable({ targets }: ModelCheck): Table {
  const rows = targets.flatMap((target) =>
    brokenLimits(target).map(({ tensor, words, waiver, violations }, at) =>
      row([
        nameCell(target.target),
        tensor === '*' ? 'all' : nameCell(tensor),
        words.map(textCell).join('<br>'),
        at === 0 ? causeCell(target) : '',
        [...[...new Set(violations.map(budgetCell))], ...waiver.map(textCell)].join('<br>'),
      ]),
    ),
  );
  const limits = targets.reduce((sum, { newViolations }) => sum + newViolations.length, 0);
  return {
    heading: `\n#### Head breaks: ${count(limits, 'limit')}\n`,
    head: ['Target', 'Tensor', 'Base → head', 'Cause and remedy', 'Budget, and why no waiver counts'],
    rows,
    foot: '',
    noun: 'tensor',
  };
}

function violationTable(
  title: string,
  { targets }: ModelCheck,
  listOf: (target: CheckedTarget) => readonly CheckedViolation[],
  folded = false,
): Table {
  const rows = targets.flatMap((target) =>
    listOf(target).map((violation) =>
      row([
        nameCell(target.target),
        violation.tensor === '*' ? 'all' : nameCell(violation.tensor),
        textCell(`${violationWords(violation)}${violation.worse ? ' (worse)' : ''}`),
        ruleCell(violation),
      ]),
    ),
  );
  const heading = `${title}: ${count(rows.length, 'limit')}`;
  return {
    heading: folded ? `\n<details><summary>${heading}</summary>\n` : `\n#### ${heading}\n`,
    head: ['Target', 'Tensor', 'Base → head', 'Budget'],
    rows,
    foot: folded ? '\n</details>\n' : '',
    noun: 'limit',
  };
}

function causeCell({ cause }: CheckedTarget): string {
  if (cause === undefined) return 'not localized';
  const { firstDivergence: first } = cause;
  const where =
    first === null
      ? ''
      : ` First divergence: ${nameCell(first.opType)} ${nameCell(first.node)}, node ${first.index + 1} of ${first.of}.`;
  return `**${textCell(cause.title)}** (${nameCell(cause.cause)}, ${Math.round(cause.confidence * 100)} %).${where} ${textCell(cause.remedy)}`;
}

function ruleCell(violation: CheckedViolation): string {
  const { waiver } = violation;
  const forgiven = waiver === undefined ? '' : `; waiver ${placeCell(waiver)}: ${textCell(waiver.reason)}`;
  return `${budgetCell(violation)}${forgiven}`;
}

function budgetCell({ rule }: CheckedViolation): string {
  return `${textCell(rule.reason)} (${placeCell(rule)})`;
}

const placeCell = ({ file, line }: CheckedViolation['rule']): string =>
  nameCell(line === undefined ? file : `${file}:${line}`);

function untoldTable({ targets }: ModelCheck): Table {
  const rows = targets.flatMap(({ target, unknown }) =>
    unknown.map((why) => row([nameCell(target), textCell(why)])),
  );
  return {
    heading: '\n#### Cannot tell\n',
    head: ['Target', 'Why'],
    rows,
    foot: '',
    noun: 'reason',
  };
}

function targetTable({ targets }: ModelCheck): Table {
  const metrics = [...new Set(targets.flatMap(({ answers }) => answers.map(({ metric }) => metric)))];
  return {
    heading: '\n#### All targets: each model against its own reference, and head against base\n',
    head: ['Target', 'Outcome', ...metrics.map(nameCell), 'Answers that head changes'],
    rows: targets.map((target) =>
      row([
        nameCell(target.target),
        OUTCOME_WORDS[target.outcome],
        ...metrics.map((metric) => {
          const found = target.answers.find((each) => each.metric === metric);
          return found === undefined ? '' : changeWords(metric, found.base, found.head);
        }),
        target.skipped === undefined ? (agreementWords(target) ?? '') : textCell(target.skipped),
      ]),
    ),
    foot: '',
    noun: 'target',
  };
}

function weightTable(check: ModelCheck): Table {
  return {
    heading: `\n<details><summary>Weights: ${markdownText(weightsWords(check))}</summary>\n`,
    head: ['Initializer', 'Change', 'Type', 'Elements that differ', 'Largest difference', 'Size'],
    rows: check.weights.map(
      ({ initializer, change, dtype, shape, before, changed, elements, max_abs, bytes }) =>
        row([
          nameCell(initializer),
          change,
          textCell(
            `${before === undefined ? '' : `${before.dtype}[${before.shape.join(', ')}] → `}${dtype}[${shape.join(', ')}]`,
          ),
          shareWords(changed, elements),
          largestWords(max_abs),
          formatBytes(bytes),
        ]),
    ),
    foot: '\n</details>\n',
    noun: 'initializer',
  };
}
