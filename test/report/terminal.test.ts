import { describe, expect, test } from 'vitest';
import type { TargetDiagnosis } from '../../harness/domain/diagnosis.ts';
import type { Verdict } from '../../harness/domain/run-files.ts';
import { displayWidth } from '../../harness/report/display-width.ts';
import type { ReportInput } from '../../harness/report/report-input.ts';
import { renderTerminal } from '../../harness/report/terminal.ts';
import { hostileRun } from './hostile-run.ts';
import { DEFAULT_FLEET } from './sample-fleet.ts';
import { sampleRun, shippableRun } from './sample-run.ts';

const plain = { columns: 80, colour: false };

test('the table of the sample run, as a newcomer reads it', () => {
  const [table] = renderTerminal(sampleRun(), plain).split('\n\n');
  expect(table).toBe(
    [
      'status        target                worst (allowed)      top-1  cause',
      '? INCOMPLETE  nehalem/cpu           session lost: the agent ended with signal S…',
      '    session lost: the agent ended with signal SIGKILL',
      '◆ WAIVED      chromium/webgpu-jsep  max_steps 71 (≤ 2)    11 %  not localized',
      '    waived until 2026-12-31, @web: the deprecated JSEP build is wrong on quanti…',
      '◆ WAIVED      haswell/cpu           max_steps 19 (≤ 2)  98.5 %  not localized',
      '    waived until 2027-06-30, @vision: U8S8 saturation without VNNI; fixed by re…',
      '▲ WARN        chromium/webgpu       max_steps 2 (≤ 1)    100 %',
      '– SKIPPED     workstation/webgpu    SwiftShader ICD not found',
      '    provide it: apt-get install chromium',
      '✔ PASS        digits-int8 · 6 targets within budget',
    ].join('\n'),
  );
});

test('a finding over budget is told in full', () => {
  const fleet = DEFAULT_FLEET.filter((target) => target.device === 'haswell');
  const text = renderTerminal(sampleRun({ fleet, exitCode: 0 }), { columns: 200, colour: false });
  expect(text.split('\n\n')[1]).toBe(
    [
      'OVER BUDGET, waived until 2027-06-30  digits-int8 · "logits" · haswell/cpu   against   reference golden outputs (onnxruntime-node 1.30.0 cpu, optimization disabled, 2026-11-20)',
      '  max_steps        allowed <= 2   found 19   1767 of 2000 elements differ, worst at digits-001#12 [3]: 1.25 → 4.813',
      '  top1_agreement   allowed >= 100 %   found 98.5 %',
      '  top-1            3 of 200 answers change (0 near ties)   repeats: bit-identical, so this is not noise',
      '  budget           fixtures/digits/budgets.yml:4 "rounding of requantization may move one step", owner @vision',
      '  waiver           fixtures/digits/budgets.yml:12 "U8S8 saturation without VNNI; fixed by reduced-range weights, see digits.u8s7", owner @vision, until 2027-06-30',
      '  explain          v-haswellcpumax_steps   v-haswellcputop1_agreement',
    ].join('\n'),
  );
});

test('an expired waiver says so, in the table and in the block', () => {
  const run = sampleRun({
    fleet: DEFAULT_FLEET.filter((target) => target.device === 'haswell'),
    exitCode: 1,
  });
  const verdicts = run.verdicts.verdicts.map((verdict) =>
    verdict.waiver === undefined
      ? verdict
      : {
          ...verdict,
          status: 'FAIL' as const,
          waiver: { ...verdict.waiver, expired: true, expires: '2026-01-01' },
        },
  );
  const text = renderTerminal(
    { ...run, verdicts: { ...run.verdicts, verdicts } },
    { columns: 200, colour: false },
  );
  expect(text).toContain('waiver expired 2026-01-01, @vision: U8S8 saturation');
  expect(text).toContain('  waiver expired   fixtures/digits/budgets.yml:12 ');
  expect(text).toContain('\nOVER BUDGET  digits-int8');
});

/** Haswell's waived verdicts as `change` leaves them. */
function haswell(change: (verdict: Verdict) => Verdict): ReportInput {
  const fleet = DEFAULT_FLEET.filter((target) => target.device === 'haswell');
  const run = sampleRun({ fleet, exitCode: 1 });
  const verdicts = run.verdicts.verdicts.map((verdict) => (verdict.waiver ? change(verdict) : verdict));
  return { ...run, verdicts: { ...run.verdicts, verdicts } };
}

const wide = { columns: 200, colour: false };

