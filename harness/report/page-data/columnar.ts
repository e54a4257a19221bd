/** Anything that JSON holds. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Records as columns: like stands beside like, which halves what they compress to and makes them quick to read.
 * `rows`: as they are. `lists`: lists of records; their lengths, and all records together. `of`: records; one column per key over
 * all of them, in order. Where some records lack a key, `has` says by 0 and 1 which ones have it.
 */
export type Columns =
  | { readonly rows: readonly Json[] }
  | { readonly lists: readonly number[]; readonly items: Columns }
  | {
      readonly of: number;
      readonly keys: readonly { readonly key: string; readonly has?: string; readonly values: Columns }[];
    };

/** Loses nothing but keys that are undefined, as JSON does. */
export function toColumns(rows: readonly unknown[]): Columns {
  if (isListOfLists(rows)) return { lists: rows.map((list) => list.length), items: toColumns(rows.flat()) };
  if (rows.length === 0 || !rows.every(isRecord)) return { rows: rows as readonly Json[] };
  const columns = new Map<string, { has: Uint8Array; values: unknown[] }>();
  for (const [index, row] of rows.entries()) {
    for (const key of Object.keys(row)) {
      const value = row[key];
      if (value === undefined) continue;
      let column = columns.get(key);
      if (column === undefined) {
        column = { has: new Uint8Array(rows.length), values: [] };
        columns.set(key, column);
      }
      column.has[index] = 1;
      column.values.push(value);
    }
  }
  return {
    of: rows.length,
    keys: [...columns].map(([key, { has, values }]) => ({
      key,
      ...(values.length === rows.length ? {} : { has: has.join('') }),
      values: toColumns(values),
    })),
  };
}

export function fromColumns(columns: Columns): unknown[] {
  if ('rows' in columns) return [...columns.rows];
  if ('lists' in columns) {
    const items = fromColumns(columns.items);
    let end = 0;
    return columns.lists.map((length) => {
      end += length;
      return items.slice(end - length, end);
    });
  }
  const rows = Array.from({ length: columns.of }, (): Record<string, unknown> => ({}));
  for (const { key, has, values } of columns.keys) {
    const column = fromColumns(values);
    let next = 0;
    for (const [index, row] of rows.entries()) {
      if (has !== undefined && has[index] !== '1') continue;
      // Names come from devices: `__proto__` is a key like any other.
      if (key === '__proto__')
        Object.defineProperty(row, key, {
          value: column[next],
          enumerable: true,
          configurable: true,
          writable: true,
        });
      else row[key] = column[next];
      next += 1;
    }
  }
  return rows;
}

/** Of records: numbers side by side gain nothing. */
function isListOfLists(rows: readonly unknown[]): rows is readonly (readonly unknown[])[] {
  return rows.length > 0 && rows.every((row) => Array.isArray(row) && row.every(isRecord));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
