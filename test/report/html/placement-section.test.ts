import { expect, test } from 'vitest';
import type { PlacementSummary, Placements } from '../../../harness/domain/placement-summary.ts';
import { render } from '../../../harness/report/html/markup.ts';
import { renderHtml } from '../../../harness/report/html/page.ts';
import { placementSection } from '../../../harness/report/html/placement-section.ts';
import { HOSTILE } from '../hostile-run.ts';
import { sampleRun } from '../sample-run.ts';

const CPU: PlacementSummary = {
  requested: 'cpu',
  status: 'attested',
  providers: { CPUExecutionProvider: 12 },
  partitions: 1,
  fallbacks: 0,
  operators: { QLinearConv: 12 },
};
const WEBGPU: PlacementSummary = {
  requested: 'webgpu',
  status: 'attested',
  providers: { WebGpuExecutionProvider: 54, CPUExecutionProvider: 11 },
  partitions: 23,
  fallbacks: 11,
  operators: { Conv: 54, QuantizeLinear: 11 },
};
const UNKNOWN: PlacementSummary = {
  requested: 'npu',
  status: 'unknown',
  providers: {},
  partitions: 0,
  fallbacks: 'NaN',
  operators: {},
};
const FUSION = {
  operator: 'QLinearConv',
  nodes: ['c1_node', 'dw_node'],
  fired: ['haswell/cpu'],
  notFired: ['chromium/webgpu'],
};

type Suite = Placements['suites'][number];
const SUITE: Suite = {
  suite: 'digits-int8',
  targets: [
    { target: 'haswell/cpu', ...CPU },
    { target: 'chromium/webgpu', ...WEBGPU },
    { target: 'phone/npu', ...UNKNOWN },
  ],
  fusions: [FUSION],
};

const markupOf = (suites: readonly Suite[]) =>
  render(placementSection({ schemaVersion: 1, kind: 'placement', suites }, [], () => 'x'));
const textOf = (markup: string) => markup.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

test('a row says who was asked and who ran; fallbacks stand out, no profile is said in words', () => {
  const markup = markupOf([SUITE]);
  const text = textOf(markup);
  expect(text).toContain('haswell/cpu cpu 12 on CPUExecutionProvider 1 0');
  expect(text).toContain(
    'chromium/webgpu webgpu 54 on WebGpuExecutionProvider , 11 on CPUExecutionProvider 23 11',
  );
  expect(text).toContain('phone/npu npu not known: the runtime gave no profile');
  expect([...markup.matchAll(/<b>(.*?)<\/b>/g)].map(([, bold]) => bold)).toEqual(['11']);
});

test.for<{ name: string; suite: Partial<Suite>; words: string }>([
  {
    name: 'a partial fusion',
    suite: {},
    words: '1 operator that the runtime made on some targets only',
  },
  {
    name: 'its nodes and targets',
    suite: {},
    words: 'QLinearConv c1_node , dw_node haswell/cpu chromium/webgpu',
  },
  {
    name: 'many nodes',
    suite: { fusions: [{ ...FUSION, nodes: Array.from('abcdefghijk') }] },
    words: 'g , h , 3 more haswell/cpu',
  },
  {
    name: 'a fusion without a node',
    suite: { fusions: [{ ...FUSION, nodes: [] }] },
    words: 'its name leads to none',
  },
  { name: 'no fusion', suite: { fusions: [] }, words: 'No fusion fired on one target and not on another.' },
  {
    name: 'a model that is gone',
    suite: { fusions: [], fusionsUnknown: 'the blob is missing' },
    words: 'is not known: the blob is missing',
  },
  { name: 'nothing captured', suite: { targets: [], fusions: [] }, words: 'Nothing was captured.' },
])('$name is told', ({ suite, words }) => {
  expect(textOf(markupOf([{ ...SUITE, ...suite }]))).toContain(words);
});

test('the page has the section where the run has the file, with links to its targets', async () => {
  const run = sampleRun();
  const suite = run.plan.suites[0]!.name;
  const target = run.plan.captures[0]!.target;
  const placement: Placements = {
    schemaVersion: 1,
    kind: 'placement',
    suites: [{ suite, targets: [{ target, ...CPU }], fusions: [] }],
  };
  expect(await renderHtml(run)).not.toContain('<h2>Placement</h2>');
  const section = (await renderHtml({ ...run, placement }))
    .split('<h2>Placement</h2>')[1]!
    .split('</section>')[0]!;
  expect(textOf(section)).toContain(`${target} cpu 12 on CPUExecutionProvider`);
  expect(section).toMatch(/<a href="#[^"]+"><bdi>/);
});

test('names from devices add no markup', () => {
  const hostile = Object.values(HOSTILE);
  const markup = markupOf([
    {
      suite: HOSTILE.image,
      targets: [
        { target: HOSTILE.attribute, ...CPU, requested: HOSTILE.script, providers: { [HOSTILE.image]: 1 } },
      ],
      fusions: [{ operator: HOSTILE.script, nodes: hostile, fired: hostile, notFired: hostile }],
      fusionsUnknown: HOSTILE.image,
    },
    { ...SUITE, fusions: [{ operator: HOSTILE.script, nodes: hostile, fired: hostile, notFired: hostile }] },
  ]);
  expect(markup).not.toMatch(/<(script|img|b on)/);
  expect(markup).not.toContain('\u202e');
  expect(textOf(markup)).toContain('&lt;img src=x onerror=alert(1)&gt;');
});
