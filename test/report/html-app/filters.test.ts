import { inflateRawSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { filterRun } from '../../../harness/report/html-app/filter-run.ts';
import {
  FACETS,
  formatFilters,
  isFiltered,
  NO_FILTERS,
  parseFilters,
  withChosen,
} from '../../../harness/report/html-app/filters.ts';
import { searchWords } from '../../../harness/report/html-app/search-words.ts';
import { facetValues } from '../../../harness/report/html-app/views/overview/facet-values.ts';
import { ledgerRows, sortedRows } from '../../../harness/report/html-app/views/overview/ledger-rows.ts';
import { decodeHead } from '../../../harness/report/page-data/decode-page.ts';
import { encodePage } from '../../../harness/report/page-data/encode-page.ts';
import type { PageHead } from '../../../harness/report/page-data/page-data.ts';
import { largeRun } from '../large-run.ts';
import { sampleRun } from '../sample-run.ts';
import { exploredRun } from './explored-run.ts';

let head: PageHead;
let large: PageHead;
beforeAll(async () => {
  const read = async (input: Parameters<typeof encodePage>[0]) => {
    const { parts } = await encodePage(input);
    return decodeHead(JSON.parse(inflateRawSync(Buffer.from(parts.get('head')!, 'base64')).toString()));
  };
  head = await read(sampleRun());
  large = await read(largeRun({ targets: 80, tensors: 12, diverging: 0.2, answers: 3 }));
});

const shown = (from: PageHead, query: string) => {
  const { targets, findings } = filterRun(from, parseFilters(new URLSearchParams(query)));
  return {
    targets: targets.map((index) => from.targets[index]!.target),
    findings: findings.map(({ index }) => from.findings[index]!),
  };
};

test('a link holds the filters, and keeps what else it holds', () => {
  const filters = withChosen({ ...NO_FILTERS, text: 'a "b c"' }, 'status', ['FAIL', 'WARN']);
  const query = formatFilters(new URLSearchParams('group=soc&status=PASS&tag=x'), filters);
  expect(parseFilters(query)).toEqual(filters);
  expect(query.get('group')).toBe('soc');
  expect(query.has('tag')).toBe(false);
  expect([isFiltered(NO_FILTERS), isFiltered(filters)]).toEqual([false, true]);
});

test.for<[string, string[]]>([
  ['pixel  8', ['pixel', '8']],
  ['"over budget" x', ['over budget', 'x']],
  ['"still typing', ['still typing']],
  ['  ', []],
  ['ﬁn', ['fin']],
])('%o is searched as %o', ([text, words]) => {
  expect(searchWords(text)).toEqual(words);
});

test('no filter shows everything', () => {
  const { targets, findings } = shown(head, '');
  expect([targets.length, findings.length]).toEqual([head.targets.length, head.findings.length]);
});

test('words must all be found, in a target or in what was found on it', () => {
  expect(shown(head, 'q=haswell').targets).toEqual(['haswell/cpu']);
  expect(shown(head, 'q=HASWELL+waived').targets).toEqual(['haswell/cpu']);
  expect(shown(head, 'q=haswell+chromium').targets).toEqual([]);
});

test('a tensor is found where it is within budget, too', () => {
  expect(shown(large, 'q=block1/layer.3').targets.length).toBeGreaterThan(70);
  const [some] = large.findings;
  const tensor = large.entries[some!.entry]!.tensor;
  for (const { entry } of shown(large, `tensor=${encodeURIComponent(tensor)}&status=FAIL`).findings) {
    expect(large.entries[entry]).toMatchObject({ tensor, status: 'FAIL' });
  }
});

test('values of one facet are alternatives, facets narrow each other', () => {
  const [first, second] = ['SoC 1', 'SoC 2'].map((soc) => shown(large, `soc=${soc}`).targets.length) as [
    number,
    number,
  ];
  expect(shown(large, 'soc=SoC+1&soc=SoC+2').targets).toHaveLength(first + second);
  expect(shown(large, 'soc=SoC+1&delegate=npu').targets).toHaveLength(first / 4);
  expect(shown(large, 'soc=no+such').targets).toEqual([]);
});

test('a finding is shown on those of its targets that pass', () => {
  const { findings } = filterRun(large, parseFilters(new URLSearchParams('delegate=npu')));
  expect(findings.length).toBeGreaterThan(5);
  for (const { targets } of findings) {
    expect(targets.length).toBeGreaterThan(0);
    for (const target of targets) expect(large.targets[target]!.delegate).toBe('npu');
  }
});

test('a facet is offered where it tells targets apart', () => {
  const values = facetValues(large);
  expect(values.get('delegate')).toEqual(['cpu', 'gpu', 'npu', 'xnnpack']);
  expect(values.get('status')![0]).toBe('INCOMPLETE');
  expect(values.has('suite')).toBe(false);
  expect(FACETS.filter((facet) => values.has(facet)).length).toBeGreaterThan(5);
});

test('the ledger sorts worst first, and by any column both ways', () => {
  const rows = ledgerRows(
    head,
    head.targets.map((_, index) => index),
  );
  const order = (by: Parameters<typeof sortedRows>[1], descending: boolean) =>
    sortedRows(rows, by, descending).map(({ target }) => target.target);
  expect(order('status', false)[0]).toBe(head.targets.find(({ status }) => status === 'INCOMPLETE')!.target);
  expect(order('target', true)).toEqual(order('target', false).toReversed());
  expect(order('changed', true).slice(0, 2)).toEqual(['chromium/webgpu-jsep', 'haswell/cpu']);
  expect(rows.find(({ target }) => target.target === 'haswell/cpu')!.changed).toEqual({
    answers: 3,
    of: 200,
  });
});

test('who moved since the run before can be chosen, where somebody did', async () => {
  const { parts } = await encodePage(exploredRun());
  const explored = decodeHead(
    JSON.parse(inflateRawSync(Buffer.from(parts.get('head')!, 'base64')).toString()),
  );
  expect(facetValues(explored).get('moved')).toEqual(['moved', 'not moved']);
  const { targets, findings } = shown(explored, 'moved=moved');
  expect(targets).toEqual(['haswell/cpu']);
  expect(
    findings.every((finding) => finding.targets.some((at) => explored.targets[at]?.target === 'haswell/cpu')),
  ).toBe(true);
  expect(shown(explored, 'moved=not+moved').targets.length).toBe(explored.targets.length - 1);
  expect(facetValues(head).has('moved')).toBe(false);
});
