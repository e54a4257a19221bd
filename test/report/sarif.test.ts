import { expect, test } from 'vitest';
import { METRICS } from '../../harness/domain/metrics.ts';
import type { ReportInput } from '../../harness/report/report-input.ts';
import { renderSarif } from '../../harness/report/sarif.ts';
import { HOSTILE, hostileRun } from './hostile-run.ts';
import { DEFAULT_FLEET, type SampleTarget } from './sample-fleet.ts';
import { sampleRun, shippableRun } from './sample-run.ts';

interface Location {
  id?: number;
  physicalLocation: {
    artifactLocation: { uri: string; uriBaseId?: string };
    region: { startLine: number };
  };
}

interface Result {
  ruleId: string;
  ruleIndex: number;
  level: string;
  message: { text: string };
  locations: Location[];
  relatedLocations?: Location[];
  partialFingerprints: Record<string, string>;
  suppressions?: { kind: string; status: string; justification: string }[];
  properties: Record<string, unknown>;
}

interface Run {
  tool: { driver: { name: string; rules: { id: string }[] } };
  invocations: {
    executionSuccessful: boolean;
    exitCode: number;
    toolExecutionNotifications: { level: string; message: { text: string } }[];
  }[];
  results: Result[];
}

function read(input: ReportInput): Run {
  return JSON.parse(renderSarif(input)).runs[0];
}

