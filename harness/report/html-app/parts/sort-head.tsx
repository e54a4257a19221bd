import type { ComponentChildren } from 'preact';
import type { Sorting } from './sorting.ts';

/** A column's head that sorts by it, and the other way when pressed again. */
export function SortHead<Column>({
  of,
  sorting,
  onSort,
  number = false,
  children,
}: {
  readonly of: Column;
  readonly sorting: Sorting<Column> | undefined;
  readonly onSort: (sorting: Sorting<Column>) => void;
  readonly number?: boolean;
  readonly children: ComponentChildren;
}) {
  const active = sorting?.by === of;
  const order = active ? (sorting?.descending ? 'descending' : 'ascending') : 'none';
  return (
    <th scope="col" aria-sort={order} {...(number ? { class: 'number' } : {})}>
      <button
        type="button"
        onClick={() => onSort({ by: of, descending: active ? !sorting?.descending : number })}
      >
        {children}
      </button>
    </th>
  );
}
