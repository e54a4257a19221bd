import { prose, visible } from '../report/escape.ts';
import { count, formatDuration } from '../report/format-number.ts';
import { type Content, html, type Markup, nameHtml, proseHtml, render } from '../report/html/markup.ts';
import type { Coverage } from '../report/overview.ts';
import type { RunEntry } from './run-entry.ts';
import type { RunList } from './run-list.ts';

const OUTCOMES: Readonly<Record<RunEntry['outcome'], { readonly sign: string; readonly choice: string }>> = {
  ship: { sign: '✔', choice: 'May ship' },
  noShip: { sign: '✖', choice: 'May not ship' },
  unknown: { sign: '?', choice: 'Cannot tell' },
  unjudged: { sign: '○', choice: 'Not judged' },
  damaged: { sign: '▲', choice: 'Damaged' },
};

const LINK_WORDS: Readonly<Record<string, string>> = {
  'report.html': 'Report',
  'summary.md': 'Summary',
  'junit.xml': 'JUnit',
  'divergence.csv': 'CSV',
  'findings.sarif': 'SARIF',
};

const MOST_TARGETS = 100;
/** Of what the filter looks into, per run. */
const MOST_TEXT = 4000;

/** The list of runs, newest first; every name in it is escaped. */
export function renderListPage({ entries, latest }: RunList, folder: string): string {
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Runs · fleetdiff</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css"><script src="/list.js" defer></script></head>
<body><main><h1>Runs</h1>
<p class="quiet"><code>${nameHtml(folder, 120)}</code>: ${count(entries.length, 'run')}. Reload to see new ones.</p>
${entries.length === 0 ? emptyHtml() : [filterHtml(entries), tableHtml(entries, latest)]}
</main></body></html>
`;
  return render(page);
}

function emptyHtml(): Markup {
  return html`<p class="empty">No run is here yet. Make one: <code>fleetdiff run</code></p>`;
}

function filterHtml(entries: readonly RunEntry[]): Markup {
  const choices = Object.entries(OUTCOMES).map(([outcome, { sign, choice }]) => {
    const n = entries.filter((entry) => entry.outcome === outcome).length;
    return n === 0 ? undefined : html`<option value="${outcome}">${sign} ${choice} (${n})</option>`;
  });
  return html`<form class="filter" role="search" hidden><label class="text">Find <input type="search" name="text" placeholder="run, suite, target, finding" autocomplete="off"></label>
<label>Verdict <select name="outcome"><option value="">all</option>${choices}</select></label>
<span class="quiet" data-shown role="status"></span></form>`;
}

function tableHtml(entries: readonly RunEntry[], latest: string | undefined): Markup {
  return html`<table><thead><tr><th scope="col">Verdict</th><th scope="col">When</th><th scope="col">Suites</th><th scope="col">Targets</th><th scope="col">Captures</th><th scope="col">Plan to verdict</th><th scope="col">Files</th></tr></thead>
<tbody>${entries.map((entry) => rowHtml(entry, entry.id === latest))}</tbody></table>`;
}

function rowHtml(entry: RunEntry, isLatest: boolean): Markup {
  const { id, outcome, createdAt, suites, targets, coverage, durationMs } = entry;
  return html`
<tr class="${outcome}" data-text="${searchText(entry)}"><th scope="row">${verdictHtml(entry)}<br><code class="quiet">${nameHtml(id)}</code>${isLatest ? html`<span class="tag">latest</span>` : undefined}</th>
<td class="nowrap">${createdAt === undefined ? undefined : timeHtml(createdAt)}</td>
<td class="suites">${suites.map((suite, n) => html`${n === 0 ? '' : ', '}${nameHtml(suite)}`)}</td>
<td>${targets.length === 0 ? undefined : targetsHtml(targets)}</td>
<td data-label="Captures">${coverage === undefined ? '–' : capturesWords(coverage)}</td>
<td class="nowrap" data-label="Plan to verdict" title="from the plan to the latest verdict">${durationMs === undefined ? '–' : formatDuration(durationMs)}</td>
<td>${linksHtml(entry)}</td></tr>`;
}

function verdictHtml({ id, outcome, verdict, files }: RunEntry): Markup {
  const words = html`<span class="sign" aria-hidden="true">${OUTCOMES[outcome].sign}</span>${outcome === 'damaged' ? 'Damaged: ' : ''}${proseHtml(verdict)}`;
  if (!files.includes('report.html')) return html`<span class="outcome">${words}</span>`;
  return html`<a class="outcome" href="${fileUrl(id, 'report.html')}">${words}</a>`;
}

/** Every planned capture is accounted for; what is none of them is not worth a column. */
function capturesWords({ planned, captured, failed, skipped, missing }: Coverage): string {
  const rest = Object.entries({ failed, skipped, missing }).filter(([, n]) => n > 0);
  return [`${captured} of ${planned}`, ...rest.map(([word, n]) => `${n} ${word}`)].join(' · ');
}

/** A browser's own zone would make two readers talk of two times. */
function timeHtml(createdAt: string): Markup {
  const shown = visible(createdAt.slice(0, 16).replace('T', ' '));
  return html`<time datetime="${visible(createdAt)}">${shown} UTC</time>`;
}

function targetsHtml(targets: readonly string[]): Markup {
  const shown = targets
    .slice(0, MOST_TARGETS)
    .map((target, n): Content => [n === 0 ? '' : ', ', nameHtml(target)]);
  const rest = targets.length - MOST_TARGETS;
  return html`<details><summary>${count(targets.length, 'target')}</summary>${shown}${rest > 0 ? ` and ${rest} more` : ''}</details>`;
}

function linksHtml({ id, files }: RunEntry): Content {
  if (files.length === 0) return '–';
  return html`<span class="links">${files.map((file) => html`<a href="${fileUrl(id, file)}">${LINK_WORDS[file] ?? file}</a>`)}</span>`;
}

function fileUrl(id: string, file: string): string {
  return `/runs/${encodeURIComponent(id)}/${file}`;
}

function searchText({ id, outcome, verdict, suites, targets, createdAt }: RunEntry): string {
  const words = [id, OUTCOMES[outcome].choice, verdict, createdAt ?? '', ...suites, ...targets].map(prose);
  return words.join(' ').toLowerCase().slice(0, MOST_TEXT);
}
