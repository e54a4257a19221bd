import { causeWords, firstDivergenceWords } from './diagnosis/short-words.ts';
import { shortenMiddle } from './display-width.ts';
import { markdownCode, markdownText, prose, visible } from './escape.ts';
import { rulePlace } from './failure-block.ts';
import { fallbackWords } from './fallback-words.ts';
import type { Finding } from './findings.ts';
import { changedAnswers } from './findings.ts';
import { count, formatMetric } from './format-number.ts';
import type { Overview } from './overview.ts';
import { coverageWords, overviewOf } from './overview.ts';
import type { ReportInput } from './report-input.ts';
import type { SuiteTarget } from './suite-targets.ts';
import type { TensorSummary } from './tensor-summary.ts';
import { answersWords, elementsWords, headline, remedyOf, STATUS_WORDS, waiverWords } from './wording.ts';

/** GitHub cuts a comment at 65,536 characters. */
const MOST_BYTES = 60_000;
const NAME_COLUMNS = 60;
const PROSE_COLUMNS = 300;

interface Table {
  readonly heading: string;
  readonly head: readonly string[];
  readonly rows: readonly string[];
  readonly foot: string;
  readonly noun: string;
}

/** Markdown for a pull-request comment, at most 60,000 bytes of UTF-8; what is cut is counted. */
export function renderSummary(input: ReportInput): string {
  const overview = overviewOf(input);
  const head = [
    `### ${markdownText(overview.sentence)}`,
    '',
    `Run ${name(input.plan.run)}: ${coverageWords(overview.coverage)}`,
    ...unjudgedLines(overview),
    ...fallbackLines(input),
    '',
  ].join('\n');
  const tables = [findingsTable(overview), changedTable(overview), allTable(overview)].filter(
    (table) => table.rows.length > 0,
  );
  let text = head;
  for (const [n, table] of tables.entries()) {
    // Later tables keep a share, so that a long one cannot push them out.
    const share = (MOST_BYTES - bytesOf(text)) / (tables.length - n);
    text += tableText(table, n === tables.length - 1 ? MOST_BYTES - bytesOf(text) : share + share / 2);
  }
  return text;
}

function unjudgedLines(overview: Overview): string[] {
  if (overview.unjudged.length === 0) return [];
  const shown = overview.unjudged.slice(0, 10).map((target) => name(target.target));
  const more = overview.unjudged.length - shown.length;
  return ['', `Planned, but not judged: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
}

function fallbackLines({ placement }: ReportInput): string[] {
  const words = fallbackWords(placement, name);
  return words === undefined ? [] : ['', `Placement: ${words}`];
}

function findingsTable(overview: Overview): Table {
  return {
    heading: '\n#### Findings, worst first\n',
    head: ['Status', 'Suite', 'Target', 'Tensor', 'What', 'Why, who, until'],
    rows: overview.findings.map(findingRow),
    foot: '',
    noun: 'finding',
  };
}

function findingRow(finding: Finding): string {
  return row([
    `**${STATUS_WORDS[finding.status]}**`,
    name(finding.of.suite),
    name(finding.of.target),
    finding.tensor === '*' ? 'all' : name(finding.tensor),
    text(whatWords(finding)),
    whyCell(finding),
  ]);
}

/** What differs and, once localized, where first and why. */
function whatWords(finding: Finding): string {
  const { diagnosis } = finding.of;
  if (diagnosis === undefined) return headline(finding);
  const [first, cause] = [firstDivergenceWords(diagnosis), causeWords(diagnosis)];
  return [
    headline(finding),
    ...(first === undefined ? [] : [`First divergence: ${first}`]),
    ...(cause === undefined ? [] : [`Likely cause: ${cause}`]),
  ].join('. ');
}

/** The waiver or rule behind it; for a skipped target, what would provide it. */
function whyCell(finding: Finding): string {
  const remedy = remedyOf(finding);
  if (remedy !== undefined) return `Provide it: ${markdownCode(shortenMiddle(prose(remedy), PROSE_COLUMNS))}`;
  const words = waiverWords(finding);
  const rule = words?.waiver ?? finding.verdicts[0]!.rule;
  const lead = words === undefined || words.lead === 'until' ? '' : `${words.lead}: `;
  const owner = rule.owner === undefined ? '' : `, ${name(rule.owner)}`;
  const until = rule.expires === undefined ? '' : `, until ${text(rule.expires)}`;
  return `${lead}${text(rule.reason)} (${name(rulePlace(rule))}${owner}${until})`;
}

/** Targets whose bytes are not the reference's, over budget or not. */
function changedTable(overview: Overview): Table {
  const rows = overview.targets.flatMap((target) =>
    target.tensors
      .filter((summary) => summary.identicalCases < summary.cases)
      .map((summary) => ({ target, summary })),
  );
  rows.sort((left, right) => changedAnswers(right.summary) - changedAnswers(left.summary));
  return {
    heading: `\n#### ${count(rows.length, 'tensor')} that ${rows.length === 1 ? 'is' : 'are'} not bit-identical with the reference\n`,
    head: ['Suite', 'Target', 'Tensor', 'Answers', 'Elements', 'Worst'],
    rows: rows.map(({ target, summary }) => row([...names(target, summary), ...facts(summary)])),
    foot: '',
    noun: 'tensor',
  };
}

