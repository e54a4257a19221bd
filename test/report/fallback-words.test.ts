import { expect, test } from 'vitest';
import type { PlacementSummary, Placements } from '../../harness/domain/placement-summary.ts';
import { fallbackWords } from '../../harness/report/fallback-words.ts';
import { renderSummary } from '../../harness/report/summary.ts';
import { renderTerminal } from '../../harness/report/terminal.ts';
import { HOSTILE } from './hostile-run.ts';
import { sampleRun } from './sample-run.ts';

const placementOf = (targets: readonly (readonly [string, PlacementSummary['fallbacks']])[]): Placements => ({
  schemaVersion: 1,
  kind: 'placement',
  suites: [
    {
      suite: 'digits-int8',
      targets: targets.map(([target, fallbacks]) => ({
        target,
        requested: 'webgpu',
        status: 'attested',
        providers: { WebGpuExecutionProvider: 54, CPUExecutionProvider: 11 },
        partitions: 23,
        fallbacks,
        operators: {},
      })),
      fusions: [],
    },
  ],
});

const plain = (name: string) => name;

test.for<{
  name: string;
  targets: readonly (readonly [string, number | 'NaN'])[];
  words: string | undefined;
}>([
  { name: 'nothing fell back', targets: [['a/gpu', 0]], words: undefined },
  {
    name: 'a target without a profile is said by its verdict',
    targets: [['a/gpu', 'NaN']],
    words: undefined,
  },
  {
    name: 'those that fell back are named',
    targets: [
      ['a/gpu', 11],
      ['b/gpu', 0],
      ['c/gpu', 1],
    ],
    words: 'ran elsewhere than asked: a/gpu 11 of 65 nodes, c/gpu 1 of 65 nodes',
  },
  {
    name: 'many are counted',
    targets: Array.from('abcdef', (letter) => [`${letter}/gpu`, 1] as const),
    words:
      'ran elsewhere than asked: a/gpu 1 of 65 nodes, b/gpu 1 of 65 nodes, c/gpu 1 of 65 nodes, d/gpu 1 of 65 nodes and 2 more targets',
  },
])('$name', ({ targets, words }) => {
  expect(fallbackWords(placementOf(targets), plain)).toBe(words);
});

test('terminal and comment say it in one line, only when something fell back', () => {
  const plainTerminal = { columns: 120, colour: false };
  const [fallen, none] = [placementOf([['a/gpu', 11]]), placementOf([['a/gpu', 0]])];
  const line = /^placement ran elsewhere than asked: a\/gpu 11 of 65 nodes$/m;
  expect(renderTerminal({ ...sampleRun(), placement: fallen }, plainTerminal)).toMatch(line);
  expect(renderSummary({ ...sampleRun(), placement: fallen })).toContain(
    '\nPlacement: ran elsewhere than asked: <code>a/gpu</code> 11 of 65 nodes\n',
  );
  for (const placement of [none, undefined]) {
    const run = { ...sampleRun(), ...(placement === undefined ? {} : { placement }) };
    expect(renderTerminal(run, plainTerminal) + renderSummary(run)).not.toContain('elsewhere');
  }
});

test('hostile names stay text', () => {
  const placement = placementOf(Object.values(HOSTILE).map((name) => [name, 1] as const));
  const run = { ...sampleRun(), placement };
  expect(renderSummary(run)).not.toMatch(/<img|\u202e/);
  const terminal = renderTerminal(run, { columns: 80, colour: false });
  expect(['\u001b', '\u202e'].filter((character) => terminal.includes(character))).toEqual([]);
});
