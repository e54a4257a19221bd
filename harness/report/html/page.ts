import { createHash } from 'node:crypto';
import { STATUSES } from '../../domain/run-files.ts';
import { formatDuration, formatShare } from '../format-number.ts';
import type { Overview } from '../overview.ts';
import { overviewOf } from '../overview.ts';
import type { ReportInput } from '../report-input.ts';
import { STATUS_WORDS } from '../wording.ts';
import { determinismSection, equivalenceSection } from './agreement-section.ts';
import { anchorsOf } from './anchors.ts';
import { findingsSection } from './findings-section.ts';
import type { Content, Markup } from './markup.ts';
import { html, nameHtml, render, trusted } from './markup.ts';
import { matrixSection } from './matrix-section.ts';
import { picturesOf } from './pictures.ts';
import { placementSection } from './placement-section.ts';
import { SCRIPT } from './script.ts';
import { markSymbols } from './status-mark.ts';
import { STYLE } from './style.ts';
import { targetsSection } from './target-section.ts';
import { verdictSection } from './verdict-section.ts';

/** report.html: one file that loads nothing. Its policy lets this style sheet, this script and pictures in the file itself through, and no more. */
export async function renderHtml(input: ReportInput): Promise<string> {
  const overview = overviewOf(input);
  const anchorOf = anchorsOf(overview.targets);
  const pictures = picturesOf(input.loadInput);
  const sections: Content = [
    verdictSection(input, overview),
    filterBar(overview),
    await findingsSection(input, overview, anchorOf, pictures),
    matrixSection(overview, input.equivalence, anchorOf),
    equivalenceSection(input.equivalence, overview.targets, anchorOf),
    determinismSection(input),
    placementSection(input.placement, overview.targets, anchorOf),
    await targetsSection(overview, anchorOf, pictures),
  ];
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${hashOf(STYLE)}'; script-src '${hashOf(SCRIPT)}'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>${overview.sentence} · fleetdiff</title><style>${trusted(STYLE)}</style></head><body>
${markSymbols()}
<header class="bar"><div><b>fleetdiff</b> <span class="quiet small">run ${nameHtml(input.plan.run)}</span></div>
<button type="button" id="theme" class="script-only small">Theme: auto</button></header>
<main>${sections}${footer(input)}</main>
<script>${trusted(SCRIPT)}</script></body></html>
`;
  return render(page);
}

/** As CSP Level 3 wants it: over the element's text. */
function hashOf(text: string): Markup {
  return trusted(`sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`);
}

function filterBar(overview: Overview): Markup {
  const present = STATUSES.filter((status) => overview.targets.some((target) => target.status === status));
  const options = present.map((status) => html`<option value="${status}">${STATUS_WORDS[status]}</option>`);
  return html`<div class="filter script-only" role="search"><label>Filter <input id="filter-text" type="search" autocomplete="off" placeholder="target, SoC, output, reason"></label>
<select id="filter-status" aria-label="Verdict"><option value="">All verdicts</option>${options}</select>
<span id="filter-count" class="quiet small" role="status"></span></div>`;
}

function footer(input: ReportInput): Markup {
  const { plan, verdicts, timings } = input;
  const time =
    timings === undefined
      ? undefined
      : html`<p>The run took ${formatDuration(timings.totalMs)}; in ${formatShare(timings.harnessMs / (timings.totalMs || 1), 2)} of it no device was at work.
${timings.stages.map(({ stage, durationMs }) => html` ${nameHtml(stage)} ${formatDuration(durationMs)}.`)}</p>`;
  return html`<footer><p>Elements differ when |candidate − reference| &gt; atol + rtol·|reference|. A near tie is a changed answer within the reference's own resolution. All numbers are in comparisons.json and divergence.csv.</p>
<p>Planned ${nameHtml(plan.createdAt)}, judged ${nameHtml(verdicts.judgedAt)}, fleetdiff ${nameHtml(plan.harness.version)}.</p>${time}</footer>`;
}