test('a failure that outgrew its waiver is not told in the words of the waiver', () => {
  const message = 'worse than what is waived: 9';
  const text = renderTerminal(
    haswell((verdict) => ({ ...verdict, status: 'FAIL', message })),
    wide,
  );
  expect(text).toContain('\n    worse than the waiver of fixtures/digits/budgets.yml:12 allows, @vision\n');
  expect(text.split('\n\n')[0]).not.toContain('U8S8 saturation');
  expect(text).toContain('  waiver exceeded   fixtures/digits/budgets.yml:12 ');
  expect(text).toContain(message);
  expect(text).not.toContain('until 2027-06-30, @vision');
  expect(text).toContain('\nOVER BUDGET  digits-int8');
});

test('a failure is not told in the words of a waiver that covers another metric', () => {
  const text = renderTerminal(
    haswell(({ waiver, ...verdict }) =>
      verdict.metric === 'max_steps' ? { ...verdict, status: 'FAIL' } : { ...verdict, waiver: waiver! },
    ),
    wide,
  );
  const [table, block] = text.split('\n\n');
  expect(table).not.toContain('until');
  expect(block).toMatch(/^OVER BUDGET {2}digits-int8/);
});

test('a share that was not pooled over the cases is said to be one case’s', () => {
  const worst = { case: 'digits-002', index: [0], reference: 1, candidate: 2 };
  const share = (name: string) =>
    renderTerminal(
      haswell((verdict) => ({
        ...verdict,
        ...{ metric: 'off_by_one_fraction', actual: 0.25, limit: 0.1, operator: '<=', case: name, worst },
      })),
      wide,
    );
  expect(share('*')).toContain('found 25 % of case digits-002 alone');
  expect(share('digits-002')).not.toContain('alone');
});

test('captures that are absent for one reason are told once, with their names', () => {
  const fleet = DEFAULT_FLEET.slice(0, 3).map((target) => ({ ...target, capture: 'failed' as const }));
  const [table] = renderTerminal(sampleRun({ fleet }), plain).split('\n\n');
  const names = fleet.map(({ device, delegate }) => `${device}/${delegate}`);
  expect(table).toMatch(/^\? INCOMPLETE +3 targets +session lost/);
  expect(table!.match(/INCOMPLETE/g)).toHaveLength(1);
  expect(table).toContain(`\n    ${names.join(', ')}`);
});

test.for([60, 80, 120])('no line is wider than %d columns, also with hostile names', (columns) => {
  for (const ascii of [false, true]) {
    for (const run of [sampleRun(), shippableRun(), hostileRun()]) {
      const lines = renderTerminal(run, { columns, colour: false, ascii }).split('\n');
      expect(lines.filter((line) => displayWidth(line) > columns)).toEqual([]);
    }
  }
});

test('no control character of a name reaches the terminal', () => {
  const text = renderTerminal(hostileRun(), plain).replaceAll('\n', '');
  expect(/\p{Cc}|\u202e/u.test(text)).toBe(false);
  expect(text.includes('\\u001b[2J')).toBe(true);
  expect(text.length).toBeLessThan(60_000);
});

