import type { PlacementSummary } from '../../domain/placement-summary.ts';
import { count } from '../format-number.ts';
import type { ReportInput } from '../report-input.ts';
import type { SuiteTarget } from '../suite-targets.ts';
import type { Content, Markup } from './markup.ts';
import { html, joinHtml, nameHtml, proseHtml } from './markup.ts';

type PlacedSuite = NonNullable<ReportInput['placement']>['suites'][number];
type Fusion = PlacedSuite['fusions'][number];

/** Names of nodes and targets in one cell before the rest is counted. */
const MOST_NAMES = 8;

/** Who ran where, per suite: a delegate that was asked for is a wish. */
export function placementSection(
  placement: ReportInput['placement'],
  targets: readonly SuiteTarget[],
  anchorOf: (target: SuiteTarget) => string,
): Content {
  if (placement === undefined) return undefined;
  const byPair = new Map(targets.map((target) => [JSON.stringify([target.suite, target.target]), target]));
  const suites = placement.suites.map((suite) => {
    const linked = (target: string) => {
      const own = byPair.get(JSON.stringify([suite.suite, target]));
      return own === undefined
        ? nameHtml(target, 44)
        : html`<a href="#${anchorOf(own)}">${nameHtml(target, 44)}</a>`;
    };
    const heading = placement.suites.length > 1 ? html`<h3>${nameHtml(suite.suite)}</h3>` : undefined;
    return html`${heading}${targetsTable(suite, linked)}${fusionsHtml(suite)}`;
  });
  return html`<section class="placement"><h2>Placement</h2>
<p class="small quiet">Where the nodes ran, from each runtime's own profile. A partition is a run of consecutive nodes of one provider; a fallback is a node that ran elsewhere than asked.</p>${suites}</section>`;
}

function targetsTable({ targets }: PlacedSuite, linked: (target: string) => Markup): Markup {
  if (targets.length === 0) return html`<p>Nothing was captured.</p>`;
  return html`<div class="scroll"><table><thead><tr><th>Target</th><th>Asked for</th><th>Ran on</th>
<th class="number">Partitions</th><th class="number">Fallbacks</th></tr></thead><tbody>${targets.map(
    (
      own,
    ) => html`<tr><th scope="row" class="target-name">${linked(own.target)}</th><td>${nameHtml(own.requested, 32)}</td>
${ranOnCells(own)}</tr>`,
  )}</tbody></table></div>`;
}

function ranOnCells({ status, providers, partitions, fallbacks }: PlacementSummary): Markup {
  const names = Object.entries(providers);
  if (status === 'unknown' || names.length === 0) {
    return html`<td colspan="3">not known: the runtime gave no profile</td>`;
  }
  const ran = names.map(([name, nodes]) => html`${nodes} on ${nameHtml(name, 40)}`);
  return html`<td>${joinHtml(ran, ', ')}</td><td class="number">${partitions}</td>
<td class="number">${fallbacks === 0 ? '0' : html`<b>${String(fallbacks)}</b>`}</td>`;
}

function fusionsHtml({ fusions, fusionsUnknown, targets }: PlacedSuite): Content {
  if (fusionsUnknown !== undefined) {
    return html`<p class="small">Which fusions fired on some targets only is not known: ${proseHtml(fusionsUnknown)}</p>`;
  }
  if (fusions.length === 0) {
    return targets.length > 1
      ? html`<p class="small quiet">No fusion fired on one target and not on another.</p>`
      : undefined;
  }
  return html`<details class="more"><summary>${count(fusions.length, 'operator')} that the runtime made on some targets only</summary>
<div class="scroll"><table><thead><tr><th>Operator</th><th>Nodes of the model</th><th>Fired on</th><th>Not on</th></tr></thead>
<tbody>${fusions.map(fusionRow)}</tbody></table></div></details>`;
}

function fusionRow({ operator, nodes, fired, notFired }: Fusion): Markup {
  return html`<tr><th scope="row">${nameHtml(operator, 40)}</th><td>${nodes.length === 0 ? html`<span class="quiet">its name leads to none</span>` : namesHtml(nodes)}</td>
<td>${namesHtml(fired)}</td><td>${namesHtml(notFired)}</td></tr>`;
}

function namesHtml(names: readonly string[]): Content {
  const rest = names.length - MOST_NAMES;
  const shown = names.slice(0, MOST_NAMES).map((name) => nameHtml(name, 44));
  return joinHtml([...shown, ...(rest > 0 ? [`${rest} more`] : [])], ', ');
}
