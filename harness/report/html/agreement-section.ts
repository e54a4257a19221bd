import { groupBy } from '../../domain/group-by.ts';
import type { Equivalence, EquivalenceClass } from '../../domain/run-files.ts';
import {
  attributedWords,
  changeWords,
  FACTOR_NAMES,
  isChanging,
  isVaried,
  steadyWords,
  untriedWords,
} from '../diagnosis/stability-words.ts';
import { count, formatNumber } from '../format-number.ts';
import { joinWords } from '../overview.ts';
import type { ReportInput } from '../report-input.ts';
import type { SuiteTarget } from '../suite-targets.ts';
import type { Content, Markup } from './markup.ts';
import { html, joinHtml, nameHtml } from './markup.ts';

/** Which targets give the same bytes. */
export function equivalenceSection(
  equivalence: Equivalence,
  targets: readonly SuiteTarget[],
  anchorOf: (target: SuiteTarget) => string,
): Markup {
  const byPair = new Map(targets.map((target) => [JSON.stringify([target.suite, target.target]), target]));
  const linked = (suite: string) => (target: string) => {
    const own = byPair.get(JSON.stringify([suite, target]));
    const name = html`<span class="target-name">${nameHtml(target, 44)}</span>`;
    return own === undefined ? name : html`<a href="#${anchorOf(own)}">${name}</a>`;
  };
  const suites = equivalence.suites.map((suite) => {
    const tensors =
      suite.tensors.length > 1
        ? suite.tensors.map(
            (entry) =>
              html`<h3>Output ${nameHtml(entry.tensor)}</h3>${classList(entry.classes, linked(suite.suite))}`,
          )
        : [];
    const heading = equivalence.suites.length > 1 ? html`<h3>${nameHtml(suite.suite)}</h3>` : undefined;
    return html`${heading}${classList(suite.overall, linked(suite.suite))}${
      tensors.length === 0
        ? undefined
        : html`<details class="more"><summary>By output</summary>${tensors}</details>`
    }`;
  });
  return html`<section><h2>Who agrees bit for bit</h2>
<p class="small quiet">Targets beside one letter gave exactly the same bytes for every case. The filled letter holds the reference's own bytes.</p>${suites}</section>`;
}

function classList(classes: readonly EquivalenceClass[], linked: (target: string) => Markup): Markup {
  if (classes.length === 0) return html`<p>Nothing was captured.</p>`;
  return html`<ul class="classes">${classes.map(
    (own) => html`<li><span class="letter${own.reference ? ' reference' : ''}">${nameHtml(own.id, 8)}</span>
<div><p class="small quiet">${own.reference ? 'as the reference, ' : ''}${count(own.targets.length, 'target')}</p>
<div class="names">${own.targets.map((target) => html`<span>${linked(target)}</span>`)}</div></div></li>`,
  )}</ul>`;
}

/** Whether a difference could be noise: outputs over repeats of the same input. */
export function determinismSection(input: ReportInput): Markup {
  const rows = input.determinism.targets.flatMap((target) =>
    target.tensors.map((tensor) => ({
      ...tensor,
      target: target.target,
      suite: target.suite,
      repeats: target.repeats,
    })),
  );
  const repeated = rows.filter((row) => row.repeats > 1);
  const varying = repeated.filter((row) => row.distinct_outputs > 1);
  return html`<section><h2>Repeatability</h2>${repeatedWords(repeated, rows.length)}${
    varying.length === 0
      ? undefined
      : html`<div class="scroll"><table><thead><tr><th>Target</th><th>Output</th><th class="number">Different outputs</th>
<th class="number">Largest difference</th><th>Cases</th></tr></thead><tbody>${varying.map(
          (
            row,
          ) => html`<tr><th scope="row" class="target-name">${nameHtml(row.target, 44)}</th><td>${nameHtml(row.tensor)}</td>
<td class="number">${row.distinct_outputs} of ${row.repeats}</td><td class="number">${formatNumber(row.noise_max_abs)}</td>
<td>${joinHtml(
            row.cases.slice(0, 8).map((name) => nameHtml(name, 24)),
            ', ',
          )}${row.cases.length > 8 ? ` and ${row.cases.length - 8} more` : ''}</td></tr>`,
        )}</tbody></table></div>`
  }${probedTable(input)}</section>`;
}

/** What `localize --stability` varied, where it was asked. */
function probedTable({ determinism }: ReportInput): Content {
  const rows = determinism.targets.flatMap(({ suite, target, factors, attributed }) =>
    factors === undefined ? [] : [{ suite, target, factors, attributed: attributed ?? null }],
  );
  if (rows.length === 0) return undefined;
  return html`<h3>What changes an answer</h3>
<p class="small quiet">One thing varied at a time on one case, the smallest change first.</p>
<div class="scroll"><table><thead><tr><th>Target</th><th>Stable?</th><th>Changes the answer</th><th>Same bytes</th><th>Not tried</th></tr></thead>
<tbody>${rows.map(({ suite, target, ...probed }) => {
    const varied = probed.factors.filter(isVaried);
    const lines = (words: readonly string[]) =>
      words.length === 0 ? '–' : words.map((line) => html`<div>${line}</div>`);
    return html`<tr><th scope="row"><span class="target-name">${nameHtml(target, 44)}</span>
<div class="small quiet">${nameHtml(suite, 44)}</div></th><td>${attributedWords(probed)}</td>
<td>${lines(
      varied.filter(isChanging).map((factor) => `${FACTOR_NAMES[factor.factor]}: ${changeWords(factor)}`),
    )}</td>
<td>${lines(
      varied.filter((factor) => !isChanging(factor)).map(steadyWords),
    )}</td><td>${lines(untriedWords(probed.factors))}</td></tr>`;
  })}</tbody></table></div>`;
}

function repeatedWords(
  repeated: readonly { distinct_outputs: number; repeats: number; target: string; suite: string }[],
  all: number,
): Content {
  if (all === 0) return html`<p>No target was captured, so nothing is known of repeats.</p>`;
  if (repeated.length === 0) {
    return html`<p>Every input ran once, so whether the targets repeat their answers is not known.</p>`;
  }
  const pairs = groupBy(repeated, (row) => JSON.stringify([row.suite, row.target]));
  const steady = [...pairs.values()].filter((rows) => rows.every((row) => row.distinct_outputs === 1));
  const counts = joinWords([...new Set(repeated.map((row) => row.repeats))].map(String));
  if (steady.length === pairs.size) {
    return html`<p>Each of ${count(pairs.size, 'target')} gave the same bytes in all ${counts} repeats: what differs is not noise.</p>`;
  }
  return html`<p>${steady.length} of ${count(pairs.size, 'target')} gave the same bytes in all ${counts} repeats. These did not:</p>`;
}
