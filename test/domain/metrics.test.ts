import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { METRICS } from '../../harness/domain/metrics.ts';

const LIMITS = {
  low: 'at most',
  high: 'at least',
  magnitude: 'at most, without sign',
  informs: 'shown only',
} as const;

const SCOPES = { element: 'tensor', decision: 'samples', target: 'target' } as const;

test('docs/metrics.md lists every metric as the table of metrics defines it, in its order', () => {
  const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const expected = METRICS.map(
    ({ name, good, unit, scope, meaning }) =>
      `| \`${name}\` | ${LIMITS[good]} | ${unit} | ${SCOPES[scope]} | ${meaning.replaceAll('|', '\\|')} |`,
  );
  expect(rows).toEqual(expected);
});
