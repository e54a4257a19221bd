import { metricDefinition } from '../../domain/metrics.ts';
import type { Verdict } from '../../domain/run-files.ts';
import { shellWord } from '../escape.ts';
import { rulePlace } from '../failure-block.ts';
import type { Finding } from '../findings.ts';
import { formatActualAndLimit, formatHeadroom, formatMetric, formatNumber } from '../format-number.ts';
import type { Overview } from '../overview.ts';
import { metricRank } from '../overview.ts';
import type { SuiteTarget } from '../suite-targets.ts';
import { statusRank } from '../suite-targets.ts';
import type { TensorSummary } from '../tensor-summary.ts';
import { errorOf } from '../tensor-summary.ts';
import { answersAndTiesWords, elementPlace, elementsWords, headline, operatorSign } from '../wording.ts';
import { diagnosisHtml } from './diagnosis-section.ts';
import type { Content, Markup } from './markup.ts';
import { html, nameHtml, proseHtml, titleText } from './markup.ts';
import { markOf } from './matrix-section.ts';
import type { Pictures } from './pictures.ts';
import { flipFigure } from './pictures.ts';
import { provenanceHtml } from './provenance.ts';
import { markIcon, markLabel } from './status-mark.ts';

const MOST_PICTURES = 24;
const MOST_LIMIT_ROWS = 200;

/** One fold per suite × target, in the order of the findings, then the plan's. */
export async function targetsSection(
  overview: Overview,
  anchorOf: (target: SuiteTarget) => string,
  pictures: Pictures,
): Promise<Markup> {
  const worstFirst = [...new Set([...overview.findings.map((finding) => finding.of), ...overview.targets])];
  const severalSuites = new Set(worstFirst.map((target) => target.suite)).size > 1;
  const folds = await Promise.all(
    worstFirst.map((target) =>
      targetFold(
        target,
        overview.findings.filter((finding) => finding.of === target),
        anchorOf(target),
        severalSuites,
        pictures,
      ),
    ),
  );
  return html`<section><h2>Targets in detail</h2><div id="targets">${folds}</div>
<p class="quiet" data-empty-for="targets" hidden>No target matches the filter.</p></section>`;
}

async function targetFold(
  target: SuiteTarget,
  findings: readonly Finding[],
  anchor: string,
  severalSuites: boolean,
  pictures: Pictures,
): Promise<Markup> {
  const mark = markOf(target);
  const said = findings[0] === undefined ? calmWords(target) : headline(findings[0]);
  const answers = await Promise.all(target.tensors.map((summary) => answersHtml(target, summary, pictures)));
  const tables = target.tensors.map((summary) => tablesHtml(target, summary));
  return html`<details class="target" id="${anchor}" data-status="${mark}"><summary><span>${markLabel(mark)}</span>
<span><span class="target-name"><b>${nameHtml(target.target)}</b></span>${severalSuites ? html` <span class="quiet">${nameHtml(target.suite)}</span>` : undefined}
<span class="quiet small">${proseHtml(said)}</span></span></summary>
<div class="inside">${gapHtml(target)}${answers}${diagnosisHtml(target.diagnosis)}${limitsTable(target)}${tables}${provenanceHtml(target)}${commandHtml(target)}</div></details>
`;
}

function calmWords(target: SuiteTarget): string {
  const words = target.tensors.flatMap((summary) => elementsWords(summary) ?? []);
  return [...new Set(words)].join(', ');
}

function gapHtml(target: SuiteTarget): Content {
  const { capture } = target;
  if (capture === undefined) return html`<p class="lead-fact">No capture was written.</p>`;
  if (capture.status === 'failed') {
    const attempts = `${capture.attempts} ${capture.attempts === 1 ? 'attempt' : 'attempts'}`;
    return html`<p class="lead-fact">The capture failed after ${attempts}.</p><p>${proseHtml(capture.reason)}</p>`;
  }
  if (capture.status === 'skipped') {
    return html`<p class="lead-fact">Skipped.</p><p>${proseHtml(capture.reason)}</p><p>Provide it: <code>${proseHtml(capture.remedy)}</code></p>`;
  }
  return undefined;
}

/** Each judged metric beside its limit, decisions before elements, worst first. */
function limitsTable(target: SuiteTarget): Content {
  const judged = target.verdicts.filter(
    (verdict) => verdict.actual !== null || verdict.message !== undefined,
  );
  if (judged.length === 0) return undefined;
  const rows = judged
    .toSorted(
      (left, right) =>
        statusRank(left.status) - statusRank(right.status) ||
        metricRank(left.metric) - metricRank(right.metric),
    )
    .slice(0, MOST_LIMIT_ROWS);
  const cut = judged.length - rows.length;
  return html`<h3>Limits</h3><div class="scroll"><table><thead><tr><th>Verdict</th><th>Metric</th><th>Output</th><th class="number">Found</th>
<th class="number">Allowed</th><th>Headroom</th><th>Rule</th></tr></thead><tbody>${rows.map((verdict) => limitRow(verdict))}</tbody></table></div>${
    cut > 0 ? html`<p class="quiet small">${cut} more verdicts are in verdicts.json.</p>` : undefined
  }`;
}

