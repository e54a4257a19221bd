import { describe, expect, test } from 'vitest';
import type { CheckedViolation, ModelCheck } from '../../../harness/domain/model-check.ts';
import { renderCheckSummary } from '../../../harness/report/check/summary.ts';
import { renderCheckTerminal } from '../../../harness/report/check/terminal.ts';
import { renderJunit } from '../../../harness/report/junit.ts';
import { overviewOf } from '../../../harness/report/overview.ts';
import { checkHead } from '../../../harness/report/page-data/encode-check.ts';
import type { ReportInput } from '../../../harness/report/report-input.ts';
import { renderSarif } from '../../../harness/report/sarif.ts';
import { SCHEMAS } from '../../../harness/store/schemas.ts';
import { shippableRun } from '../sample-run.ts';
import { check, haswell, target, violation } from './sample-check.ts';

const broken = check({ exitCode: 1, targets: [haswell, target('workstation/cpu')] });
const terminal = (value: ModelCheck) =>
  renderCheckTerminal(value, { columns: 80, colour: false, ascii: false });

test('names the target, the limit, the cause and the remedy', () => {
  for (const text of [terminal(broken), renderCheckSummary(broken).replaceAll('&#95;', '_')]) {
    expect(text).toContain('Head breaks haswell/cpu (U8S8 saturation)');
    expect(text).toMatch(/max_steps 1 → 19, allowed ≤ 2/);
    expect(text).toContain('Quantize with reduced range.');
    expect(text).toMatch(/99 % → 98.5 %/);
    expect(text).toMatch(/reused 1 of 2 captures/);
    expect(text).toMatch(/1 changed of 48 initializers/);
    expect(text).toMatch(/computed by reference\/cpu-noopt; there is no golden/);
  }
});

test('keeps within 80 columns, worst first', () => {
  const lines = terminal(broken).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  const at = (word: string) => lines.findIndex((line) => line.includes(word));
  expect(at('✖ Broken')).toBeGreaterThan(0);
  expect(at('✖ Broken')).toBeLessThan(at('✔ Within'));
});

test.for<[string, ModelCheck, RegExp]>([
  ['nothing', check(), /Head breaks nothing$/m],
  [
    'fixed',
    check({ targets: [target('a/cpu', { fixed: [violation] })] }),
    /breaks nothing, and mends a\/cpu$/m,
  ],
  [
    'still',
    check({ targets: [target('a/cpu', { still: [violation] })] }),
    /1 target over budget as before$/m,
  ],
  [
    'accepted',
    check({ targets: [target('a/cpu', { accepted: [violation] })] }),
    /1 target accepted under a waiver that came with head$/m,
  ],
  [
    'unknown',
    check({ exitCode: 3, targets: [target('a/cpu', { unknown: ['head: lost'] })] }),
    /Cannot tell what head breaks: the runs are incomplete for a\/cpu$/m,
  ],
])('says it in a sentence: %s', ([, value, sentence]) => {
  expect(terminal(value)).toMatch(sentence);
  expect(renderCheckSummary(value)).toMatch(sentence);
});

test('obeys no name that comes from a model or a device', () => {
  const hostile = check({
    exitCode: 1,
    targets: [
      target('a/cpu', {
        newViolations: [{ ...violation, tensor: '</details>|@team [x](http://evil)\u001b[2J' }],
      }),
    ],
    weights: [{ ...check().weights[0]!, initializer: '`</details>`|\u202e' }],
  });
  const summary = renderCheckSummary(hostile);
  expect(summary).not.toMatch(/<\/details>(?!\n)/);
  expect(summary).not.toContain('[x](');
  expect(summary).not.toContain('@team');
  expect(summary).not.toContain('\u202e');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape code is what is looked for
  expect(terminal(hostile)).not.toMatch(/\u001b/);
});

test('a summary of thousands of targets and weights fits a comment, and counts what it leaves out', () => {
  const large = check({
    exitCode: 1,
    targets: Array.from({ length: 2000 }, (_, n) => ({ ...haswell, target: `device-${n}/cpu` })),
    weights: Array.from({ length: 3000 }, (_, n) => ({ ...check().weights[0]!, initializer: `w${n}` })),
  });
  const summary = renderCheckSummary(large);
  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(60_000);
  expect(summary).toMatch(/\d+ tensors more not shown here/);
  expect(summary).toMatch(/\d+ initializers more not shown here/);
});

test('check.json is what its schema says', () => {
  expect(SCHEMAS.check.safeParse(JSON.parse(JSON.stringify(broken))).success).toBe(true);
  expect(SCHEMAS.check.safeParse({ ...broken, exitCode: 2 }).success).toBe(false);
});

const WAIVER = { file: 'budgets.yml', line: 9, reason: 'known', expires: '2027-01-01', expired: false };
const over = (status: 'FAIL' | 'WAIVED', actual: number) => ({ status, actual });

