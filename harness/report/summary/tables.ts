import type { Status } from '../../domain/run-files.ts';
import { causeWords, firstDivergenceWords } from '../diagnosis/short-words.ts';
import { shortenMiddle } from '../display-width.ts';
import { markdownCode, prose } from '../escape.ts';
import { rulePlace } from '../failure-block.ts';
import type { Finding } from '../findings.ts';
import { changedAnswers } from '../findings.ts';
import { count, formatNumber } from '../format-number.ts';
import type { Overview } from '../overview.ts';
import type { SuiteTarget } from '../suite-targets.ts';
import type { TensorSummary } from '../tensor-summary.ts';
import { STATUS_SIGNS } from '../terminal/signs.ts';
import { answersWords, elementsWords, headline, remedyOf, STATUS_WORDS, waiverWords } from '../wording.ts';
import { nameCell, reportLink, row, type Table, textCell } from './table.ts';

const REMEDY_COLUMNS = 200;

/** What `localize` is for. */
const LOCALIZABLE: readonly Status[] = ['FAIL', 'WAIVED'];

/** Everything that is not a pass, worst first, with the cause where it was localized, the remedy, and who answers for the limit. */
export function findingsTable(overview: Overview, severalSuites: boolean): Table {
  return {
    heading: '\n#### Findings, worst first\n',
    head: ['Status', ...suiteHead(severalSuites), 'Target', 'Tensor', 'What', 'Cause and remedy', 'Budget'],
    rows: overview.findings.map((finding) => () => findingRow(finding, severalSuites)),
    foot: '',
    noun: 'finding',
  };
}

function findingRow(finding: Finding, severalSuites: boolean): string {
  const { of: target, status, tensor } = finding;
  const view = tensor === '*' ? 'target' : 'tensor';
  const route = [view, target.suite, ...target.target.split('/'), ...(tensor === '*' ? [] : [tensor])];
  return row([
    `${STATUS_SIGNS[status]} **${STATUS_WORDS[status]}**`,
    ...suiteCell(target, severalSuites),
    nameCell(target.target),
    reportLink(tensor === '*' ? 'all' : nameCell(tensor), route),
    textCell(headline(finding)),
    causeCell(finding),
    budgetCell(finding),
  ]);
}

/** Why, once localized, and what mends it; for a skipped target, what would provide it. */
function causeCell(finding: Finding): string {
  const remedy = remedyOf(finding);
  if (remedy !== undefined)
    return `Provide it: ${markdownCode(shortenMiddle(prose(remedy), REMEDY_COLUMNS))}`;
  const { diagnosis } = finding.of;
  if (diagnosis === undefined) return LOCALIZABLE.includes(finding.status) ? 'not localized yet' : '';
  const [first, cause] = [firstDivergenceWords(diagnosis), causeWords(diagnosis)];
  return [
    ...(first === undefined ? [] : [`First divergence: ${textCell(first)}`]),
    ...(cause === undefined ? [] : [`Likely cause: ${textCell(cause)}`]),
  ].join('. ');
}

/** The waiver or rule behind it, its place, owner and last day. */
function budgetCell(finding: Finding): string {
  const words = waiverWords(finding);
  const rule = words?.waiver ?? finding.verdicts[0]!.rule;
  const lead = words === undefined || words.lead === 'until' ? '' : `${words.lead}: `;
  const owner = rule.owner === undefined ? '' : `, ${nameCell(rule.owner)}`;
  const until = rule.expires === undefined ? '' : `, until ${textCell(rule.expires)}`;
  return `${lead}${textCell(rule.reason)} (${nameCell(rulePlace(rule))}${owner}${until})`;
}

/** Targets whose bytes are not the reference's, over budget or not. */
export function changedTable(overview: Overview, severalSuites: boolean): Table {
  const rows = overview.targets.flatMap((target) =>
    target.tensors
      .filter((summary) => summary.identicalCases < summary.cases)
      .map((summary) => ({ target, summary })),
  );
  rows.sort((left, right) => changedAnswers(right.summary) - changedAnswers(left.summary));
  const targets = new Set(rows.map(({ target }) => target));
  return {
    heading: `\n#### Changed: ${count(rows.length, 'tensor')} on ${count(targets.size, 'target')} not bit-identical with the reference\n`,
    head: [...suiteHead(severalSuites), 'Target', 'Tensor', 'Answers', 'Elements', 'Worst'],
    rows: rows.map(
      ({ target, summary }) =>
        () =>
          row([
            ...suiteCell(target, severalSuites),
            nameCell(target.target),
            nameCell(summary.tensor),
            ...factCells(summary),
          ]),
    ),
    foot: '',
    noun: 'tensor',
  };
}

function factCells(summary: TensorSummary): string[] {
  const worst = ['max_steps', 'max_abs'].flatMap((metric) =>
    summary.metrics.filter((pooled) => pooled.metric === metric),
  )[0];
  return [
    answersWords(summary) ?? '',
    textCell(elementsWords(summary) ?? ''),
    worst === undefined ? '' : textCell(`${worst.metric} ${formatNumber(worst.value)}`),
  ];
}

/** The whole ledger behind a fold. */
export function allTable(overview: Overview, severalSuites: boolean): Table {
  return {
    heading: `\n<details><summary>All ${count(overview.targets.length, 'planned capture')}</summary>\n`,
    head: [...suiteHead(severalSuites), 'Target', 'Verdict', 'SoC', 'Tensors'],
    rows: overview.targets.map(
      (target) => () =>
        row([
          ...suiteCell(target, severalSuites),
          nameCell(target.target),
          statusCell(target),
          textCell(socOf(target)),
          String(target.tensors.length),
        ]),
    ),
    foot: '\n</details>\n',
    noun: 'capture',
  };
}

function statusCell({ status, role }: SuiteTarget): string {
  if (status !== undefined) return `${STATUS_SIGNS[status]} ${STATUS_WORDS[status]}`;
  return role === 'reference' ? 'Reference' : 'Not judged';
}

function socOf({ capture, device }: SuiteTarget): string {
  return capture?.status === 'captured' ? capture.provenance.device.soc : (device?.soc ?? '');
}

/** A run of one suite names it once, above the tables. */
function suiteHead(severalSuites: boolean): string[] {
  return severalSuites ? ['Suite'] : [];
}

function suiteCell({ suite }: SuiteTarget, severalSuites: boolean): string[] {
  return severalSuites ? [nameCell(suite)] : [];
}
