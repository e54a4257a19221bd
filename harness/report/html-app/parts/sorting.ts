import { useMemo } from 'preact/hooks';
import { replaceQuery, useLocation } from '../route.ts';

/** What a table is sorted by. */
export interface Sorting<Column> {
  readonly by: Column;
  readonly descending: boolean;
}

const KEY = 'sort';

/**
 * What the link says that the view's table is sorted by: `sort=target`, and `sort=-target` the other way round.
 * @param columns by their names in the link
 * @param usual where the link says nothing, or something that the table does not have
 */
export function useSorting<Column, Usual extends Sorting<Column> | undefined>(
  columns: ReadonlyMap<string, Column>,
  usual: Usual,
): readonly [sorting: Sorting<Column> | Usual, onSort: (sorting: Sorting<Column>) => void] {
  const location = useLocation();
  const words = location.query.get(KEY);
  const sorting = useMemo(() => parseSorting(words, columns) ?? usual, [words, columns, usual]);
  const onSort = (next: Sorting<Column>) => {
    const query = new URLSearchParams(location.query);
    query.set(KEY, formatSorting(next, columns));
    replaceQuery(location, query);
  };
  return [sorting, onSort];
}

export function parseSorting<Column>(
  words: string | null,
  columns: ReadonlyMap<string, Column>,
): Sorting<Column> | undefined {
  const descending = words?.startsWith('-') ?? false;
  const by = columns.get(words?.slice(descending ? 1 : 0) ?? '');
  return by === undefined ? undefined : { by, descending };
}

export function formatSorting<Column>(
  { by, descending }: Sorting<Column>,
  columns: ReadonlyMap<string, Column>,
): string {
  const [name = ''] = [...columns].find(([, column]) => column === by) ?? [];
  return `${descending ? '-' : ''}${name}`;
}