test.for<readonly [string, Partial<CheckedViolation>]>([
  ['is older than this change, and base does not need it', { waiver: WAIVER, head: over('WAIVED', 19) }],
  ['does not reach that far', { waiver: WAIVER, base: over('WAIVED', 19), head: over('FAIL', 60) }],
  ['has expired', { waiver: { ...WAIVER, expired: true }, head: over('FAIL', 19) }],
])('a waiver that does not excuse what is new %s', ([words, change]) => {
  const broken = { ...haswell, newViolations: [{ ...violation, ...change }] };
  const shown = renderCheckTerminal(check({ exitCode: 1, targets: [broken] }), {
    columns: 120,
    colour: false,
    ascii: false,
  });
  expect(shown.match(/the waiver of .*/g)).toEqual([`the waiver of budgets.yml:9 ${words}`]);
  const summary = renderCheckSummary(check({ exitCode: 1, targets: [broken] }));
  expect(summary).toContain(`the waiver of budgets.yml:9 ${words}`);
});

test('the limits of a tensor that head breaks stand in one row, what they share is said once', () => {
  const flips = { ...violation, id: 'v-2', metric: 'flips', limit: 0, head: over('FAIL', 3) };
  const summary = renderCheckSummary(
    check({ exitCode: 1, targets: [{ ...haswell, newViolations: [violation, flips] }] }),
  );
  expect(summary).toContain('#### Head breaks: 2 limits');
  const rows = summary.split('\n').filter((line) => line.includes('one step is rounding'));
  expect(rows).toHaveLength(1);
  expect(rows[0]!.match(/one step is rounding/g)).toHaveLength(1);
  expect(rows[0]).toMatch(/max&#95;steps 1 → 19, allowed ≤ 2<br>flips /);
});

/** A run that may ship by itself, with waived findings on haswell/cpu, and a check that says what it is told. */
function checkedRun(change: Partial<ModelCheck>): ReportInput {
  return { ...shippableRun(), check: check({ checkedAt: '2026-12-31T00:00:00Z', ...change }) };
}

describe('the reports of a run that is the head of a check', () => {
  const run = shippableRun();
  const waived = run.verdicts.verdicts.find(({ status }) => status === 'WAIVED')!;
  const { suite, tensor, metric, id } = waived;
  const breaks = target(waived.target, {
    suite,
    outcome: 'broken',
    newViolations: [{ ...violation, id, tensor, metric, waiver: WAIVER, head: over('WAIVED', 19) }],
  });
  const red = checkedRun({ exitCode: 1, targets: [breaks, target('workstation/cpu')] });

  test('the page says what head breaks, and the verdict on head by itself', () => {
    const overview = overviewOf(red);
    expect([overview.outcome, overview.sentence]).toEqual(['noShip', `Head breaks ${waived.target}`]);
    expect(checkHead(red, overview)).toEqual({
      own: expect.stringMatching(/^May ship: yes, with 2 waived findings/),
      lines: [
        {
          ...{ suite, tensor, target: waived.target, isUnknown: false },
          words: expect.stringMatching(/1 → 19, allowed ≤ 2; the waiver of budgets\.yml:9 is older/),
        },
      ],
      more: 0,
    });
  });

  test('what is waived and new is an error in SARIF, and a failure in JUnit', () => {
    const sarif = JSON.parse(renderSarif(red)).runs[0].results as {
      level: string;
      suppressions?: unknown;
      properties: { verdict: string };
    }[];
    const errors = sarif.filter(({ level }) => level === 'error');
    expect(errors.map(({ properties, suppressions }) => [properties.verdict, suppressions])).toEqual([
      [id, undefined],
    ]);
    const junit = renderJunit(red);
    expect(junit).toMatch(/<testsuites name="fleetdiff check run-head" tests="2" failures="1" errors="0">/);
    expect(junit).toContain('<failure type="BROKEN" message="');
    expect(junit).toContain(
      '<testcase classname="digits.workstation/cpu" name="head breaks nothing" time="0"/>',
    );
  });

  test('what base has too is no failure, and a check that cannot tell is an error', () => {
    const still = target('haswell/cpu', { outcome: 'still', still: [violation] });
    expect(renderJunit(checkedRun({ targets: [still] }))).toMatch(/failures="0" errors="0">[\s\S]*<skipped /);
    const untold = target('haswell/cpu', { outcome: 'unknown', unknown: ['base was not captured'] });
    expect(renderJunit(checkedRun({ exitCode: 3, targets: [untold] }))).toContain(
      '<error type="INCOMPLETE" message="base was not captured"/>',
    );
    expect(renderJunit(checkedRun({ exitCode: 3, targets: [] }))).toContain('errors="1"');
  });

  test('verdicts that are younger than the check take its word away', () => {
    const { outcome, sentence, own } = overviewOf({
      ...red,
      check: { ...red.check!, checkedAt: '2020-01-01T00:00:00Z' },
    });
    expect([outcome, own]).toEqual(['unknown', undefined]);
    expect(sentence).toMatch(/judged again after it was checked/);
  });
});

test('what was skipped is no agreement', () => {
  const skipped = target('haswell/cpu', { outcome: 'skipped', skipped: 'no qemu' });
  const shown = renderCheckTerminal(check({ targets: [target('workstation/cpu'), skipped] }), {
    columns: 120,
    colour: false,
    ascii: false,
  });
  expect(shown).toContain('Head breaks nothing; 1 target skipped, of which nothing is known');
});
