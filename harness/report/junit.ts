import { groupBy } from '../domain/group-by.ts';
import type { Capture, Verdict } from '../domain/run-files.ts';
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

/** JUnit XML: a testsuite per target, a testcase per verdict. A candidate that nobody judged is an error. */
export function renderJunit(input: ReportInput): string {
  const { targets, findings } = overviewOf(input);
  const byTarget = groupBy(targets, (entry) => entry.target);
  const suites = [...byTarget].map(([target, entries]) => testSuite(target, entries, findings));
  const cases = suites.flatMap((suite) => suite.cases);
  const xml = suites.map((suite) => suite.xml).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="fleetdiff ${attribute(input.plan.run)}"${totals(cases)}>\n${xml}</testsuites>\n`;
}

function testSuite(
  target: string,
  entries: readonly SuiteTarget[],
  findings: readonly Finding[],
): { cases: TestCase[]; xml: string } {
  const cases = entries.flatMap((entry) => testCases(entry, findings));
  const captures = entries.flatMap((entry) => entry.capture ?? []);
  const timeMs = captures.reduce(
    (sum, capture) => sum + (capture.status === 'captured' ? capture.timings.jobMs : 0),
    0,
  );
  const [first] = captures;
  const timestamp = first === undefined ? '' : ` timestamp="${attribute(first.capturedAt)}"`;
  const xml = [
    `  <testsuite name="${attribute(target)}"${totals(cases)} time="${(timeMs / 1000).toFixed(3)}"${timestamp}>`,
    properties(captures),
    ...cases.map((testCase) => testCase.xml),
    '  </testsuite>',
    '',
  ];
  return { cases, xml: xml.filter((line, n) => line !== '' || n === xml.length - 1).join('\n') };
}

/** Consumers fold over these counts, so they are computed from the cases themselves. */
function totals(cases: readonly TestCase[]): string {
  const having = (outcome: Outcome) => cases.filter((testCase) => testCase.outcome === outcome).length;
  return ` tests="${cases.length}" failures="${having('failure')}" errors="${having('error')}" skipped="${having('skipped')}"`;
}

function properties(captures: readonly Capture[]): string {
  const captured = captures.find((capture) => capture.status === 'captured');
  if (captured === undefined) return '';
  const { device, driver } = captured.provenance;
  const entries: [string, string][] = [
    ['soc', device.soc],
    ['arch', device.arch],
    ['isa', device.isa.join(' ')],
    ['os', device.os],
    ['runtime', `${device.runtime.name} ${device.runtime.version}`],
    ['driver', `${driver.name} ${driver.version}`],
    ...(device.emulator === undefined ? [] : [['emulator', device.emulator] as [string, string]]),
  ];
  const lines = entries.map(
    ([name, value]) => `      <property name="${name}" value="${attribute(value)}"/>`,
  );
  return ['    <properties>', ...lines, '    </properties>'].join('\n');
}

function testCases(entry: SuiteTarget, findings: readonly Finding[]): TestCase[] {
  if (entry.verdicts.length === 0) return entry.role === 'candidate' ? [notJudged(entry)] : [];
  return entry.verdicts.map((verdict) => {
    const finding = findings.find(
      (candidate) => candidate.of === entry && candidate.tensor === verdict.tensor,
    );
    return testCase(entry, verdict, finding);
  });
}

function testCase(entry: SuiteTarget, verdict: Verdict, finding: Finding | undefined): TestCase {
  const parts = [verdict.case, verdict.tensor].filter((part) => part !== '*');
  const name = [...parts, verdict.metric].map(visible).join(' · ');
  const [outcome, body] = content(verdict, finding, entry);
  const head = `    <testcase classname="${attribute(entry.suite)}.${attribute(entry.target)}" name="${escapeXml(name)}"`;
  return { outcome, xml: body === '' ? `${head}/>` : `${head}>\n${body}\n    </testcase>` };
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
    case 'WARN':
      return ['passed', `      <system-out>${escapeXml(`${verdict.status}\n${text()}`)}</system-out>`];
  }
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

function skipMessage(verdict: Verdict, entry: SuiteTarget): string {
  const { capture } = entry;
  if (capture?.status === 'skipped') return `${prose(capture.reason)}; provide it: ${prose(capture.remedy)}`;
  return prose(verdict.message ?? 'skipped');
}

function notJudged(entry: SuiteTarget): TestCase {
  const head = `    <testcase classname="${attribute(entry.suite)}.${attribute(entry.target)}" name="verdict">`;
  const error = '      <error type="INCOMPLETE" message="planned, but no verdict was given"/>';
  return { outcome: 'error', xml: `${head}\n${error}\n    </testcase>` };
}

function attribute(text: string): string {
  return escapeXml(visible(text));
}
