import { inflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Comparison, Verdict } from '../../../harness/domain/run-files.ts';
import { bindEntry, decodeHead, decodePart } from '../../../harness/report/page-data/decode-page.ts';
import { encodePage } from '../../../harness/report/page-data/encode-page.ts';
import type { EntryDetail, TargetDetail } from '../../../harness/report/page-data/page-data.ts';
import { TARGETS_PER_PART } from '../../../harness/report/page-data/page-data.ts';
import { roundNumbers } from '../../../harness/report/page-data/round-numbers.ts';
import type { ReportInput } from '../../../harness/report/report-input.ts';
import { hostileRun } from '../hostile-run.ts';
import { sampleRun, shippableRun } from '../sample-run.ts';

/** The page as its script reads it. */
async function read(input: ReportInput) {
  const { parts } = await encodePage(input);
  const json = (name: string): unknown =>
    JSON.parse(inflateRawSync(Buffer.from(parts.get(name)!, 'base64')).toString('utf8'));
  const head = decodeHead(json('head'));
  const entries = new Map<number, EntryDetail>();
  for (const name of parts.keys()) {
    if (!name.startsWith('entries-')) continue;
    const { ids, details } = decodePart(name as `entries-${number}`, json(name));
    for (const [position, id] of ids.entries()) entries.set(id, details[position]!);
  }
  const detailOf = (index: number): TargetDetail =>
    decodePart(
      `targets-${Math.floor(index / TARGETS_PER_PART)}`,
      json(`targets-${Math.floor(index / TARGETS_PER_PART)}`),
    )[index % TARGETS_PER_PART]!;
  const bound = head.targets.flatMap((target, index) =>
    head.sheets[target.sheet]!.map((id) => bindEntry(head, target, id, entries.get(id)!, detailOf(index))),
  );
  return { head, parts, bound, detailOf };
}

const byKey = <Item extends Comparison | Verdict>(items: readonly Item[]): Item[] =>
  [...items].sort((left, right) => keyOf(left).localeCompare(keyOf(right)));
const keyOf = (item: Comparison | Verdict): string =>
  JSON.stringify([item.suite, item.target, item.tensor, item.case, 'metric' in item ? item.metric : '']);

test.for<[string, () => ReportInput]>([
  ['the sample', () => sampleRun()],
  ['a run that may ship', () => shippableRun()],
  ['hostile names', () => hostileRun()],
])('%s: no comparison and no verdict is lost or changed on the way to the page', async ([, make]) => {
  const input = make();
  const { bound } = await read(input);
  const comparisons = bound.flatMap((entry) => entry.comparisons);
  expect(byKey(comparisons)).toEqual(byKey(roundNumbers(input.comparisons.comparisons, 7)));
  const open = (verdict: Verdict) => (verdict.status === 'PASS' ? { ...verdict, id: '' } : verdict);
  expect(byKey(bound.flatMap((entry) => entry.verdicts))).toEqual(byKey(input.verdicts.verdicts.map(open)));
});

test('targets that answer alike and are judged alike share their entries', async () => {
  const { head } = await read(sampleRun());
  const sheetsOf = (status: string) =>
    head.targets.filter((target) => target.status === status).map(({ sheet }) => sheet);
  const passing = sheetsOf('PASS');
  expect(passing.length).toBeGreaterThan(3);
  expect(new Set(passing).size).toBeLessThan(passing.length);
  expect(head.entries.length).toBeLessThan(head.targets.length * 2);
});

test('findings come worst first, one for all targets that share it', async () => {
  const { head } = await read(hostileRun());
  const rank = ['INCOMPLETE', 'NOT_COMPARABLE', 'FAIL', 'WAIVED', 'WARN', 'SKIPPED'];
  const ranks = head.findings.map(({ status }) => rank.indexOf(status));
  expect(ranks).toEqual([...ranks].sort((left, right) => left - right));
  const entries = head.findings.map(({ entry }) => entry);
  expect(new Set(entries).size).toBe(entries.length);
  for (const finding of head.findings) {
    for (const target of finding.targets) {
      expect(head.sheets[head.targets[target]!.sheet]).toContain(finding.entry);
    }
  }
});

test('the same run gives the same characters', async () => {
  const [first, second] = await Promise.all([encodePage(sampleRun()), encodePage(sampleRun())]);
  expect([...first.parts]).toEqual([...second.parts]);
});

test('what a passing tensor comes nearest to is a limit that leaves room, not one that only perfection meets', async () => {
  const run = sampleRun();
  const { verdicts } = run.verdicts;
  const [{ suite, target, tensor, rule }] = verdicts.filter(
    ({ status, tensor }) => status === 'PASS' && tensor !== '*',
  ) as [Verdict];
  const own = [
    { metric: 'top1_agreement', actual: 1, limit: 1, operator: '>=' },
    { metric: 'flips', actual: 0, limit: 0, operator: '<=' },
    { metric: 'max_steps', actual: 1, limit: 2, operator: '<=' },
  ].map(
    (each, n) =>
      ({ ...each, id: `v-${n}`, suite, target, tensor, case: '*', status: 'PASS', rule }) as Verdict,
  );
  const others = verdicts.filter((each) => each.target !== target || each.tensor !== tensor);
  const { head } = await read({ ...run, verdicts: { ...run.verdicts, verdicts: [...own, ...others] } });
  const sheet = head.sheets[head.targets.find((each) => each.target === target)!.sheet]!;
  const entry = sheet.map((id) => head.entries[id]!).find((each) => each.tensor === tensor);
  expect(entry?.worst).toEqual({ metric: 'max_steps', overrun: -0.5 });
});
