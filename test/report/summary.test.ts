import { expect, test } from 'vitest';
import type { TargetDiagnosis } from '../../harness/domain/diagnosis.ts';
import { renderSummary } from '../../harness/report/summary.ts';
import { hostileRun } from './hostile-run.ts';
import { DEFAULT_FLEET, type SampleTarget } from './sample-fleet.ts';
import { sampleRun, shippableRun } from './sample-run.ts';

test('verdict first, then findings, then what is not bit-identical, then all behind a fold', () => {
  const text = renderSummary(shippableRun());
  const order = [
    '### May ship: yes, with 2 waived',
    '#### Findings, worst first',
    '#### Changed: 6 tensors on 6 targets not bit-identical with the reference',
    '<details><summary>Commands that reproduce, explain and localize</summary>',
    '<details><summary>All 9 planned captures</summary>',
    "In the run's folder: [report.html](report.html) · [verdicts.json](verdicts.json)",
  ];
  const places = order.map((part) => text.indexOf(part));
  expect(places.every((place) => place >= 0)).toBe(true);
  expect(places).toEqual(places.toSorted((left, right) => left - right));
  expect(text).toContain('3 of 200 answers change');
  expect(text).toContain('until 2027-06-30');
  expect(text).toContain('[<code>logits</code>](report.html#/tensor/digits-int8/haswell/cpu/logits)');
});

test('what the baseline says stands under the verdict, and what moved with what changed', () => {
  const run = shippableRun();
  expect(renderSummary(run)).toContain(
    '\nBaseline: none approved, so nothing is held against an earlier run\n',
  );
  expect(renderSummary(run)).not.toContain('Since the run before');
  const moved = {
    suite: 'digits-int8',
    target: 'haswell/cpu',
    before: 'r-1',
    by: 'answer',
    tensors: ['logits'],
    statusBefore: 'PASS',
    statusNow: 'FAIL',
  } as const;
  const runtime = { from: 'onnxruntime 1.29.0', to: 'onnxruntime 1.30.0 <b>' };
  const text = renderSummary({
    ...run,
    attribution: {
      schemaVersion: 1,
      kind: 'attribution',
      run: run.plan.run,
      moved: [moved],
      unmoved: 8,
      fresh: [],
      lost: [],
      causes: [
        {
          changes: [{ of: 'target', fact: 'runtime', steps: [runtime] }],
          movedChanged: 1,
          movedTotal: 1,
          unmovedChanged: 0,
          unmovedTotal: 8,
          phi: 1,
        },
      ],
      unexplained: [],
    },
  });
  expect(text).toContain('Since the run before:\n\n- 1 of 9 targets moved');
  expect(text).toContain('onnxruntime 1.29.0 → onnxruntime 1.30.0 &#60;b&#62;; 0 of 8 that did not');
});

test('the worst findings come with commands to copy, and those that failed with the way to the cause', () => {
  const fleet = DEFAULT_FLEET.filter((target) => target.device === 'haswell').map(
    ({ waiver: _, ...target }): SampleTarget => target,
  );
  const text = renderSummary(sampleRun({ fleet, exitCode: 1 }));
  expect(text).toContain('| not localized yet |');
  expect(text).toContain(`\`\`\`sh
# Over budget
fleetdiff run fixtures/digits --only haswell/cpu
fleetdiff explain reports/2026-11-22T13-05-12Z-1f3c v-haswellcpumax_steps
fleetdiff localize reports/2026-11-22T13-05-12Z-1f3c --target haswell/cpu
\`\`\``);
});

test("commands name the run's folder where it is", () => {
  const text = renderSummary({ ...shippableRun(), folder: 'shards/whole' });
  expect(text).toContain('fleetdiff explain shards/whole v-');
  expect(text).not.toContain('explain reports/');
});

test('ten findings have commands, the rest is counted; a name that is not plain has none', () => {
  const haswell = DEFAULT_FLEET.find((target) => target.device === 'haswell')!;
  const fleet = ['$(reboot)', '-x', ...'abcdefghijkl'].map((device) => ({ ...haswell, device }));
  const text = renderSummary(sampleRun({ fleet, exitCode: 0 }));
  expect(text).toContain('localize (10 of 14 findings)</summary>');
  expect(text.match(/--only [\w/]+/g)).toHaveLength(10);
  expect(text.split('```')[1]).not.toMatch(/reboot|-x/);
  const { plan, ...rest } = shippableRun();
  const suites = plan.suites.map((suite) => ({ ...suite, folder: 'a$(reboot)' }));
  expect(renderSummary({ ...rest, plan: { ...plan, suites } })).not.toContain('fleetdiff run');
});

test('a capture that failed is captured again, not localized', () => {
  const fleet = DEFAULT_FLEET.filter((target) => target.device === 'nehalem');
  const text = renderSummary(sampleRun({ fleet }));
  expect(text).toContain(
    'fleetdiff run --resume reports/2026-11-22T13-05-12Z-1f3c\nfleetdiff run fixtures/digits --only nehalem/cpu',
  );
  expect(text).not.toContain('fleetdiff localize');
});

