import { expect, test } from 'vitest';
import { renderSummary } from '../../harness/report/summary.ts';
import { hostileRun } from './hostile-run.ts';
import { DEFAULT_FLEET } from './sample-fleet.ts';
import { sampleRun, shippableRun } from './sample-run.ts';

test('verdict first, then findings, then what is not bit-identical, then all behind a fold', () => {
  const text = renderSummary(shippableRun());
  const order = [
    '### May ship: yes, with 2 waived',
    '#### Findings, worst first',
    'not bit-identical',
    '<details>',
  ];
  const places = order.map((part) => text.indexOf(part));
  expect(places.every((place) => place >= 0)).toBe(true);
  expect(places).toEqual(places.toSorted((left, right) => left - right));
  expect(text).toContain('3 of 200 answers change');
  expect(text).toContain('until 2027-06-30');
});

test('a skipped target names its remedy', () => {
  expect(renderSummary(sampleRun())).toContain('Provide it: <code>apt-get install chromium</code>');
});

test('hostile names make no markup, no mention and no new table cell', () => {
  const text = renderSummary(hostileRun());
  const tags = text.match(/<[^>]*>/g)!.filter((tag) => !/^<(\/?(code|details|summary)|!-- --)>$/.test(tag));
  expect(tags).toEqual([]);
  expect(text.match(/@\w|\u202e|`/g)).toBeNull();
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
  const shown = (text.match(/^\| (?!Status|Suite|---)/gm) ?? []).length;
  expect(shown + cut.reduce((sum, n) => sum + n, 0)).toBe(1800);
  expect(text.endsWith('</details>\n')).toBe(true);
});
