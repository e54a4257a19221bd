import { count } from '../../../../format-number.ts';
import { Name } from '../../../parts/name.tsx';
import { Scroll } from '../../../parts/scroll.tsx';
import { MARK_WORDS, MarkIcon } from '../../../parts/status-mark.tsx';
import { hashOf } from '../../../route.ts';
import { cellWords } from './cell-words.ts';
import { type Cell, type Group, type Matrix, type Row, shadeOf } from './layout.ts';

/** A matrix of real table cells, for up to some hundred targets. */
export function MatrixTable({ matrix, rowWord }: { readonly matrix: Matrix; readonly rowWord: string }) {
  return (
    <Scroll label="Fleet matrix">
      <table class="matrix">
        <thead>
          <tr>
            <th scope="col">{rowWord}</th>
            {matrix.columns.map((column) => (
              <th scope="col" key={column}>
                {column === '*' ? 'whole target' : <Name columns={22}>{column}</Name>}
              </th>
            ))}
          </tr>
        </thead>
        {matrix.groups.map((group) => (
          <tbody key={group.name}>
            {group.name === '' ? undefined : <GroupLine group={group} columns={matrix.columns.length} />}
            {group.rows.map((row) => (
              <Line key={row.name} matrix={matrix} row={row} />
            ))}
          </tbody>
        ))}
      </table>
    </Scroll>
  );
}

function GroupLine({ group, columns }: { readonly group: Group; readonly columns: number }) {
  return (
    <tr class="group">
      <th scope="rowgroup" colSpan={columns + 1}>
        <MarkIcon mark={group.worst} /> <Name>{group.name}</Name>{' '}
        <span class="quiet small">{count(group.rows.length, 'row')}</span>
      </th>
    </tr>
  );
}

function Line({ matrix, row }: { readonly matrix: Matrix; readonly row: Row }) {
  return (
    <tr>
      <th scope="row">
        {row.route === undefined ? (
          <Name columns={40}>{row.name}</Name>
        ) : (
          <a href={hashOf(row.route)}>
            <Name columns={40}>{row.name}</Name>
          </a>
        )}
      </th>
      {matrix.columns.map((column, index) => (
        <CellBox key={column} row={row.name} column={column} cell={matrix.cellAt(row, index)} />
      ))}
    </tr>
  );
}

function CellBox({
  row,
  column,
  cell,
}: {
  readonly row: string;
  readonly column: string;
  readonly cell: Cell | undefined;
}) {
  if (cell === undefined) return <td />;
  const words = cellWords(row, column, cell);
  return (
    <td>
      <a
        class={`cell ${cell.mark}`}
        href={hashOf(cell.route)}
        title={words}
        aria-label={words}
        style={{ '--shade': shadeOf(cell) }}
      >
        <svg aria-hidden="true">
          <use href={`#mark-${cell.mark}`} />
        </svg>
        <span class="small">{shortWords(cell)}</span>
      </a>
    </td>
  );
}

/** What fits beside the mark. */
function shortWords(cell: Cell): string {
  return cell.mark === 'PASS' ? '' : MARK_WORDS[cell.mark];
}
