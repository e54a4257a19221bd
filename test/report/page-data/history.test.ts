import { inflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { sparkPath } from '../../../harness/report/html-app/views/target/spark-path.ts';
import {
  lineOfTensor,
  sparkWords,
  stillWords,
} from '../../../harness/report/html-app/views/target/tensor-trend.ts';
import { trendPoints, trendWords } from '../../../harness/report/html-app/views/tensor/trend-points.ts';
import { decodeHead, decodePart } from '../../../harness/report/page-data/decode-page.ts';
import { encodePage } from '../../../harness/report/page-data/encode-page.ts';
import type { ReportInput } from '../../../harness/report/report-input.ts';
import { exploredRun } from '../html-app/explored-run.ts';
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

test('causes are told in a table of their own, best first: one line a change, those that stayed as often are none', async () => {
  const { head } = await pageOf(exploredRun());
  const { causes, weaker, sentences } = head.moved!;
  expect(causes.map(({ moved, unmoved, phi }) => [moved, unmoved, phi])).toEqual([
    [{ changed: 1, of: 1 }, { changed: 0, of: 8 }, 1],
    [{ changed: 1, of: 1 }, { changed: 5, of: 8 }, 0.2357],
    [{ changed: 1, of: 1 }, { changed: 8, of: 8 }, undefined],
  ]);
  expect(
    causes.flatMap(({ changes }) => changes.map(({ what, step }) => [what, step?.from, step?.to])),
  ).toEqual([
    ['runtime', 'onnxruntime-node 1.29.0', 'onnxruntime-node 1.30.0'],
    ['options: threads', '1', '4'],
    ['model', 'abababababab', '121212121212'],
    ["the reference's os", undefined, undefined],
  ]);
  expect(weaker).toBe(0);
  expect(sentences).toEqual([
    expect.stringMatching(/^1 of 9 targets moved in /),
    'First night of new-phone/cpu (digits-int8).',
  ]);
});

test('of many causes the best five are told, and how many are weaker; what a device said is visible and short', async () => {
  const run = exploredRun();
  const cause = (from: string) => ({
    ...run.attribution!.causes[0]!,
    changes: [{ of: 'target' as const, fact: 'os' as const, steps: [{ from, to: '' }] }],
  });
  const causes = [
    cause(`\u202e${'n'.repeat(5000)}`),
    ...Array.from({ length: 6 }, (_, n) => cause(`os ${n}`)),
  ];
  const { head } = await pageOf({ ...run, attribution: { ...run.attribution!, causes } });
  expect([head.moved?.causes.length, head.moved?.weaker]).toEqual([5, 2]);
  const step = head.moved?.causes[0]?.changes[0]?.step;
  expect(step?.from).not.toContain('\u202e');
  expect(step?.from.length).toBeLessThan(250);
  expect(step?.to).toBe('(none)');
});

test('the most lines that a run keeps, each of the most runs, stay a small part of the page', async () => {
  const run = movedRun();
  const [line] = run.trends!.series;
  const runs = Array.from({ length: 60 }, (_, n) => ({ ...run.trends!.runs[0]!, run: `night-${n}` }));
  const noise = (seed: number) => Math.abs(Math.sin(seed * 12.9898) * 43758.5453) % 1;
  const series = Array.from({ length: 600 }, (_, n) => ({
    ...line!,
    tensor: `block${n}/output`,
    values: runs.map((_, at) => noise(n * 60 + at + 1)),
    changes: runs.map((_, at) => at).slice(1),
  }));
  const { parts } = await encodePage({ ...run, trends: { ...run.trends!, runs, series } });
  expect(parts.get('trends')!.length).toBeLessThan(250_000);
});

test.for<[string, (number | 'NaN' | 'Infinity')[], string]>([
  [
    'max_steps',
    [3, 1, 2],
    'max_steps over 3 runs: first 3 steps, last 2 steps, least 1 step, greatest 3 steps',
  ],
  ['max_abs', ['NaN', 1], 'max_abs over 2 runs: first NaN, last 1, least 1, greatest 1'],
  [
    'max_abs',
    ['Infinity'],
    'max_abs over 1 run: first Infinity, last Infinity, least Infinity, greatest Infinity',
  ],
])('a small line of %s %o is read to who cannot see it', ([metric, values, words]) => {
  const runs = values.map((_, n) => ({ run: `r-${n}`, judgedAt: '2026-11-20T08:00:00.000Z' }));
  const line = { target: 0, tensor: 'y', metric, values, changes: [] };
  expect(sparkWords(metric, trendPoints({ runs, lines: [], leftOut: 0 }, line))).toBe(words);
});

test('a row draws the metric that is nearest to its limit, and claims no rest where lines were left out', () => {
  const line = (tensor: string, metric: string) => ({
    target: 1,
    tensor,
    metric,
    values: [1, 2],
    changes: [1],
  });
  const runs = ['a', 'b'].map((run) => ({ run, judgedAt: '2026-11-20T08:00:00.000Z' }));
  const trends = { runs, lines: [line('y', 'cosine'), line('y', 'max_abs')], leftOut: 0 };
  expect(lineOfTensor(trends, 1, { tensor: 'y', metric: 'max_abs' })?.metric).toBe('max_abs');
  expect(lineOfTensor(trends, 1, { tensor: 'y', metric: 'top1_agreement' })?.metric).toBe('cosine');
  expect(lineOfTensor(trends, 1, { tensor: 'z', metric: 'max_abs' })).toBeUndefined();
  expect(lineOfTensor(trends, 0, { tensor: 'y', metric: 'max_abs' })).toBeUndefined();
  expect(stillWords(trends)).toBe('no change in the last 2 runs');
  expect([stillWords({ ...trends, leftOut: 3 }), stillWords({ ...trends, runs: runs.slice(1) })]).toEqual([
    undefined,
    undefined,
  ]);
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

test('a line that began without a finite number says how low it fell before it came back', () => {
  const runs = ['a', 'b', 'c'].map((run) => ({ run, judgedAt: '2026-11-20T08:00:00.000Z' }));
  const values = ['Infinity', 30.5, 'Infinity'] as const;
  const line = { target: 0, tensor: 'y', metric: 'sqnr_db', values, changes: [1, 2] };
  expect(trendWords(trendPoints({ runs, lines: [], leftOut: 0 }, line))).toMatch(
    /^Infinity( dB)?, 30\.5 dB in between, over 3 runs/,
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
