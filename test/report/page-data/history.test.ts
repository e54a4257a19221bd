import { inflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { sparkPath } from '../../../harness/report/html-app/views/target/spark-path.ts';
import { trendPoints, trendWords } from '../../../harness/report/html-app/views/tensor/trend-points.ts';
import { decodeHead, decodePart } from '../../../harness/report/page-data/decode-page.ts';
import { encodePage } from '../../../harness/report/page-data/encode-page.ts';
import type { ReportInput } from '../../../harness/report/report-input.ts';
import { shippableRun } from '../sample-run.ts';

/** The sample run, on which haswell moved since the run before. */
function movedRun(): ReportInput {
  const run = shippableRun();
  const of = { suite: 'digits-int8', target: 'haswell/cpu' };
  return {
    ...run,
    attribution: {
      schemaVersion: 1,
      kind: 'attribution',
      run: run.plan.run,
      moved: [
        {
          ...of,
          before: 'r-1',
          by: 'answer',
          tensors: ['logits'],
          statusBefore: 'PASS',
          statusNow: 'WAIVED',
        },
        {
          suite: 'gone',
          target: 'nobody/cpu',
          before: 'r-1',
          by: 'answer',
          tensors: [],
          statusBefore: null,
          statusNow: null,
        },
      ],
      unmoved: 8,
      fresh: [],
      lost: [],
      causes: [],
      unexplained: [],
    },
    trends: {
      schemaVersion: 1,
      kind: 'trends',
      run: run.plan.run,
      runs: [
        { run: 'r-0', judgedAt: '2026-11-20T08:00:00.000Z' },
        { run: 'r-1', judgedAt: '2026-11-21T08:00:00.000Z' },
        { run: run.plan.run, judgedAt: '2026-11-22T13:05:12.000Z' },
      ],
      series: [
        { ...of, tensor: 'logits', metric: 'max_steps', values: [1, null, 19], changes: [2] },
        { suite: 'gone', target: 'x/y', tensor: 'logits', metric: 'max_abs', values: [1, 2, 3], changes: [] },
      ],
      leftOut: 0,
    },
  };
}

async function pageOf(input: ReportInput) {
  const { parts } = await encodePage(input);
  const read = (name: string): unknown => {
    const part = parts.get(name);
    return part === undefined
      ? undefined
      : JSON.parse(inflateRawSync(Buffer.from(part, 'base64')).toString('utf8'));
  };
  const trends = read('trends');
  return {
    head: decodeHead(read('head')),
    trends: trends === undefined ? undefined : decodePart('trends', trends),
  };
}

test('what moved is in the head, by the targets that the page knows', async () => {
  const { head } = await pageOf(movedRun());
  expect(head.moved?.targets.map((index) => head.targets[index]?.target)).toEqual(['haswell/cpu']);
  expect(head.moved?.sentences[0]).toMatch(/^2 of 10 targets moved in /);
});

test('lines are kept by target, and read back as points with their gaps', async () => {
  const { head, trends } = await pageOf(movedRun());
  expect(trends?.lines.map(({ target, metric }) => [head.targets[target]?.target, metric])).toEqual([
    ['haswell/cpu', 'max_steps'],
  ]);
  const points = trendPoints(trends!, trends!.lines[0]!);
  expect(points.map(({ run, value, text, isChange }) => [run, value, text, isChange])).toEqual([
    ['r-0', 1, '1 step', false],
    [head.run, 19, '19 steps', true],
  ]);
  expect(trendWords(points)).toBe('1 step → 19 steps over 2 runs, other bytes in 1 of them');
});

test('a line that came back says how far it went', () => {
  const runs = ['a', 'b', 'c'].map((run) => ({ run, judgedAt: '2026-11-20T08:00:00.000Z' }));
  const line = { target: 0, tensor: 'y', metric: 'max_steps', values: [0, 3, 0], changes: [1, 2] };
  expect(trendWords(trendPoints({ runs, lines: [], leftOut: 0 }, line))).toBe(
    '0 steps, 3 steps in between, over 3 runs, other bytes in 2 of them',
  );
});

test('a run that no history keeps has neither', async () => {
  const { head, trends } = await pageOf(shippableRun());
  expect([head.moved, trends]).toEqual([undefined, undefined]);
});

test('a line is drawn in steps between its least and greatest value; NaN is a gap, a level line lies low', () => {
  expect(sparkPath([0, 4, 2], 34, 24)).toBe('M2 22H12V2H22V12H32');
  expect(sparkPath([1, Number.NaN, 1], 34, 24)).toBe('M2 22H12M22 22H32');
  expect(sparkPath([], 34, 24)).toBe('');
});
