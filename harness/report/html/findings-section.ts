import type { DecidingRule, Verdict } from '../../domain/run-files.ts';
import { causeWords, firstDivergenceWords } from '../diagnosis/short-words.ts';
import { rulePlace } from '../failure-block.ts';
import type { Finding } from '../findings.ts';
import { changedAnswers } from '../findings.ts';
import { formatActualAndLimit } from '../format-number.ts';
import type { Overview } from '../overview.ts';
import type { ReportInput } from '../report-input.ts';
import type { SuiteTarget } from '../suite-targets.ts';
import {
  answersAndTiesWords,
  headline,
  isAnswerMetric,
  messageWords,
  operatorSign,
  remedyOf,
} from '../wording.ts';
import type { Content, Markup } from './markup.ts';
import { html, nameHtml, proseHtml } from './markup.ts';
import type { Pictures } from './pictures.ts';
import { flipFigure } from './pictures.ts';
import { markLabel } from './status-mark.ts';

/** In the list a few pictures tell the story; the target's details hold more. */
const MOST_PICTURES = 3;
const DAY_MS = 86_400_000;

/** Everything that does not simply pass, worst first. */
export async function findingsSection(
  input: ReportInput,
  overview: Overview,
  anchorOf: (target: SuiteTarget) => string,
  pictures: Pictures,
): Promise<Markup> {
  if (overview.findings.length === 0) {
    return html`<section><h2>Findings</h2><p>Every verdict passes.</p></section>`;
  }
  const items = await Promise.all(
    overview.findings.map((finding) => findingItem(finding, input, anchorOf(finding.of), pictures)),
  );
  return html`<section><h2>Findings</h2>
<ol class="findings" id="findings">${items}</ol>
<p class="quiet" data-empty-for="findings" hidden>No finding matches the filter.</p></section>`;
}

async function findingItem(
  finding: Finding,
  input: ReportInput,
  anchor: string,
  pictures: Pictures,
): Promise<Markup> {
  const { of: target, tensor, status } = finding;
  const flips = (finding.summary?.decisions?.flipped ?? []).slice(0, MOST_PICTURES);
  const figures = await Promise.all(flips.map((flip) => flipFigure(flip, target.plannedSuite, pictures)));
  const where =
    tensor === '*' ? nameHtml(target.suite) : html`${nameHtml(target.suite)}, output ${nameHtml(tensor)}`;
  return html`<li data-status="${status}"><div>${markLabel(status)}</div><div>
<h3><a class="target-name" href="#${anchor}">${nameHtml(target.target)}</a></h3>
<p class="small quiet">${where}</p>
${whatLines(finding)}
${figures.length === 0 ? undefined : html`<div class="flips">${figures}</div>`}
${moreFlips(finding, anchor)}
${whereAndWhy(finding)}
<ul class="why">${whyLines(finding, input.verdicts.judgedAt)}</ul></div></li>
`;
}

/** Where it differs first and why, in two lines; the target's details hold the rest. */
function whereAndWhy({ of: { diagnosis } }: Finding): Content {
  if (diagnosis === undefined) return undefined;
  const [first, cause] = [firstDivergenceWords(diagnosis), causeWords(diagnosis)];
  return [
    first === undefined ? undefined : html`<p>First divergence: ${proseHtml(first)}</p>`,
    cause === undefined ? undefined : html`<p>Likely cause: ${proseHtml(cause)}</p>`,
  ];
}

function whatLines(finding: Finding): Content {
  if (remedyOf(finding) !== undefined) return html`<p>${proseHtml(headline(finding))}</p>`;
  const answers = changedAnswers(finding.summary) > 0 ? answersAndTiesWords(finding.summary) : undefined;
  const limits = finding.verdicts
    .filter((verdict) => answers === undefined || !isAnswerMetric(verdict.metric))
    .map((verdict) => html`<p>${limitHtml(verdict)}</p>`);
  return [answers === undefined ? undefined : html`<p class="what"><b>${answers}</b></p>`, ...limits];
}

/** "max_steps 19 steps, allowed ≤ 2 steps", or the message where there is no number. */
function limitHtml(verdict: Verdict): Content {
  if (verdict.actual === null || verdict.limit === null) {
    return proseHtml(verdict.message ?? `no value for ${verdict.metric}`);
  }
  const said = messageWords(verdict);
  const { actual, limit } = formatActualAndLimit(verdict.metric, verdict.actual, verdict.limit);
  return html`<span class="code">${nameHtml(verdict.metric)}</span> <b>${actual}</b>, allowed ${operatorSign(verdict.operator)} ${limit}${said === undefined ? undefined : html`: ${proseHtml(said)}`}`;
}

function moreFlips(finding: Finding, anchor: string): Content {
  const more = changedAnswers(finding.summary) - MOST_PICTURES;
  return more > 0
    ? html`<p class="small"><a href="#${anchor}">${more} more changed answers</a></p>`
    : undefined;
}

/** Waivers first: they are what a reviewer signs. Each rule once. */
function whyLines(finding: Finding, judgedAt: string): Content {
  const remedy = remedyOf(finding);
  if (remedy !== undefined) return html`<li>Provide it: <code>${proseHtml(remedy)}</code></li>`;
  const waived = finding.verdicts.filter(({ waiver }) => waiver !== undefined);
  const leads = waived.map(
    (verdict) => html`<li>${waiverLead(verdict, judgedAt)} ${ruleHtml(verdict.waiver!)}</li>`,
  );
  const rules = unique(finding.verdicts.map((verdict) => verdict.rule));
  return [
    ...new Map(leads.map((line) => [line.markup, line])).values(),
    ...rules.map((rule) => html`<li>Budget ${ruleHtml(rule)}</li>`),
  ];
}

function waiverLead({ status, waiver }: Verdict, judgedAt: string): Content {
  const expires = waiver?.expires ?? '';
  if (waiver?.expired) return html`<span class="expired">Waiver expired on ${nameHtml(expires)}</span>`;
  if (status !== 'WAIVED') return html`<span class="expired">Worse than its waiver allows</span>`;
  const days = Math.ceil((Date.parse(expires) + DAY_MS - Date.parse(judgedAt)) / DAY_MS);
  const left = Number.isFinite(days) ? ` (${days} ${days === 1 ? 'day' : 'days'} left when judged)` : '';
  return html`Waived until ${nameHtml(expires)}${left}`;
}

function ruleHtml(rule: DecidingRule): Markup {
  const owner = rule.owner === undefined ? undefined : html`, owner <b>${nameHtml(rule.owner)}</b>`;
  return html`<q>${proseHtml(rule.reason)}</q>${owner}, <span class="code">${nameHtml(rulePlace(rule))}</span>`;
}

function unique<Rule extends DecidingRule>(rules: readonly Rule[]): Rule[] {
  const seen = new Map(
    rules.map((rule) => [JSON.stringify([rulePlace(rule), rule.reason, rule.owner]), rule]),
  );
  return [...seen.values()];
}
