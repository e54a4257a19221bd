import type { CauseFinding, TargetDiagnosis, TraceRow } from '../../domain/diagnosis.ts';
import { errorWords } from '../diagnosis/error-words.ts';
import { firstDivergenceWords } from '../diagnosis/short-words.ts';
import { formatShare } from '../format-number.ts';
import { errorPlot } from './error-plot.ts';
import type { Content, Markup } from './markup.ts';
import { html, nameHtml, proseHtml } from './markup.ts';

/** Rows shown at once; a longer graph is cut around the first that differs. */
const MOST_ROWS = 120;

/** Where the target differs first, why, what to do, and the error along the graph. */
export function diagnosisHtml(diagnosis: TargetDiagnosis | undefined): Content {
  if (diagnosis === undefined) return undefined;
  const first = firstDivergenceWords(diagnosis);
  return html`<h3>Where and why</h3>
<p class="lead-fact">${first === undefined ? 'Nothing inside the graph differs.' : html`First divergence: ${proseHtml(first)}`}</p>
${diagnosis.findings.map(causeHtml)}
<p class="quiet small">Case ${nameHtml(diagnosis.case)}. ${observerWords(diagnosis)}</p>
${diagnosis.notes.map((note) => html`<p class="quiet small">${proseHtml(note)}</p>`)}
${errorPlot(diagnosis)}${traceTable(diagnosis)}${experimentsHtml(diagnosis)}`;
}

function causeHtml({ cause, title, confidence, node, evidence, remedy, background }: CauseFinding): Markup {
  const sure =
    cause === 'unknown' ? undefined : html` <span class="quiet">${formatShare(confidence, 2)} sure</span>`;
  return html`<p><b>${proseHtml(title)}</b>${sure} at node ${nameHtml(node)}</p>
<ul class="why">${evidence.map((sentence) => html`<li>${proseHtml(sentence)}</li>`)}</ul>
<p>What to do: ${proseHtml(remedy)} <span class="quiet small">Background: ${nameHtml(background)} in fleetdiff's package</span></p>`;
}

function observerWords({ observerEffect, way }: TargetDiagnosis): string {
  if (observerEffect === 'none') return 'Exposing tensors inside the graph did not change the outputs.';
  const instead = way === 'single-taps' ? 'they were exposed one a run' : 'nodes were run alone';
  return `Exposing all tensors at once changed the outputs (perturbed); ${instead} instead.`;
}

function traceTable({ trace, firstDivergence }: TargetDiagnosis): Content {
  if (trace.length === 0) return undefined;
  const at = Math.max(
    0,
    trace.findIndex(({ tensor }) => tensor === firstDivergence?.tensor),
  );
  const start = Math.max(0, Math.min(at - MOST_ROWS / 4, trace.length - MOST_ROWS));
  const rows = trace.slice(start, start + MOST_ROWS);
  const cut = trace.length - rows.length;
  return html`<details class="more"><summary>Every tensor along the graph</summary><div class="scroll" tabindex="0" role="region" aria-label="Error along the graph"><table>
<thead><tr><th scope="col">Tensor</th><th scope="col">Computed by</th><th scope="col">Ran on</th><th scope="col">Error here</th><th scope="col">Error of its own</th></tr></thead>
<tbody>${rows.map((row) => traceRow(row, row.tensor === firstDivergence?.tensor))}</tbody></table></div>${
    cut > 0 ? html`<p class="quiet small">${cut} more are in diagnosis.json.</p>` : undefined
  }</details>`;
}

function traceRow(row: TraceRow, isFirst: boolean): Markup {
  return html`<tr><th scope="row" class="code">${nameHtml(row.tensor, 40)}${isFirst ? html` <b>first</b>` : undefined}</th>
<td>${nameHtml(row.opType, 24)} <span class="quiet">${nameHtml(row.node, 32)}</span></td><td class="quiet">${nameHtml(row.provider ?? 'unknown', 24)}</td>
<td>${errorWords(row.accumulated)}</td><td>${errorWords(row.intrinsic)}</td></tr>`;
}

function experimentsHtml({ experiments }: TargetDiagnosis): Content {
  if (experiments.length === 0) return undefined;
  const items = experiments.map(({ change, node, identical, metrics, reason }) => {
    const came =
      reason === undefined ? errorWords(identical ? { identical: 1 } : metrics) : `did not run: ${reason}`;
    return html`<li>${nameHtml(node, 40)} with ${proseHtml(change)}: ${proseHtml(came)}</li>`;
  });
  return html`<details class="more"><summary>Experiments on the target</summary><ul class="why">${items}</ul></details>`;
}
