import { groupBy } from '../../domain/group-by.ts';
import type { Equivalence, EquivalenceClass, Status, Verdict } from '../../domain/run-files.ts';
import { STATUSES } from '../../domain/run-files.ts';
import { prose } from '../escape.ts';
import { changedAnswers } from '../findings.ts';
import { formatMetric } from '../format-number.ts';
import type { Overview } from '../overview.ts';
import type { SuiteTarget } from '../suite-targets.ts';
import { statusRank, worstStatus } from '../suite-targets.ts';
import type { TensorSummary } from '../tensor-summary.ts';
import { limitWords } from '../wording.ts';
import type { Content, Markup } from './markup.ts';
import { html, nameHtml, proseHtml, titleText } from './markup.ts';
import type { Mark } from './status-mark.ts';
import { legend, markIcon } from './status-mark.ts';

/** With more tensors than this a cell holds the mark alone. */
const MOST_WIDE_TENSORS = 4;
const FACT_METRICS = ['max_steps', 'max_ulp', 'max_abs'];

/** Targets × tensors per suite. */
export function matrixSection(
  overview: Overview,
  equivalence: Equivalence,
  anchorOf: (target: SuiteTarget) => string,
): Markup {
  const suites = groupBy(overview.targets, (target) => target.suite);
  const matrices = [...suites].map(([suite, targets], n) => {
    const classes = equivalence.suites.find((candidate) => candidate.suite === suite)?.overall ?? [];
    const id = `matrix-${n}`;
    return html`${suites.size > 1 ? html`<h3>${nameHtml(suite)}</h3>` : undefined}
${matrix(id, targets, classes, anchorOf)}
<p class="quiet" data-empty-for="${id}" hidden>No target matches the filter.</p>`;
  });
  return html`<section><h2>Fleet</h2>${matrices}${legend()}</section>`;
}