test('colour adds escapes and changes no word', () => {
  const coloured = renderTerminal(shippableRun(), { columns: 80, colour: true });
  const stripped = coloured.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9]+m`, 'g'), '');
  expect(coloured).not.toBe(stripped);
  expect(stripped).toBe(renderTerminal(shippableRun(), plain));
});

test('a large fleet over budget does not flood the terminal; the rest is counted', () => {
  const haswell = DEFAULT_FLEET.find((target) => target.device === 'haswell')!;
  const fleet = Array.from({ length: 1000 }, (_, n) => ({ ...haswell, device: `board-${n}` }));
  const text = renderTerminal(sampleRun({ fleet, exitCode: 0 }), plain);
  expect(text.match(/^◆ WAIVED/gm)).toHaveLength(20);
  expect(text).toContain('\n… 980 more lines (980 WAIVED): all of them are in the report\n');
  expect(text.match(/^OVER BUDGET/gm)).toHaveLength(12);
  expect(text).toContain('988 more over budget: see report.html');
});

test('the last lines are counts and the verdict', () => {
  const timings = { totalMs: 46_210, harnessMs: 3900, stages: [] };
  const lines = renderTerminal({ ...shippableRun(), timings }, plain)
    .trimEnd()
    .split('\n');
  expect(lines.slice(-5)).toEqual([
    'captures  9 planned · 9 captured · 0 failed · 0 skipped · 0 missing',
    'verdicts  4 waived · 1 warn · 22 pass',
    'baseline  none approved, so nothing is held against an earlier run',
    "time      46.2 s, of which the harness's own 8.4 %",
    'May ship: yes, with 2 waived findings and 1 warning',
  ]);
});

describe('what to do about a failure', () => {
  const failing = haswell(({ waiver: _, ...verdict }) => ({ ...verdict, status: 'FAIL' }));
  const localize = (input: ReportInput, run?: string) =>
    renderTerminal(input, run === undefined ? wide : { ...wide, run })
      .split('\n')
      .find((line) => line.startsWith('  localize'))
      ?.trim();

  test('one that was not localized names the command that would', () => {
    const command = 'localize         fleetdiff localize reports/a --target haswell/cpu';
    expect(localize(failing, 'reports/a')).toBe(command);
    expect(localize(failing, 'my runs')).toBe(command.replace('reports/a', "'my runs'"));
    expect(localize(failing)).toBeUndefined();
  });

  test('what is waived, or was localized, needs none', () => {
    expect(
      localize(
        haswell((verdict) => verdict),
        'a',
      ),
    ).toBeUndefined();
    const [diagnosis] = [
      { target: 'haswell/cpu', suite: 'digits-int8', findings: [], firstDivergence: null },
    ];
    const diagnosed = { ...failing, diagnoses: [diagnosis as unknown as TargetDiagnosis] };
    expect(localize(diagnosed, 'a')).toBeUndefined();
    expect(renderTerminal(diagnosed, wide)).toMatch(/^✖ FAIL +haswell\/cpu .* unknown$/m);
  });

  test('a name that a shell could not take safely gives no command', () => {
    expect(localize(failing, 'a\u202e')).toBeUndefined();
  });
});

test('the cause is named where it is known, and repeats that differ are', () => {
  const finding = { cause: 'u8s8-saturation', title: 'U8S8 saturation', remedy: 'Reduce the range.' };
  const diagnosis = {
    target: 'haswell/cpu',
    suite: 'digits-int8',
    findings: [finding],
    firstDivergence: null,
  };
  const run = haswell((verdict) => verdict);
  const known = { ...run, diagnoses: [diagnosis as unknown as TargetDiagnosis] };
  expect(renderTerminal(known, plain)).toMatch(/^◆ WAIVED .* 98\.5 % {2}u8s8-saturation$/m);
  const targets = run.determinism.targets.map((each) => ({
    ...each,
    tensors: each.tensors.map((tensor) => ({ ...tensor, distinct_outputs: 2 })),
  }));
  const varies = { ...run, determinism: { ...run.determinism, targets } };
  expect(renderTerminal(varies, plain)).toMatch(/^◆ WAIVED .* repeats differ$/m);
});

test('without UTF-8 every sign is ASCII, and says the same', () => {
  const text = renderTerminal(shippableRun(), { ...plain, ascii: true });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  expect(text.match(/[^\x00-\x7f]/g)).toBeNull();
  expect(text).toContain('* WAIVED  haswell/cpu           max_steps 19 (<= 2)  98.5 %  not localized');
  expect(text).toContain('+ PASS    digits-int8 - ');
});

test('a share of one case does not stand beside how many elements of all cases differ', () => {
  const worst = { case: 'digits-002', index: [0], reference: 1, candidate: 2 };
  const text = renderTerminal(
    haswell((verdict) =>
      verdict.metric === 'max_steps'
        ? verdict
        : {
            ...verdict,
            ...{ metric: 'off_by_one_fraction', actual: 0.25, limit: 0.1, operator: '<=', case: '*', worst },
          },
    ),
    wide,
  );
  expect(text.match(/1767 of 2000 elements differ/g)).toHaveLength(1);
  expect(text).toContain('found 25 % of case digits-002 alone   worst at digits-002 [0]: 1 → 2');
});

test.for([
  [4_294_967_296, 2, 'max_abs 4.3e+9 (≤ 2)'],
  [0.00001236, 0.00001234, 'max_abs 1.236e-5 (≤ 1.234e-5)'],
  ['NaN', 0.5, 'max_abs NaN (≤ 0.5)'],
] as const)('found %j against %j is told as "%s"', ([actual, limit, words]) => {
  const text = renderTerminal(
    haswell((verdict) => ({ ...verdict, metric: 'max_abs', actual, limit, operator: '<=' })),
    plain,
  );
  expect(text).toContain(`◆ WAIVED  haswell/cpu  ${words}  98.5 %  not localized\n`);
});

test('a limit that noise raised and an approval that was held against are told with the finding', () => {
  const run = shippableRun();
  const baseline = {
    run: 'r-1',
    at: '2026-11-20T08:00:00.000Z',
    reason: 'looked at',
  };
  const noise = { factor: 4, noise_max_abs: 0.5, ruleLimit: 1 };
  const verdicts = run.verdicts.verdicts.map((verdict) =>
    verdict.status === 'WAIVED' ? { ...verdict, noise, baseline } : verdict,
  );
  const text = renderTerminal(
    { ...run, verdicts: { ...run.verdicts, verdicts } },
    { columns: 200, colour: false },
  );
  expect(text).toMatch(/limit +max_steps raised from 1 by 4 × the target's own repeat noise of 0.5/);
  expect(text).toMatch(/baseline +approved 2026-11-20 from run r-1 "looked at"/);
});