test('a localized finding says where it differs first, why, and what mends it', () => {
  const text = renderSummary({ ...shippableRun(), diagnoses: [haswellDiagnosis()] });
  const [row] = text.split('\n').filter((line) => line.includes('tensor/digits-int8/haswell/cpu/logits'));
  expect(row).toContain('First divergence: Conv &#34;c1&#34;, node 5 of 40');
  expect(row).toContain('Likely cause: U8S8 saturation. Quantize the weights to 7 bits');
});

test('the suite is a column of its own when there are several', () => {
  const [one, other] = [shippableRun(), sampleRun({ suite: 'other' })];
  const plan = { ...one.plan, suites: [...one.plan.suites, ...other.plan.suites] };
  expect(renderSummary({ ...one, plan })).toContain('| Status | Suite | Target |');
  expect(renderSummary(one)).toContain('| Status | Target | Tensor |');
  expect(renderSummary(one)).toContain('suite <code>digits-int8</code>: 9 planned');
});

test('a skipped target names its remedy', () => {
  expect(renderSummary(sampleRun())).toContain('Provide it: <code>apt-get install chromium</code>');
});

test('hostile names make no markup, no mention and no new table cell', () => {
  const text = renderSummary(hostileRun());
  const tags = text.match(/<[^>]*>/g)!.filter((tag) => !/^<(\/?(code|details|summary)|!-- --)>$/.test(tag));
  expect(tags).toEqual([]);
  // The one fence holds commands of plain names alone.
  expect(
    text.replace(/\n```sh\n(fleetdiff [\w. /=:-]+\n|# [\w ]+\n|\n)*```\n/, '').match(/@\w|\u202e|`/g),
  ).toBeNull();
  const links = [...text.matchAll(/\]\(([^)]*)\)/g)].map((match) => match[1]!);
  expect(links.filter((link) => !/^([a-z]+\.[a-z]+|report\.html#\/[\w%./-]+)$/.test(link))).toEqual([]);
  const tables = text.split('\n\n').filter((part) => part.startsWith('| '));
  for (const table of tables) {
    const columns = table.split('\n').map((line) => line.split(' | ').length);
    expect(new Set(columns).size).toBe(1);
  }
});

test('a large run stays under 60,000 bytes and counts what was cut', () => {
  const haswell = DEFAULT_FLEET.find((target) => target.device === 'haswell')!;
  const fleet = Array.from({ length: 600 }, (_, n) => ({ ...haswell, device: `board-日本-${n}` }));
  const text = renderSummary(sampleRun({ fleet, exitCode: 0 }));
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(60_000);
  const cut = [...text.matchAll(/^(\d+) (\w+) more not shown here/gm)].map((match) => Number(match[1]));
  expect(cut).toHaveLength(3);
  const shown = (text.match(/^\| (?!Status|Target|---)/gm) ?? []).length;
  expect(shown + cut.reduce((sum, n) => sum + n, 0)).toBe(1800);
  expect(text.match(/<details>/g)).toHaveLength(1);
  expect(text.match(/<\/details>/g)).toHaveLength(1);
  expect(text.endsWith('[findings.sarif](findings.sarif)\n')).toBe(true);
});

test('names of the widest characters keep the size too', () => {
  const haswell = DEFAULT_FLEET.find((target) => target.device === 'haswell')!;
  const wide = (n: number) => `${n}${'日'.repeat(20)}${`e${'\u0301'.repeat(40)}`.repeat(60)}`;
  const fleet = Array.from({ length: 40 }, (_, n) => ({
    ...haswell,
    device: wide(n),
    soc: wide(n),
    delegate: wide(n),
  }));
  const run = sampleRun({ fleet, exitCode: 1, suite: wide(0) });
  const unjudged = renderSummary({ ...run, verdicts: { ...run.verdicts, verdicts: [] } });
  for (const text of [renderSummary(run), unjudged]) {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(60_000);
    expect(text).toMatch(/\d+ \w+ more not shown here/);
  }
});

function haswellDiagnosis(): TargetDiagnosis {
  const cause = { cause: 'u8s8-saturation', confidence: 0.97, title: 'U8S8 saturation', node: 'c1' };
  return {
    target: 'haswell/cpu',
    suite: 'digits-int8',
    case: 'digits-001',
    observerEffect: 'none',
    way: 'taps',
    firstDivergence: {
      tensor: 'c1_q',
      node: 'c1',
      opType: 'Conv',
      index: 4,
      of: 40,
      metrics: { max_steps: 45 },
    },
    trace: [],
    findings: [{ ...cause, evidence: [], remedy: 'Quantize the weights to 7 bits', background: '' }],
    experiments: [],
    notes: [],
  };
}