function matrix(
  id: string,
  targets: readonly SuiteTarget[],
  classes: readonly EquivalenceClass[],
  anchorOf: (target: SuiteTarget) => string,
): Markup {
  const tensors = [...new Set(targets.flatMap((target) => target.tensors.map(({ tensor }) => tensor)))];
  const heads = tensors.map(
    (tensor) => html`<th scope="col" aria-label="output">${sortable(nameHtml(tensor, 28))}</th>`,
  );
  const rows = targets.map((target) => matrixRow(target, tensors, classes, anchorOf(target)));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Fleet matrix"><table class="matrix" id="${id}">
<thead><tr><th scope="col">${sortable('Target')}</th><th scope="col" class="soc">${sortable('SoC')}</th>${heads}
<th scope="col" title="Targets with one letter give the same bytes">${sortable('Bits')}</th><th scope="col">${sortable('Repeats')}</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

/** Without the script a heading is plain text: the button does nothing but sort. */
function sortable(label: Content): Markup {
  return html`<button type="button">${label}</button>`;
}

function matrixRow(
  target: SuiteTarget,
  tensors: readonly string[],
  classes: readonly EquivalenceClass[],
  anchor: string,
): Markup {
  const { capture } = target;
  const soc = capture?.status === 'captured' ? capture.provenance.device.soc : (target.device?.soc ?? '');
  const cells =
    target.tensors.length === 0
      ? gapCell(target, tensors.length)
      : tensors.map((tensor) => tensorCell(target, tensor, tensors.length > MOST_WIDE_TENSORS));
  return html`<tr data-status="${markOf(target)}"><th scope="row"><a class="target-name" href="#${anchor}">${nameHtml(target.target, 32)}</a></th>
<td class="soc">${nameHtml(soc, 48)}</td>${cells}<td>${classLetter(target, classes)}</td><td>${repeatsHtml(target)}</td></tr>
`;
}

export function markOf(target: SuiteTarget): Mark {
  return target.status ?? (target.role === 'reference' ? 'REFERENCE' : 'NOT_JUDGED');
}

/** Nothing was compared: say why across all tensors. */
function gapCell(target: SuiteTarget, tensors: number): Content {
  const span = Math.max(1, tensors);
  const { capture } = target;
  const why =
    capture === undefined
      ? 'no capture'
      : capture.status === 'captured'
        ? 'nothing compared'
        : capture.reason;
  return html`<td class="cell" colspan="${span}" data-sort="${rankOf(markOf(target))}"><div>${markIcon(markOf(target))}<span class="quiet small">${nameHtml(why, 110)}</span></div></td>`;
}

function rankOf(mark: Mark): number {
  return (STATUSES as readonly Mark[]).includes(mark) ? statusRank(mark as Status) : STATUSES.length;
}

function tensorCell(target: SuiteTarget, tensor: string, compact: boolean): Markup {
  const summary = target.tensors.find((candidate) => candidate.tensor === tensor);
  const own = target.verdicts.filter((verdict) => verdict.tensor === tensor || verdict.tensor === '*');
  const mark: Mark = worstStatus(own) ?? (target.role === 'reference' ? 'REFERENCE' : 'NOT_JUDGED');
  const whole = target.verdicts.find((verdict) => verdict.tensor === '*' && verdict.status === mark);
  const cause = whole === undefined || mark === 'PASS' ? undefined : wholeTargetHtml(whole);
  const facts = compact || summary === undefined ? undefined : factsHtml(summary, cause);
  return html`<td class="cell${compact ? ' compact' : ''}" data-sort="${rankOf(mark)}"><div>${markIcon(mark)}${facts}</div></td>`;
}

/** A verdict on the target as a whole marks every cell of its row, so the cell names it. */
function wholeTargetHtml(verdict: Verdict): Markup {
  const words = verdict.actual === null ? prose(verdict.message ?? verdict.metric) : limitWords(verdict);
  return html`<br><span class="small">${nameHtml(words, 110)}</span>`;
}

function factsHtml(summary: TensorSummary, cause: Markup | undefined): Markup {
  if (summary.notComparable.length > 0)
    return html`<span>${proseHtml(summary.notComparable[0]!.reason)}</span>`;
  if (summary.identicalCases === summary.cases)
    return html`<span><span class="quiet">bit-identical</span>${cause}</span>`;
  const decisions = summary.decisions;
  const changed = changedAnswers(summary);
  const answers =
    decisions === undefined
      ? undefined
      : html`${changed === 0 ? 'no answer changes' : html`<b>${changed} of ${decisions.samples}</b> change`}`;
  const [pooled] = FACT_METRICS.flatMap((name) => summary.metrics.filter(({ metric }) => metric === name));
  const value =
    pooled === undefined
      ? undefined
      : html`<span class="quiet">up to ${formatMetric(pooled.metric, pooled.value)}${pooled.metric === 'max_abs' ? ' apart' : ''}</span>`;
  return html`<span>${answers}${answers !== undefined && value !== undefined ? html`<br>` : undefined}${value}${cause}</span>`;
}

function classLetter(target: SuiteTarget, classes: readonly EquivalenceClass[]): Markup {
  const own = classes.find((candidate) => candidate.targets.includes(target.target));
  if (own === undefined) return html`<span class="quiet" aria-label="none">–</span>`;
  const meaning = own.reference ? "the reference's bytes" : `class ${own.id}`;
  return html`<span class="letter${own.reference ? ' reference' : ''}" title="${titleText(meaning)}">${nameHtml(own.id, 8)}</span>`;
}

function repeatsHtml(target: SuiteTarget): Content {
  const { determinism } = target;
  if (determinism === undefined || determinism.repeats < 2) return html`<span class="quiet">–</span>`;
  const most = Math.max(1, ...determinism.tensors.map((tensor) => tensor.distinct_outputs));
  return most === 1
    ? html`<span class="quiet">${determinism.repeats} equal</span>`
    : html`<b>${most} of ${determinism.repeats} differ</b>`;
}
