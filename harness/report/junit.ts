import type { Status, Verdict, VerdictBody } from '../domain/run-files.ts';
import { verdictId } from '../domain/verdict-id.ts';
import { shortenMiddle } from './display-width.ts';
import { escapeXml, prose, visible } from './escape.ts';
import { blockLines, failureBlock, ruleWords } from './failure-block.ts';
import type { Finding } from './findings.ts';
import { count, formatBareActualAndLimit } from './format-number.ts';
import { checkSuites } from './junit/check-suites.ts';
import { attribute, type Outcome, totals } from './junit/xml.ts';
import { overviewOf } from './overview.ts';
import type { ReportInput } from './report-input.ts';
import type { SuiteTarget } from './suite-targets.ts';
import { messageWords } from './wording.ts';

/** Long names are cut in the middle, and then bear the verdict's id. */
const NAME_COLUMNS = 200;

/**
 * Of a larger run the verdicts of a target that pass are one test, and of the findings only the worst are told in full: no reader of
 * JUnit takes millions.
 */
const MOST_TESTS = 100_000;
const MOST_TOLD = 2000;

/**
 * JUnit XML as GitHub's, GitLab's and Jenkins' readers take it: a testsuite per suite on a target, a testcase per verdict. Waived and
 * skipped verdicts are skipped tests; an incomplete one, one that is not comparable and a candidate that nobody judged are errors.
 * Of a check it holds what the check says.
 */
export function renderJunit(input: ReportInput): string {
  return [...junitPieces(input)].join('');
}

