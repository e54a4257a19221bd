import { useMemo, useState } from 'preact/hooks';
import { count } from '../../../format-number.ts';
import type { ClassHead, TensorClasses } from '../../../page-data/page-data.ts';
import { ClassLetter } from '../../parts/class-letter.tsx';
import { Name } from '../../parts/name.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { hashOf } from '../../route.ts';
import { classMatrix, type TensorColumn } from './class-matrix.ts';

const ROWS = 40;
const COLUMNS = 20;

/** Overall classes × tensors: where the classes part, and where they still agree. */
export function MatrixTable({
  suite,
  overall,
  tensors,
}: {
  readonly suite: string;
  readonly overall: readonly ClassHead[];
  readonly tensors: readonly TensorClasses[];
}) {
  const { split, agreed } = useMemo(() => classMatrix(overall, tensors), [overall, tensors]);
  const [rows, setRows] = useState(ROWS);
  const [first, setFirst] = useState(0);
  const shown = split.slice(first, first + COLUMNS);
  return (
    <>
      <p class="small quiet">
        {agreed.length === 0
          ? 'No tensor was answered alike by all.'
          : `${count(agreed.length, 'tensor')} ${agreed.length === 1 ? 'was' : 'were'} answered alike by all targets${split.length === 0 ? '.' : '; these were not:'}`}
      </p>
      {split.length === 0 ? undefined : (
        <Scroll label="Classes by tensor">
          <table class="class-matrix">
            <thead>
              <tr>
                <th scope="col">All outputs</th>
                {shown.map((column) => (
                  <th scope="col" key={column.tensor}>
                    <a href={hashOf({ view: 'classes', suite, tensor: column.tensor })}>
                      <Name columns={24}>{column.tensor}</Name>
                    </a>
                    <div class="quiet small">{column.answers} answers</div>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {overall.slice(0, rows).map((own, row) => (
                <tr key={own.id}>
                  <th scope="row">
                    <ClassLetter id={own.id} reference={own.reference} index={row} />{' '}
                    <span class="quiet small">{count(own.targets.length, 'target')}</span>
                  </th>
                  {shown.map((column) => (
                    <td key={column.tensor}>
                      <Cell column={column} row={row} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      <div class="note-line">
        {overall.length > rows ? (
          <button type="button" class="small" onClick={() => setRows(rows + ROWS)}>
            Show {Math.min(ROWS, overall.length - rows)} more classes
          </button>
        ) : undefined}
        {split.length > COLUMNS ? (
          <>
            <button
              type="button"
              class="small"
              disabled={first === 0}
              onClick={() => setFirst(Math.max(0, first - COLUMNS))}
            >
              Previous tensors
            </button>
            <button
              type="button"
              class="small"
              disabled={first + COLUMNS >= split.length}
              onClick={() => setFirst(first + COLUMNS)}
            >
              Next tensors
            </button>
            <span class="quiet small" role="status">
              {first + 1} to {Math.min(first + COLUMNS, split.length)} of {split.length}, those with most
              answers first
            </span>
          </>
        ) : undefined}
      </div>
    </>
  );
}

function Cell({ column, row }: { readonly column: TensorColumn; readonly row: number }) {
  const index = column.cells[row];
  const own = index === undefined ? undefined : column.classes[index];
  if (index === undefined || own === undefined) return <span class="quiet">no answer</span>;
  return <ClassLetter id={own.id} reference={own.reference} index={index} />;
}
