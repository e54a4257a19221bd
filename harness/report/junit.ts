import type { Verdict } from '../domain/run-files.ts';
import { shortenMiddle } from './display-width.ts';
import { escapeXml, prose, visible } from './escape.ts';
import { blockLines, failureBlock, ruleWords } from './failure-block.ts';
import type { Finding } from './findings.ts';
import { formatBareActualAndLimit } from './format-number.ts';
import { overviewOf } from './overview.ts';
import type { ReportInput } from './report-input.ts';
import type { SuiteTarget } from './suite-targets.ts';
import { messageWords } from './wording.ts';

type Outcome = 'passed' | 'failure' | 'error' | 'skipped';

interface TestCase {
  readonly outcome: Outcome;
  readonly xml: string;
}

/** Long names are cut in the middle, and then bear the verdict's id. */
const NAME_COLUMNS = 200;

/**
 * JUnit XML as GitHub's, GitLab's and Jenkins' readers take it: a testsuite per suite on a target, a testcase per verdict. Waived and
 * skipped verdicts are skipped tests; an incomplete one, one that is not comparable and a candidate that nobody judged are errors.
 */
export function renderJunit(input: ReportInput): string {
  const { targets, findings, outcome, sentence } = overviewOf(input);
  const findingOf = new Map(findings.map((finding) => [findingKey(finding.of, finding.tensor), finding]));
  const suites = targets
    .filter(({ role, verdicts }) => role === 'candidate' || verdicts.length > 0)
    .map((entry) => testSuite(entry, findingOf));
  const isTold = suites.some(({ cases: own }) => own.some((each) => each.outcome === 'error'));
  if (outcome === 'unknown' && !isTold) suites.push(undecided(sentence));
  const cases = suites.flatMap((suite) => suite.cases);
  // The root has no count of skipped tests in Jenkins' schema.
  const counts = totals(cases).replace(/ skipped="\d+"/, '');
  const xml = suites.map((suite) => suite.xml).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="fleetdiff ${attribute(input.plan.run)}"${counts}>\n${xml}</testsuites>\n`;
}

/** Readers of JUnit look at its tests only: a run of which nothing can be told must not look like one in which nothing failed. */
function undecided(sentence: string): { cases: TestCase[]; xml: string } {
  const message = attribute(sentence);
  const xml = `    <testcase classname="fleetdiff" name="verdict" time="0"><error message="${message}" type="INCOMPLETE"/></testcase>`;
  const cases: TestCase[] = [{ outcome: 'error', xml }];
  return { cases, xml: `  <testsuite name="fleetdiff"${totals(cases)} time="0">\n${xml}\n  </testsuite>\n` };
}

function findingKey({ suite, target }: SuiteTarget, tensor: string): string {
  return JSON.stringify([suite, target, tensor]);
}

function testSuite(
  entry: SuiteTarget,
  findingOf: ReadonlyMap<string, Finding>,
): { cases: TestCase[]; xml: string } {
  const { capture, target, suite, verdicts } = entry;
  const cases =
    verdicts.length === 0
      ? [notJudged(entry)]
      : verdicts.map((verdict) => testCase(entry, verdict, findingOf.get(findingKey(entry, verdict.tensor))));
  // The harness' time: an emulated device has no speed to tell.
  const timeMs = capture?.status === 'captured' ? capture.timings.jobMs : 0;
  const timestamp = capture === undefined ? '' : ` timestamp="${attribute(capture.capturedAt)}"`;
  const host = ` hostname="${attribute(target.split('/')[0] ?? '')}"`;
  const xml = [
    `  <testsuite name="${attribute(target)} · ${attribute(suite)}"${totals(cases)} time="${(timeMs / 1000).toFixed(3)}"${timestamp}${host}>`,
    ...properties(entry),
    ...cases.map((testCase) => testCase.xml),
    '  </testsuite>',
    '',
  ];
  return { cases, xml: xml.join('\n') };
}

/** Consumers fold over these counts, so they are computed from the cases themselves. */
function totals(cases: readonly TestCase[]): string {
  const having = (outcome: Outcome) => cases.filter((testCase) => testCase.outcome === outcome).length;
  return ` tests="${cases.length}" failures="${having('failure')}" errors="${having('error')}" skipped="${having('skipped')}"`;
}

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

function testCase(entry: SuiteTarget, verdict: Verdict, finding: Finding | undefined): TestCase {
  const [outcome, body] = content(verdict, finding, entry);
  const head = `    <testcase classname="${className(entry)}" name="${attribute(testName(verdict))}"${placeOf(verdict)} time="0"`;
  return { outcome, xml: body === '' ? `${head}/>` : `${head}>\n${body}\n    </testcase>` };
}

/** GitLab takes this for the suite's name; Jenkins takes what is before the last dot for a package. */
function className({ suite, target }: SuiteTarget): string {
  return `${attribute(suite)}.${attribute(target)}`;
}

/** Readers take two cases of one name for one. */
function testName({ id, case: name, tensor, metric }: Verdict): string {
  const parts = [name, tensor].filter((part) => part !== '*');
  const full = [...parts, metric].map(visible).join(' · ');
  const short = shortenMiddle(full, NAME_COLUMNS);
  return short === full ? full : `${short} (${shortenMiddle(visible(id), 40)})`;
}

/** GitLab links the file, and GitHub's reporters annotate the line; nobody looks for the rule of a test that passed. */
function placeOf({ status, rule }: Verdict): string {
  if (status === 'PASS' || rule.file === 'built-in') return '';
  const line = rule.line === undefined ? '' : ` line="${rule.line}"`;
  return ` file="${attribute(rule.file)}"${line}`;
}

function content(verdict: Verdict, finding: Finding | undefined, entry: SuiteTarget): [Outcome, string] {
  const message = attribute(summaryOf(verdict));
  const text = () => (finding === undefined ? summaryOf(verdict) : toldInFull(finding, verdict));
  switch (verdict.status) {
    case 'PASS':
      return ['passed', ''];
    case 'FAIL':
      return ['failure', `      <failure type="FAIL" message="${message}">${escapeXml(text())}</failure>`];
    case 'INCOMPLETE':
    case 'NOT_COMPARABLE':
      return [
        'error',
        `      <error type="${verdict.status}" message="${message}">${escapeXml(text())}</error>`,
      ];
    case 'SKIPPED':
      return ['skipped', `      <skipped message="${attribute(skipMessage(verdict, entry))}"/>`];
    case 'WAIVED':
      return [
        'skipped',
        `      <skipped message="${attribute(waivedMessage(verdict))}"/>\n${output(text())}`,
      ];
    case 'WARN':
      return ['passed', output(text())];
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

function notJudged(entry: SuiteTarget): TestCase {
  const head = `    <testcase classname="${className(entry)}" name="verdict" time="0">`;
  const error = '      <error type="INCOMPLETE" message="planned, but no verdict was given"/>';
  return { outcome: 'error', xml: `${head}\n${error}\n    </testcase>` };
}

function attribute(text: string): string {
  return escapeXml(visible(text));
}
