import { useMemo } from 'preact/hooks';
import { shortenMiddle } from '../../../../display-width.ts';
import { visible } from '../../../../escape.ts';
import { count } from '../../../../format-number.ts';
import { useReport } from '../../../data/report.ts';
import { type Location, replaceQuery } from '../../../route.ts';
import { LargeMatrix } from './large-matrix.tsx';
import { type Columns, GROUPINGS, type Grouping, matrixOf, usualColumns } from './layout.ts';
import { Legend } from './legend.tsx';
import { MatrixTable } from './matrix-table.tsx';
import './matrix.css';

/** Cells that a table of real elements bears. */
const MOST_TABLE_CELLS = 1500;
/** Rows from which on they come in groups unless told otherwise. */
const MANY_ROWS = 40;

const GROUPING_WORDS: Readonly<Record<Grouping, string>> = {
  none: 'not grouped',
  soc: 'SoC',
  delegate: 'delegate',
  device: 'device',
  class: 'equivalence class',
};

/** @param targets those that pass the filters: indices in `head.targets` */
export function FleetMatrix({
  targets,
  location,
}: {
  readonly targets: readonly number[];
  readonly location: Location;
}) {
  const { head } = useReport();
  const columns = useMemo(
    () => parseColumns(location.query.get('columns')) ?? usualColumns(head),
    [head, location.query],
  );
  const grouping =
    parseGrouping(location.query.get('group')) ?? (targets.length > MANY_ROWS ? 'soc' : 'none');
  const matrix = useMemo(
    () => matrixOf(head, targets, columns, grouping),
    [head, targets, columns, grouping],
  );
  const set = (key: string, value: string) => {
    const query = new URLSearchParams(location.query);
    query.set(key, value);
    replaceQuery(location, query);
  };
  const isSmall = matrix.rows * matrix.columns.length <= MOST_TABLE_CELLS;
  return (
    <section aria-labelledby="fleet-matrix">
      <h2 id="fleet-matrix">Fleet</h2>
      <div class="matrix-settings">
        <label>
          Columns{' '}
          <select
            value={formatColumns(columns)}
            onChange={(event) => set('columns', event.currentTarget.value)}
          >
            <option value="delegate">delegates</option>
            <option value="suite">suites</option>
            {head.suites.map(({ name, outputs }) => (
              <option key={name} value={`tensor:${name}`}>
                {`${count(outputs.length, 'tensor')} of ${shortenMiddle(visible(name), 40)}`}
              </option>
            ))}
          </select>
        </label>
        <label>
          Rows grouped by{' '}
          <select value={grouping} onChange={(event) => set('group', event.currentTarget.value)}>
            {GROUPINGS.map((each) => (
              <option key={each} value={each}>
                {GROUPING_WORDS[each]}
              </option>
            ))}
          </select>
        </label>
        <span class="quiet small" role="status">
          {count(matrix.rows, 'row')} × {count(matrix.columns.length, 'column')}
        </span>
      </div>
      {matrix.rows === 0 ? (
        <p>No target passes the filters.</p>
      ) : isSmall ? (
        <MatrixTable matrix={matrix} rowWord={columns.by === 'delegate' ? 'Device' : 'Target'} />
      ) : (
        <LargeMatrix matrix={matrix} />
      )}
      <Legend />
    </section>
  );
}

function formatColumns(columns: Columns): string {
  return columns.by === 'tensor' ? `tensor:${columns.suite}` : columns.by;
}

function parseColumns(text: string | null): Columns | undefined {
  if (text === 'delegate' || text === 'suite') return { by: text };
  return text?.startsWith('tensor:') ? { by: 'tensor', suite: text.slice('tensor:'.length) } : undefined;
}

function parseGrouping(text: string | null): Grouping | undefined {
  return GROUPINGS.find((each) => each === text);
}
