import type { ComponentChildren } from 'preact';

export interface Sorting<Key> {
  readonly by: Key;
  readonly descending: boolean;
}

/** A column's head that sorts by it, and the other way when pressed again. */
export function SortHead<Key>({
  of,
  sorting,
  onSort,
  number = false,
  children,
}: {
  readonly of: Key;
  readonly sorting: Sorting<Key> | undefined;
  readonly onSort: (sorting: Sorting<Key>) => void;
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
