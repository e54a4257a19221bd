import type { Verdict } from '../domain/run-files.ts';
import { causeWords, firstDivergenceWords } from './diagnosis/short-words.ts';
import { prose } from './escape.ts';
import { ruleWords } from './failure-block.ts';
import type { Finding } from './findings.ts';
import { count } from './format-number.ts';
import type { Overview } from './overview.ts';
import { coverageWords, overviewOf } from './overview.ts';
import type { ReportInput } from './report-input.ts';
import {
  deviceLocation,
  fleetLocation,
  type SarifLocation,
  verdictLocation,
  waiverLocation,
} from './sarif/locations.ts';
import { sarifRules } from './sarif/rules.ts';
import type { SuiteTarget } from './suite-targets.ts';
import { elementsWords, limitWords, messageWords, nameText, proseText, worstWords } from './wording.ts';

/** What GitHub shows of one run; it refuses a file with more than 25,000. */
const MOST_RESULTS = 5000;

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

type Level = 'error' | 'warning' | 'note';

interface SarifResult {
  readonly ruleId: string;
  readonly level: Level;
  readonly message: { readonly text: string };
  readonly locations: readonly SarifLocation[];
  readonly relatedLocations?: readonly SarifLocation[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions?: readonly object[];
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * findings.sarif, SARIF 2.1.0: a result for every limit that is broken, warned of or waived, at the budget rule that decided,
 * worst first. A skipped target is no result, it is told as a notification.
 */
export function renderSarif(input: ReportInput): string {
  const overview = overviewOf(input);
  const told = overview.findings.flatMap((finding) =>
    finding.verdicts
      .filter(({ status }) => status !== 'SKIPPED' && status !== 'PASS')
      .map((verdict) => ({ finding, verdict })),
  );
  const isTold = overview.unjudged.length > 0 || told.some(({ verdict }) => levelOf(verdict) === 'error');
  const isUndecided = overview.outcome === 'unknown' && !isTold;
  const all = (isUndecided ? 1 : 0) + overview.unjudged.length + told.length;
  const results = [
    ...(isUndecided ? [undecidedResult(input, overview.sentence)] : []),
    ...overview.unjudged.map((target) => unjudgedResult(target)),
    ...told.slice(0, MOST_RESULTS).map(({ finding, verdict }) => resultOf(finding, verdict, input)),
  ].slice(0, MOST_RESULTS);
  const rules = sarifRules(results.map((result) => result.ruleId));
  const indexes = new Map(rules.map((rule, index) => [rule.id, index]));
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'fleetdiff', version: input.plan.harness.version, rules } },
        automationDetails: { id: `fleetdiff/${nameText(input.plan.run)}` },
        invocations: [invocation(input, overview, all - results.length)],
        originalUriBaseIds: {
          '%SRCROOT%': { description: { text: 'The folder that fleetdiff was started in.' } },
        },
        columnKind: 'utf16CodeUnits',
        results: results.map((result) => ({ ...result, ruleIndex: indexes.get(result.ruleId) })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 1)}\n`;
}

function resultOf(finding: Finding, verdict: Verdict, input: ReportInput): SarifResult {
  const { folder = `reports/${input.plan.run}` } = input;
  const { of: target, tensor } = finding;
  const related = verdict.waiver === undefined ? [] : waiverLocation(verdict.waiver);
  const isBroken = checkedOf(input)?.has(verdict.id);
  return {
    ruleId: nameText(verdict.metric),
    level: isBroken === undefined ? levelOf(verdict) : levelInCheck(verdict, isBroken),
    message: { text: messageText(finding, verdict, folder) },
    locations: [verdictLocation(verdict, target)],
    ...(related.length === 0 ? {} : { relatedLocations: related }),
    partialFingerprints: fingerprints(nameText(verdict.id)),
    ...(verdict.status === 'WAIVED' && verdict.waiver !== undefined && !isBroken
      ? { suppressions: [suppression(verdict.waiver)] }
      : {}),
    properties: {
      status: verdict.status,
      verdict: nameText(verdict.id),
      suite: nameText(target.suite),
      target: nameText(target.target),
      tensor: nameText(tensor),
      case: nameText(verdict.case),
      actual: verdict.actual,
      limit: verdict.limit,
    },
  };
}

/** In a check: ids of what head breaks and base does not. */
function checkedOf(input: ReportInput): ReadonlySet<string> | undefined {
  if (input.check === undefined || overviewOf(input).own === undefined) return undefined;
  const known = checked.get(input);
  if (known) return known;
  const ids = new Set(input.check.targets.flatMap(({ newViolations }) => newViolations.map(({ id }) => id)));
  checked.set(input, ids);
  return ids;
}

const checked = new WeakMap<ReportInput, ReadonlySet<string>>();

/** What base has too is no news of the change. */
function levelInCheck(verdict: Verdict, isBroken: boolean): Level {
  if (isBroken) return 'error';
  return verdict.status === 'FAIL' ? 'note' : levelOf(verdict);
}

/** GitHub shows suppressed results as open alerts, so a waived one must not be an error there. */
function levelOf({ status }: Verdict): Level {
  if (status === 'WAIVED') return 'note';
  return status === 'WARN' ? 'warning' : 'error';
}

/**
 * A verdict's id is the same in every run. GitHub tells alerts apart by `primaryLocationLineHash` alone, and would otherwise
 * take all targets that break one line of budgets.yml for one alert.
 */
function fingerprints(id: string): Readonly<Record<string, string>> {
  return { primaryLocationLineHash: id, 'fleetdiffVerdict/v1': id };
}

function suppression(waiver: NonNullable<Verdict['waiver']>): object {
  return { kind: 'external', status: 'accepted', justification: plain(ruleWords(waiver)) };
}

/** The first sentence is all that a list of alerts shows. */
function messageText(finding: Finding, verdict: Verdict, run: string): string {
  const { of: target, tensor } = finding;
  const where = `${nameText(target.target)}, ${nameText(target.suite)}${tensor === '*' ? '' : `, ${nameText(tensor)}`}`;
  const what = verdict.actual === null ? proseText(verdict.message ?? 'no value') : limitWords(verdict);
  const sentences = [
    `${where}: ${what}`,
    ...(verdict.actual === null ? [] : valueSentences(finding, verdict)),
    ...causeSentences(target),
    `fleetdiff explain ${nameText(run)} ${nameText(verdict.id)}`,
  ];
  return plain(sentences.map((sentence) => sentence.replace(/[.\s]+$/, '')).join('. '));
}

function valueSentences(finding: Finding, verdict: Verdict): string[] {
  const said = messageWords(verdict);
  const elements = elementsWords(finding.summary);
  const worst =
    verdict.worst === undefined
      ? undefined
      : `worst at ${worstWords(verdict.worst, finding.of.plannedSuite)}`;
  const place = [elements, worst].filter((part) => part !== undefined).join(', ');
  return [
    ...(place === '' ? [] : [place]),
    ...(said === undefined ? [] : [said]),
    `Budget: ${ruleWords(verdict.rule)}`,
    ...(verdict.waiver === undefined ? [] : [`Waiver: ${ruleWords(verdict.waiver)}`]),
  ];
}

function causeSentences({ diagnosis }: SuiteTarget): string[] {
  if (diagnosis === undefined) return [];
  const [first, cause] = [firstDivergenceWords(diagnosis), causeWords(diagnosis)];
  return [
    ...(first === undefined ? [] : [`First divergence: ${first}`]),
    ...(cause === undefined ? [] : [`Likely cause: ${cause}`]),
  ];
}

/** No name may make a link (SARIF 2.1.0, 3.11.6) or a placeholder (3.11.5) of the text. */
function plain(text: string): string {
  return text.replaceAll('](', '] (').replace(/[{}]/g, (brace) => brace + brace);
}

function unjudgedResult(target: SuiteTarget): SarifResult {
  const { suite } = target;
  const where = `${nameText(target.target)}, ${nameText(suite)}`;
  return {
    ruleId: 'capture',
    level: 'error',
    message: { text: plain(`${where}: planned, but no verdict was given.`) },
    locations: [deviceLocation(target)],
    partialFingerprints: fingerprints(`unjudged ${where}`),
    properties: { status: 'NOT_JUDGED', suite: nameText(suite), target: nameText(target.target) },
  };
}

/** No result at all would close every alert of the run before. */
function undecidedResult({ plan }: ReportInput, sentence: string): SarifResult {
  return {
    ruleId: 'capture',
    level: 'error',
    message: { text: plain(`${sentence}.`) },
    locations: [fleetLocation(plan)],
    partialFingerprints: fingerprints('undecided'),
    properties: { status: 'INCOMPLETE' },
  };
}

function invocation({ plan, verdicts }: ReportInput, overview: Overview, cut: number): object {
  const { findings, coverage } = overview;
  const skipped = findings.filter(({ status }) => status === 'SKIPPED');
  const said = [
    `${overview.sentence}. ${coverageWords(coverage)}`,
    ...(cut === 0 ? [] : [`${count(cut, 'more result')} left out: see report.html and verdicts.json`]),
  ];
  const notes = skipped
    .slice(0, 100)
    .map(
      ({ of, verdicts: [verdict] }) =>
        `Skipped: ${nameText(of.target)}, ${nameText(of.suite)}: ${prose(verdict?.message ?? '')}`,
    );
  const notification = (level: Level) => (text: string) => ({
    level,
    message: { text: plain(proseText(text)) },
  });
  return {
    executionSuccessful: overview.outcome !== 'unknown',
    exitCode: verdicts.exitCode,
    startTimeUtc: plan.createdAt,
    endTimeUtc: verdicts.judgedAt,
    toolExecutionNotifications: [
      ...said.map(notification(overview.outcome === 'ship' ? 'note' : 'error')),
      ...notes.map(notification('note')),
    ],
  };
}
