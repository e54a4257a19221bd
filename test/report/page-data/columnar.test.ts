import { expect, test } from 'vitest';
import { fromColumns, toColumns } from '../../../harness/report/page-data/columnar.ts';

const back = (rows: readonly unknown[]) => fromColumns(JSON.parse(JSON.stringify(toColumns(rows))));

test.for<[string, readonly unknown[]]>([
  ['nothing', []],
  ['numbers and strings', [1, 'NaN', null, true, -0.5]],
  [
    'records of one shape',
    [
      { a: 1, b: 'x' },
      { a: 2, b: 'y' },
    ],
  ],
  ['a key that some lack', [{ a: 1 }, { b: null }, {}, { a: 0, b: 2 }]],
  ['records in records', [{ a: { b: 1, c: [1, 2] } }, { a: { c: [] } }]],
  ['lists of records', [{ l: [{ a: 1 }, { a: 2 }] }, { l: [] }, { l: [{ a: 3, b: 4 }] }]],
  ['lists of lists of records', [[[{ a: 1 }], []], [], [[{ a: 2 }]]]],
  ['empty lists only', [{ l: [] }, { l: [] }]],
  ['records beside what is none', [{ a: 1 }, 2, [3]]],
  ['a null where others have a record', [{ a: { b: 1 } }, { a: null }]],
  ['an empty record', [{}]],
])('%s come back as they were', ([, rows]) => {
  expect(back(rows)).toEqual(rows);
});

test('a name is no way to a prototype', () => {
  const rows = JSON.parse('[{"__proto__": {"polluted": true}, "constructor": 1}]') as unknown[];
  const [row] = back(rows) as [Record<string, unknown>];
  expect(Object.keys(row)).toEqual(['__proto__', 'constructor']);
  expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('keys that are undefined are left out, as JSON does', () => {
  expect(back([{ a: undefined, b: 1 }])).toEqual([{ b: 1 }]);
});

test('likes stand beside likes: a column compresses to less than records do', async () => {
  const { deflateRawSync } = await import('node:zlib');
  const rows = Array.from({ length: 500 }, (_, n) => ({
    tensor: `t${n}`,
    status: 'FAIL',
    max_abs: n / 7,
    steps: n % 5,
  }));
  const size = (data: unknown) => deflateRawSync(JSON.stringify(data), { level: 9 }).length;
  expect(size(toColumns(rows))).toBeLessThan(0.8 * size(rows));
});
