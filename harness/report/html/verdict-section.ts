import { count } from '../format-number.ts';
import type { Coverage, Overview } from '../overview.ts';
import type { ReportInput } from '../report-input.ts';
import { referenceWords } from '../wording.ts';
import type { Content, Markup } from './markup.ts';
import { html, nameHtml, proseHtml } from './markup.ts';

const TONES: Readonly<Record<Overview['outcome'], string>> = {
  ship: 'PASS',
  noShip: 'FAIL',
  unknown: 'INCOMPLETE',
};

/** The first screen: may it ship, and on how much evidence. */
export function verdictSection(input: ReportInput, overview: Overview): Markup {
  const { plan } = input;
  const candidates = overview.targets.filter((target) => target.role === 'candidate');
  const targetNames = new Set(candidates.map((target) => target.target));
  const lead = `${count(plan.suites.length, 'suite')} on ${count(targetNames.size, 'target')}, each ${plan.repeats === 1 ? 'run once' : `run ${plan.repeats} times`}.`;
  return html`<section class="verdict">
<div class="outcome ${TONES[overview.outcome]}"><h1>${overview.sentence}</h1>
<p class="lead">${lead}</p></div>
${coverageList(overview.coverage)}
${plan.suites.map(
  (
    suite,
  ) => html`<p class="small quiet suite-line"><b>${nameHtml(suite.name)}</b>: model <span class="code">${nameHtml(suite.model.path)}</span>
(sha256 <span class="code" title="${suite.model.sha256}">${suite.model.sha256.slice(0, 12)}</span>), compared with ${proseHtml(referenceWords(suite))}.</p>`,
)}
${unjudgedNotice(overview)}
</section>`;
}

function coverageList(coverage: Coverage): Markup {
  const item = (label: string, n: number, gap: boolean) => {
    const tone = n === 0 ? 'zero' : gap ? 'gap' : '';
    return html`<div class="${tone}"><dt>${label}</dt><dd>${n}</dd></div>`;
  };
  return html`<dl class="counts" aria-label="Coverage">
${item('Captures planned', coverage.planned, false)}${item('Captured', coverage.captured, false)}${item('Failed', coverage.failed, true)}${item('Skipped', coverage.skipped, false)}${item('Missing', coverage.missing, true)}
</dl>`;
}

function unjudgedNotice(overview: Overview): Content {
  if (overview.unjudged.length === 0) return undefined;
  const items = overview.unjudged.map((target) => html`<li class="code">${nameHtml(target.target)}</li>`);
  return html`<div class="notice"><b>Planned, but not judged:</b><ul>${items}</ul></div>`;
}