/** What SARIF 2.1.0 (OASIS standard with errata 01) requires of the objects that we write; the section stands at each line. */
function violations(text: string): string[] {
  const log = JSON.parse(text);
  const wrong: string[] = [];
  const need = (holds: boolean, what: string) => holds || wrong.push(what);
  const isText = (value: unknown) => typeof value === 'string' && value.length > 0;
  const message = (value: { text?: unknown } | undefined, at: string) =>
    need(isText(value?.text), `${at}.text`); // 3.11.8
  const location = ({ id, physicalLocation }: Location, at: string) => {
    const { uri, uriBaseId } = physicalLocation.artifactLocation; // 3.29.3: an address or an artifactLocation
    need(isText(uri) && !/[\s<>"{}|\\^`]/.test(uri), `${at} uri is an RFC 3986 reference (3.4.3)`);
    need(
      uriBaseId === undefined || !/^[a-z]+:|^\//i.test(uri),
      `${at} uri is relative where it has a base (3.4.4)`,
    );
    need(uriBaseId === undefined || uriBaseId in log.runs[0].originalUriBaseIds, `${at} base (3.14.14)`);
    const line = physicalLocation.region.startLine;
    need(Number.isInteger(line) && line >= 1, `${at} startLine (3.30.5)`);
    need(id === undefined || (Number.isInteger(id) && id >= 0), `${at} id (3.28.2)`);
  };
  need(log.version === '2.1.0', 'version (3.13.2)');
  need(/^https:/.test(log.$schema), '$schema (3.13.3)');
  need(Array.isArray(log.runs), 'runs (3.13.4)');
  for (const run of log.runs) {
    const { driver } = run.tool; // 3.14.6, 3.18.2
    need(isText(driver.name), 'driver.name (3.19.8)');
    const ids = driver.rules.map((rule: { id: string }) => rule.id);
    need(new Set(ids).size === ids.length, 'rule ids are unique (3.19.23)');
    for (const rule of driver.rules) {
      need(isText(rule.id), 'rule.id (3.49.3)');
      message(rule.shortDescription, 'shortDescription (3.49.9)');
      message(rule.fullDescription, 'fullDescription (3.49.10)');
      message(rule.help, 'help (3.49.13)');
      need(isText(rule.help.text), 'a markdown message has text too (3.12.3)');
    }
    for (const each of run.invocations) {
      need(typeof each.executionSuccessful === 'boolean', 'executionSuccessful (3.20.14)');
      for (const time of [each.startTimeUtc, each.endTimeUtc])
        need(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(time), 'times (3.9)');
      for (const told of each.toolExecutionNotifications) message(told.message, 'notification (3.58.5)');
    }
    need(['utf16CodeUnits', 'unicodeCodePoints'].includes(run.columnKind), 'columnKind (3.14.17)');
    need(Array.isArray(run.results), 'results (3.14.23)');
    for (const result of run.results) {
      message(result.message, 'result.message (3.27.11)');
      need(ids[result.ruleIndex] === result.ruleId, 'ruleIndex (3.27.6)');
      need(['none', 'note', 'warning', 'error'].includes(result.level), 'level (3.27.10)');
      need(result.locations.length > 0, 'GitHub wants a location');
      for (const each of result.locations) location(each, 'locations (3.27.12)');
      for (const each of result.relatedLocations ?? []) location(each, 'relatedLocations (3.27.22)');
      for (const value of Object.values(result.partialFingerprints))
        need(isText(value), 'fingerprints (3.27.17)');
      for (const each of result.suppressions ?? []) {
        need(['inSource', 'external'].includes(each.kind), 'suppression.kind (3.35.2)');
        need(['accepted', 'underReview', 'rejected'].includes(each.status), 'suppression.status (3.35.3)');
      }
    }
  }
  return wrong;
}

const unwaived = ({ waiver: _, ...target }: SampleTarget): SampleTarget => target;
const haswellFails = () =>
  sampleRun({
    fleet: DEFAULT_FLEET.filter((target) => target.device === 'haswell').map(unwaived),
    exitCode: 1,
    rule: { file: './fixtures/digits/budgets 2.yml', line: 4, reason: 'one step', owner: '@vision' },
  });

test.for<[string, () => ReportInput]>([
  ['incomplete', sampleRun],
  ['within budget', shippableRun],
  ['over budget', haswellFails],
  ['with hostile names', hostileRun],
])('a run that is %s gives what SARIF 2.1.0 asks for', ([, run]) => {
  expect(violations(renderSarif(run()))).toEqual([]);
});

test('a failure is an error at its rule in budgets.yml, fingerprinted by its verdict', () => {
  const { results, tool } = read(haswellFails());
  expect(results.map((result) => [result.ruleId, result.level])).toEqual([
    ['max_steps', 'error'],
    ['top1_agreement', 'error'],
  ]);
  const [steps] = results;
  expect(steps?.locations).toEqual([
    {
      physicalLocation: {
        artifactLocation: { uri: 'fixtures/digits/budgets%202.yml', uriBaseId: '%SRCROOT%' },
        region: { startLine: 4 },
      },
    },
  ]);
  expect(steps?.partialFingerprints).toEqual({
    primaryLocationLineHash: 'v-haswellcpumax_steps',
    'fleetdiffVerdict/v1': 'v-haswellcpumax_steps',
  });
  expect(steps?.suppressions).toBeUndefined();
  expect(steps?.message.text).toMatch(/^haswell\/cpu, digits-int8, logits: max_steps 19, allowed ≤ 2\. /);
  expect(steps?.message.text).toContain(
    'fleetdiff explain reports/2026-11-22T13-05-12Z-1f3c v-haswellcpumax_steps',
  );
  expect(tool.driver.rules.map((rule) => rule.id)).toEqual(['max_steps', 'top1_agreement']);
});

test('a waived finding is suppressed, and no error where suppressions are not read', () => {
  const { results } = read(shippableRun());
  const waived = results.filter((result) => result.properties.status === 'WAIVED');
  expect(waived).toHaveLength(4);
  for (const result of waived) {
    expect(result.level).toBe('note');
    expect(result.suppressions).toEqual([
      { kind: 'external', status: 'accepted', justification: expect.stringContaining(', until 202') },
    ]);
    expect(result.relatedLocations).toHaveLength(1);
  }
  expect(results.filter((result) => result.properties.status === 'WARN').map(({ level }) => level)).toEqual([
    'warning',
  ]);
});

test('a capture that failed points at its device; a skipped one is a notification', () => {
  const { results, invocations } = read(sampleRun());
  const failed = results.find((result) => result.ruleId === 'capture');
  expect(failed?.level).toBe('error');
  expect(failed?.locations[0]?.physicalLocation).toEqual({
    artifactLocation: { uri: 'devices.yml', uriBaseId: '%SRCROOT%' },
    region: { startLine: 3 },
  });
  expect(results.some((result) => result.properties.status === 'SKIPPED')).toBe(false);
  expect(invocations[0]).toMatchObject({ executionSuccessful: false, exitCode: 3 });
  const told = invocations[0]?.toolExecutionNotifications.map(({ message }) => message.text);
  expect(told).toContain('Skipped: workstation/webgpu, digits-int8: SwiftShader ICD not found');
});

test('no verdict at all is an error for every candidate', () => {
  const run = sampleRun({ fleet: DEFAULT_FLEET.slice(0, 2), exitCode: 0 });
  const { results, invocations } = read({ ...run, verdicts: { ...run.verdicts, verdicts: [] } });
  expect(results.map((result) => result.message.text)).toEqual([
    'workstation/cpu, digits-int8: planned, but no verdict was given.',
    'workstation/cpu-noopt, digits-int8: planned, but no verdict was given.',
  ]);
  expect(invocations[0]?.executionSuccessful).toBe(false);
});

test('every metric has a rule with its meaning', () => {
  const run = haswellFails();
  const [first] = run.verdicts.verdicts;
  const verdicts = METRICS.map(({ name }) => ({ ...first!, id: `v-${name}`, metric: name }));
  const { tool } = read({ ...run, verdicts: { ...run.verdicts, verdicts } });
  const known = METRICS.filter(({ name }) => !name.startsWith('topK'));
  const texts = new Map(tool.driver.rules.map((rule) => [rule.id, JSON.stringify(rule)]));
  for (const { name, meaning } of known)
    expect(texts.get(name)).toContain(JSON.stringify(meaning).slice(1, -1));
});

test('GitHub takes at most 5,000 results: the worst stay, the rest is counted', () => {
  const haswell = DEFAULT_FLEET.find((target) => target.device === 'haswell')!;
  const fleet = Array.from({ length: 2600 }, (_, n) => ({ ...haswell, device: `board-${n}` }));
  fleet[2599] = unwaived(fleet[2599]!) as typeof haswell;
  const { results, invocations } = read(sampleRun({ fleet, exitCode: 1 }));
  expect(results).toHaveLength(5000);
  expect(results[0]?.properties.target).toBe('board-2599/cpu');
  expect(JSON.stringify(invocations)).toContain('200 more results left out');
});

test('hostile names make no link, no placeholder and no control character', () => {
  const text = renderSarif(hostileRun());
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(text).not.toMatch(/"(text|justification)": ".*\]\(/);
  expect(text).not.toContain(HOSTILE.long);
  const fleet = [{ ...DEFAULT_FLEET[4]!, device: '{0}' }];
  expect(read(sampleRun({ fleet })).results[0]?.message.text).toMatch(/^\{\{0\}\}\/cpu/);
});
