import { createHash } from 'node:crypto';
import type { Overview } from '../overview.ts';
import { encodePage } from '../page-data/encode-page.ts';
import type { ReportInput } from '../report-input.ts';
import { headline, STATUS_WORDS } from '../wording.ts';
import { builtApp } from './built-app.ts';
import type { Markup } from './markup.ts';
import { html, nameHtml, proseHtml, render, trusted } from './markup.ts';
import { PLOT_STYLE } from './plot-style.ts';

const MOST_PLAIN_FINDINGS = 50;

/**
 * report.html: one file that loads nothing. Its policy lets its own script, its own style sheet and pictures in the file itself
 * through, and no more. The data are inert text; the script (html-app/) reads them.
 */
export async function renderHtml(input: ReportInput): Promise<string> {
  const { overview, parts } = await encodePage(input);
  const app = builtApp();
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(app.style)}' '${hashOf(PLOT_STYLE)}'`,
    `script-src '${hashOf(app.script)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>${overview.sentence} · fleetdiff</title><style>${trusted(app.style)}</style></head><body>
<div id="app">${plainReport(input, overview)}</div>
${[...parts].map(([name, text]) => html`<script type="text/plain" id="part-${name}">${trusted(text)}</script>\n`)}
<script type="module">${trusted(app.script)}</script></body></html>
`;
  return render(page);
}

/** The script of every report that this fleetdiff writes, as a policy names it. */
export function reportScriptHash(): string {
  return `'${hashOf(builtApp().script)}'`;
}

/** As CSP Level 3 wants it: over the element's text. */
function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}

/** What is there before the script runs, and where none runs. */
function plainReport(input: ReportInput, { sentence, findings }: Overview): Markup {
  const shown = findings.slice(0, MOST_PLAIN_FINDINGS);
  const rest = findings.length - shown.length;
  return html`<noscript><main><h1>${sentence}</h1><p>Run ${nameHtml(input.plan.run)}. Views and numbers of this report need JavaScript; summary.md beside this file does without.</p>
<ul>${shown.map(
    (finding) =>
      html`<li>${STATUS_WORDS[finding.status]}: ${nameHtml(finding.of.suite)} on ${nameHtml(finding.of.target)}, ${nameHtml(finding.tensor)}: ${proseHtml(headline(finding))}</li>`,
  )}</ul>${rest > 0 ? html`<p>${rest} more findings are in summary.md and verdicts.json.</p>` : undefined}</main></noscript>`;
}
