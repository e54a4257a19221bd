import { attributionWords } from './attribution-words.ts';
import { baselineWords } from './baseline-words.ts';
import { markdownText } from './escape.ts';
import { fallbackWords } from './fallback-words.ts';
import type { Overview } from './overview.ts';
import { coverageWords, overviewOf } from './overview.ts';
import type { ReportInput } from './report-input.ts';
import { commandLines } from './summary/commands.ts';
import { bytesOf, nameCell, tableText } from './summary/table.ts';
import { allTable, changedTable, findingsTable } from './summary/tables.ts';

/** GitHub cuts a comment at 65,536 characters. */
const MOST_BYTES = 60_000;

/** Beside summary.md in the run's folder. */
const FILES = ['report.html', 'verdicts.json', 'junit.xml', 'divergence.csv', 'findings.sarif'];

/**
 * Markdown for a pull-request comment on GitHub and GitLab, at most 60,000 bytes of UTF-8; what is cut is counted. Links are relative
 * to the run's folder.
 */
export function renderSummary(input: ReportInput): string {
  const overview = overviewOf(input);
  const severalSuites = input.plan.suites.length !== 1;
  const { folder = `reports/${input.plan.run}` } = input;
  const head = headText(input, overview, severalSuites);
  const commands = commandLines(overview.findings, folder, severalSuites).join('\n');
  const files = `\nIn the run's folder: ${FILES.map((file) => `[${file}](${file})`).join(' · ')}\n`;
  const [findings, changed, all] = [
    findingsTable(overview, severalSuites),
    changedTable(overview, severalSuites),
    allTable(overview, severalSuites),
  ];
  const tables = [findings, changed, all].filter((table) => table.rows.length > 0);
  let room = MOST_BYTES - bytesOf(head + commands + files);
  const texts = tables.map((table, n) => {
    const left = tables.length - n;
    // Later tables keep a share, so that a long one cannot push them out.
    const text = tableText(table, left === 1 ? room : (room / left) * 1.5);
    room -= bytesOf(text);
    return { table, text };
  });
  const textOf = (...wanted: unknown[]) =>
    texts
      .filter(({ table }) => wanted.includes(table))
      .map(({ text }) => text)
      .join('');
  return head + textOf(findings, changed) + commands + textOf(all) + files;
}

function headText(input: ReportInput, overview: Overview, severalSuites: boolean): string {
  const { plan } = input;
  const suite = severalSuites ? '' : `, suite ${nameCell(plan.suites[0]?.name ?? '')}`;
  return [
    `### ${markdownText(overview.sentence)}`,
    '',
    `Run ${nameCell(plan.run)}${suite}: ${coverageWords(overview.coverage)}`,
    '',
    `Baseline: ${baselineWords(input.verdicts)}`,
    ...movedLines(input),
    ...unjudgedLines(overview),
    ...fallbackLines(input),
    '',
  ].join('\n');
}

/** What moved since the runs before and what changed with it, when something did. */
function movedLines({ attribution }: ReportInput): string[] {
  if (attribution === undefined || attribution.moved.length === 0) return [];
  const words = attributionWords(attribution).map((line) => `- ${markdownText(line)}`);
  return ['', 'Since the run before:', '', ...words];
}

function unjudgedLines(overview: Overview): string[] {
  if (overview.unjudged.length === 0) return [];
  const shown = overview.unjudged.slice(0, 10).map((target) => nameCell(target.target));
  const more = overview.unjudged.length - shown.length;
  return ['', `Planned, but not judged: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
}

function fallbackLines({ placement }: ReportInput): string[] {
  const words = fallbackWords(placement, nameCell);
  return words === undefined ? [] : ['', `Placement: ${words}`];
}