/** The same, a target at a time: of a large fleet it is longer than one text can be. */
export function* junitPieces(input: ReportInput): Generator<string> {
  const { targets, findings, outcome, sentence, own } = overviewOf(input);
  if (input.check !== undefined && own !== undefined) {
    yield* checkSuites(input.check);
    return;
  }
  const told = targets.filter(({ role, verdicts }) => role === 'candidate' || verdicts.length > 0);
  const isLarge = told.reduce((sum, { verdicts }) => sum + verdicts.length, 0) > MOST_TESTS;
  const findingOf = new Map(
    findings
      .slice(0, isLarge ? MOST_TOLD : undefined)
      .map((finding) => [findingKey(finding.of, finding.tensor), finding]),
  );
  const outcomes = told.flatMap((entry) => outcomesOf(entry, isLarge));
  const isUndecided = outcome === 'unknown' && !outcomes.includes('error');
  if (isUndecided) outcomes.push('error');
  // The root has no count of skipped tests in Jenkins' schema.
  const counts = totals(outcomes).replace(/ skipped="\d+"/, '');
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="fleetdiff ${attribute(input.plan.run)}"${counts}>\n`;
  for (const entry of told) yield testSuite(entry, findingOf, isLarge);
  if (isUndecided) yield undecided(sentence);
  yield '</testsuites>\n';
}

/** Readers of JUnit look at its tests only: a run of which nothing can be told must not look like one in which nothing failed. */
function undecided(sentence: string): string {
  const message = attribute(sentence);
  const xml = `    <testcase classname="fleetdiff" name="verdict" time="0"><error message="${message}" type="INCOMPLETE"/></testcase>`;
  return `  <testsuite name="fleetdiff"${totals(['error'])} time="0">\n${xml}\n  </testsuite>\n`;
}

function findingKey({ suite, target }: SuiteTarget, tensor: string): string {
  return JSON.stringify([suite, target, tensor]);
}

function testSuite(entry: SuiteTarget, findingOf: ReadonlyMap<string, Finding>, isLarge: boolean): string {
  const { capture, target, suite } = entry;
  // The harness' time: an emulated device has no speed to tell.
  const timeMs = capture?.status === 'captured' ? capture.timings.jobMs : 0;
  const timestamp = capture === undefined ? '' : ` timestamp="${attribute(capture.capturedAt)}"`;
  const host = ` hostname="${attribute(target.split('/')[0] ?? '')}"`;
  return [
    `  <testsuite name="${attribute(target)} · ${attribute(suite)}"${totals(outcomesOf(entry, isLarge))} time="${(timeMs / 1000).toFixed(3)}"${timestamp}${host}>`,
    ...properties(entry),
    ...testCases(entry, findingOf, isLarge),
    '  </testsuite>',
    '',
  ].join('\n');
}

function testCases(
  entry: SuiteTarget,
  findingOf: ReadonlyMap<string, Finding>,
  isLarge: boolean,
): readonly string[] {
  const className = classNameOf(entry);
  if (entry.verdicts.length === 0) return [notJudged(className)];
  const passed = (name: string) => `    <testcase classname="${className}" name="${name}" time="0"/>`;
  const openCase = (verdict: Verdict) => {
    const head = `    <testcase classname="${className}" name="${testName(verdict, verdict.target)}"${placeOf(verdict)} time="0"`;
    const body = content(verdict, findingOf.get(findingKey(entry, verdict.tensor)), entry);
    return `${head}>\n${body}\n    </testcase>`;
  };
  if (isLarge) {
    const within = entry.verdicts.length - entry.open.length;
    const together = within === 0 ? [] : [passed(`${count(within, 'verdict')} within budget`)];
    return [...entry.open.map(openCase), ...together];
  }
  const open = entry.open.values();
  return entry.verdicts.map((body) =>
    body.status === 'PASS' ? passed(testName(body, entry.target)) : openCase(open.next().value!),
  );
}

/** Of each test of a testsuite. */
function outcomesOf({ verdicts, open }: SuiteTarget, isLarge: boolean): readonly Outcome[] {
  if (verdicts.length === 0) return ['error'];
  if (!isLarge) return verdicts.map(({ status }) => OUTCOMES[status]);
  const isAnyWithin = open.length < verdicts.length;
  return [...open.map(({ status }) => OUTCOMES[status]), ...(isAnyWithin ? (['passed'] as const) : [])];
}

const OUTCOMES: Readonly<Record<Status, Outcome>> = {
  PASS: 'passed',
  WARN: 'passed',
  FAIL: 'failure',
  INCOMPLETE: 'error',
  NOT_COMPARABLE: 'error',
  SKIPPED: 'skipped',
  WAIVED: 'skipped',
};

function properties({ capture, device, suite, target }: SuiteTarget): string[] {
  const captured = capture?.status === 'captured' ? capture.provenance : undefined;
  const delegate = captured?.delegate ?? device?.delegates.find(({ name }) => target.endsWith(`/${name}`));
  const facts = captured?.device;
  const entries: readonly (readonly [string, string | undefined])[] = [
    ['suite', suite],
    ['soc', facts?.soc ?? device?.soc],
    ['delegate', delegate && `${delegate.name}: ${delegate.runtime} ${delegate.provider}`],
    ['runtime', facts && `${facts.runtime.name} ${facts.runtime.version}`],
    ['host', facts && `${facts.host.name} ${facts.host.version}`],
    ['arch', facts?.arch],
    ['isa', facts?.isa.join(' ')],
    ['os', facts?.os],
    ['driver', captured && `${captured.driver.name} ${captured.driver.version}`],
    ['emulator', facts?.emulator],
    ['adapter', facts?.adapter],
    ['time', captured && "the harness' time for the whole job, not the device's speed"],
  ];
  const lines = entries.flatMap(([name, value]) =>
    value === undefined ? [] : [`      <property name="${name}" value="${attribute(value)}"/>`],
  );
  return ['    <properties>', ...lines, '    </properties>'];
}

/** GitLab takes this for the suite's name; Jenkins takes what is before the last dot for a package. */
function classNameOf({ suite, target }: SuiteTarget): string {
  return `${attribute(suite)}.${attribute(target)}`;
}

/** Readers take two cases of one name for one. */
function testName(body: VerdictBody, target: string): string {
  const parts = [body.case, body.tensor].filter((part) => part !== '*');
  const full = [...parts, body.metric].map(visible).join(' · ');
  const short = shortenMiddle(full, NAME_COLUMNS);
  return attribute(short === full ? full : `${short} (${verdictId({ ...body, target })})`);
}

/** GitLab links the file, and GitHub's reporters annotate the line; nobody looks for the rule of a test that passed. */
function placeOf({ rule }: Verdict): string {
  if (rule.file === 'built-in') return '';
  const line = rule.line === undefined ? '' : ` line="${rule.line}"`;
  return ` file="${attribute(rule.file)}"${line}`;
}

/** What a test says beside its name. */
function content(verdict: Verdict, finding: Finding | undefined, entry: SuiteTarget): string {
  const summary = summaryOf(verdict);
  const message = attribute(summary);
  const text = finding === undefined ? summary : toldInFull(finding, verdict);
  switch (verdict.status) {
    case 'FAIL':
      return `      <failure type="FAIL" message="${message}">${escapeXml(text)}</failure>`;
    case 'INCOMPLETE':
    case 'NOT_COMPARABLE':
      return `      <error type="${verdict.status}" message="${message}">${escapeXml(text)}</error>`;
    case 'SKIPPED':
      return `      <skipped message="${attribute(skipMessage(verdict, entry))}"/>`;
    case 'WAIVED':
      return `      <skipped message="${attribute(waivedMessage(verdict))}"/>\n${output(text)}`;
    default:
      return output(text);
  }
}

function output(text: string): string {
  return `      <system-out>${escapeXml(text)}</system-out>`;
}

function toldInFull(finding: Finding, verdict: Verdict): string {
  return blockLines(failureBlock(finding, [verdict])).join('\n');
}

function summaryOf(verdict: Verdict): string {
  const said = messageWords(verdict);
  if (verdict.actual === null) return said ?? `no value for ${visible(verdict.metric)}`;
  const { metric, operator, waiver } = verdict;
  const { actual, limit } = formatBareActualAndLimit(metric, verdict.actual, verdict.limit);
  const expiry = waiver?.expired ? `waiver expired on ${visible(waiver.expires ?? '')}` : undefined;
  const parts = [
    `${visible(metric)} ${actual}, allowed ${operator} ${limit}`,
    said,
    expiry,
    ruleWords(verdict.rule),
  ];
  return parts.filter((part) => part !== undefined).join('; ');
}

function waivedMessage(verdict: Verdict): string {
  const { waiver } = verdict;
  return `waived: ${summaryOf(verdict)}${waiver === undefined ? '' : `; waiver ${ruleWords(waiver)}`}`;
}

function skipMessage(verdict: Verdict, entry: SuiteTarget): string {
  const { capture } = entry;
  if (capture?.status === 'skipped') return `${prose(capture.reason)}; provide it: ${prose(capture.remedy)}`;
  return prose(verdict.message ?? 'skipped');
}

function notJudged(className: string): string {
  const head = `    <testcase classname="${className}" name="verdict" time="0">`;
  const error = '      <error type="INCOMPLETE" message="planned, but no verdict was given"/>';
  return `${head}\n${error}\n    </testcase>`;
}