function limitRow(verdict: Verdict): Markup {
  const { metric, limit, operator } = verdict;
  const texts = formatActualAndLimit(metric, verdict.actual, limit);
  const found = verdict.actual === null ? '' : texts.actual;
  const allowed = limit === null ? '' : `${operatorSign(operator)} ${texts.limit}`;
  const output = verdict.tensor === '*' ? 'all' : nameHtml(verdict.tensor, 28);
  const caseName =
    verdict.case === '*' ? undefined : html` <span class="quiet">${nameHtml(verdict.case, 28)}</span>`;
  const room =
    verdict.actual === null
      ? proseHtml(verdict.message ?? '')
      : formatHeadroom(metric, verdict.actual, limit, operator);
  return html`<tr><td>${markIcon(verdict.status)}</td><th scope="row" class="code" title="${meaningOf(metric)}">${nameHtml(metric)}</th><td>${output}${caseName}</td>
<td class="number"><b>${found}</b></td><td class="number">${allowed}</td><td>${room}</td>
<td class="code" title="${titleText((verdict.waiver ?? verdict.rule).reason)}">${nameHtml(rulePlace(verdict.waiver ?? verdict.rule), 40)}</td></tr>`;
}

/** What changes for people comes before any metric. */
async function answersHtml(target: SuiteTarget, summary: TensorSummary, pictures: Pictures): Promise<Markup> {
  const facts = [answersAndTiesWords(summary), elementsWords(summary)].filter((words) => words !== undefined);
  const gaps = summary.notComparable.map(
    (gap) => html`<p>${nameHtml(gap.case)}: not comparable, ${proseHtml(gap.reason)}</p>`,
  );
  const name = target.tensors.length > 1 ? html`<h3>Output ${nameHtml(summary.tensor)}</h3>` : undefined;
  return html`${name}${facts.length === 0 ? undefined : html`<p class="lead-fact">${capitalised(facts.join('; '))}</p>`}
${accuracyHtml(summary)}${gaps}${await flipsHtml(target, summary, pictures)}`;
}

function tablesHtml(target: SuiteTarget, summary: TensorSummary): Markup {
  const name = target.tensors.length > 1 ? html` of output ${nameHtml(summary.tensor)}` : undefined;
  return html`${worstTable(target, summary, name)}${metricsTable(summary, name)}`;
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function accuracyHtml(summary: TensorSummary): Content {
  const { accuracy, accuracyReference } = summary.decisions ?? {};
  if (accuracy === undefined) return undefined;
  const reference =
    accuracyReference === undefined ? '' : `; the reference ${formatMetric('accuracy', accuracyReference)}`;
  return html`<p class="quiet">Answers as the ground truth says: ${formatMetric('accuracy', accuracy)}${reference}.</p>`;
}

function meaningOf(metric: string): string {
  return metricDefinition(metric)?.meaning ?? '';
}

async function flipsHtml(target: SuiteTarget, summary: TensorSummary, pictures: Pictures): Promise<Content> {
  const flipped = summary.decisions?.flipped ?? [];
  if (flipped.length === 0) return undefined;
  const shown = flipped.slice(0, MOST_PICTURES);
  const figures = await Promise.all(shown.map((flip) => flipFigure(flip, target.plannedSuite, pictures)));
  const cut = flipped.length - shown.length;
  return html`<div class="flips">${figures}</div>${
    cut > 0
      ? html`<p class="quiet small">${cut} more changed answers are in comparisons.json.</p>`
      : undefined
  }`;
}

function worstTable(target: SuiteTarget, summary: TensorSummary, name: Content): Content {
  if (summary.worstElements.length === 0) return undefined;
  const value = (side: string | number) =>
    typeof side === 'number' ? formatNumber(side, 7) : nameHtml(side, 28);
  return html`<details class="more"><summary>Worst elements${name}</summary><div class="scroll"><table><thead><tr><th>Element</th><th class="number">Reference</th>
<th class="number">Candidate</th><th class="number">Difference</th></tr></thead><tbody>${summary.worstElements.map(
    (
      worst,
    ) => html`<tr><th scope="row">${nameHtml(elementPlace(worst, target.plannedSuite))}</th><td class="number">${value(worst.reference)}</td>
<td class="number">${value(worst.candidate)}</td><td class="number">${differenceOf(worst)}</td></tr>`,
  )}</tbody></table></div></details>`;
}

function differenceOf(worst: TensorSummary['worstElements'][number]): string {
  if (errorOf(worst) === Number.MAX_VALUE) return 'not finite';
  const difference = Number(worst.candidate) - Number(worst.reference);
  return `${difference > 0 ? '+' : ''}${formatNumber(difference, 5)}`;
}

function metricsTable(summary: TensorSummary, name: Content): Content {
  if (summary.metrics.length === 0) return undefined;
  return html`<details class="more"><summary>All metrics${name}, each in its worst case of ${summary.cases}</summary><div class="scroll"><table><thead><tr><th>Metric</th>
<th class="number">Worst</th><th>Case</th></tr></thead><tbody>${summary.metrics.map(
    (
      pooled,
    ) => html`<tr><th scope="row" class="code" title="${meaningOf(pooled.metric)}">${pooled.metric}</th><td class="number">${formatMetric(pooled.metric, pooled.value)}</td>
<td>${nameHtml(pooled.case, 40)}</td></tr>`,
  )}</tbody></table></div></details>`;
}

/** Longer than this nobody checks it. */
const MOST_COMMAND = 300;

/** No command for names that a reader could not check before pasting. */
function commandHtml(target: SuiteTarget): Content {
  const suite = shellWord(target.plannedSuite?.folder ?? target.suite);
  const only = shellWord(target.target);
  if (suite === undefined || only === undefined) return undefined;
  if (suite.length + only.length > MOST_COMMAND) return undefined;
  return html`<h3>Run it again</h3><div class="command"><code>fleetdiff run ${suite} --only ${only}</code>
<button type="button" class="script-only" data-copy>Copy</button></div>`;
}