function allTable(overview: Overview): Table {
  return {
    heading: `\n<details><summary>All ${count(overview.targets.length, 'planned capture')}</summary>\n`,
    head: ['Suite', 'Target', 'Verdict', 'SoC', 'Tensors'],
    rows: overview.targets.map((target) =>
      row([
        name(target.suite),
        name(target.target),
        target.status === undefined ? plainStatus(target) : STATUS_WORDS[target.status],
        text(
          target.capture?.status === 'captured'
            ? target.capture.provenance.device.soc
            : (target.device?.soc ?? ''),
        ),
        String(target.tensors.length),
      ]),
    ),
    foot: '\n</details>\n',
    noun: 'capture',
  };
}

function plainStatus(target: SuiteTarget): string {
  return target.role === 'reference' ? 'Reference' : 'Not judged';
}

function names(target: SuiteTarget, summary: TensorSummary): string[] {
  return [name(target.suite), name(target.target), name(summary.tensor)];
}

function facts(summary: TensorSummary): string[] {
  const worst = ['max_steps', 'max_abs'].flatMap((metric) =>
    summary.metrics.filter((pooled) => pooled.metric === metric),
  )[0];
  return [
    answersWords(summary) ?? '',
    text(elementsWords(summary) ?? ''),
    worst === undefined ? '' : `${worst.metric} ${formatMetric(worst.metric, worst.value)}`,
  ];
}

function tableText(table: Table, mostBytes: number): string {
  const opening = `${table.heading}\n${row(table.head)}\n${row(table.head.map(() => '---'))}\n`;
  const cutNote = (cut: number) => `\n${count(cut, table.noun)} more not shown here: see report.html\n`;
  let left = mostBytes - bytesOf(opening + table.foot + cutNote(table.rows.length));
  const shown: string[] = [];
  for (const line of table.rows) {
    left -= bytesOf(line) + 1;
    if (left < 0) break;
    shown.push(`${line}\n`);
  }
  const cut = table.rows.length - shown.length;
  return `${opening}${shown.join('')}${cut === 0 ? '' : cutNote(cut)}${table.foot}`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function name(value: string): string {
  return markdownCode(shortenMiddle(visible(value), NAME_COLUMNS));
}

function text(value: string): string {
  return markdownText(shortenMiddle(visible(value.replace(/\s+/g, ' ')), PROSE_COLUMNS));
}

function bytesOf(value: string): number {
  return Buffer.byteLength(value, 'utf8');
}
