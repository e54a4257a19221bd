import { useMemo, useState } from 'preact/hooks';
import { count } from '../../../format-number.ts';
import type { TargetHead } from '../../../page-data/page-data.ts';
import { usePart, useReport } from '../../data/report.ts';
import { MoreButton } from '../../parts/more-button.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { SortHead } from '../../parts/sort-head.tsx';
import { type Sorting, useSorting } from '../../parts/sorting.ts';
import { dataOf } from './data-of.ts';
import { TensorLine } from './tensor-line.tsx';
import { matchingTensors, sortedTensors, TENSOR_SORTS, type TensorSort, tensorRows } from './tensor-rows.ts';

/** A shorter table is read faster than it is filtered. */
const FILTER_FROM = 20;
const PAGE = 30;
const COLUMNS: ReadonlyMap<string, TensorSort> = new Map(TENSOR_SORTS.map((name) => [name, name]));
const WORST_FIRST: Sorting<TensorSort> = { by: 'status', descending: false };

/** The tensors of the suite as this target answered them. */
export function TensorTable({ target, index }: { readonly target: TargetHead; readonly index: number }) {
  const report = useReport();
  const suite = report.head.suites[target.suite];
  const trends = dataOf(usePart('trends'));
  const history = target.role === 'candidate' && (trends?.runs.length ?? 0) > 1 ? trends : undefined;
  const [text, setText] = useState('');
  const [sorting, onSort] = useSorting(COLUMNS, WORST_FIRST);
  const [shown, setShown] = useState(PAGE);
  const all = useMemo(
    () => tensorRows(report.sheet(target), suite?.outputs ?? [], target.role),
    [report, target, suite],
  );
  const rows = useMemo(
    () => sortedTensors(matchingTensors(all, text), sorting.by, sorting.descending),
    [all, text, sorting],
  );
  if (all.length === 0)
    return target.capture === 'captured' ? (
      <section>
        <h2>Outputs</h2>
        <p>
          {target.role === 'reference'
            ? 'This is the reference: nothing is judged here.'
            : 'Nothing was compared.'}
        </p>
      </section>
    ) : null;
  const head = { sorting, onSort };
  return (
    <section>
      <h2>Outputs</h2>
      {all.length > FILTER_FROM ? (
        <p class="table-filter">
          <label>
            Filter{' '}
            <input
              type="search"
              value={text}
              placeholder="tensor, dtype, metric, identical …"
              onInput={(event) => {
                setText(event.currentTarget.value);
                setShown(PAGE);
              }}
            />
          </label>{' '}
          <span role="status" class="quiet small">
            {rows.length} of {count(all.length, 'output')}
          </span>
        </p>
      ) : undefined}
      <Scroll label="Outputs of the suite">
        <table class="wide">
          <thead>
            <tr>
              <SortHead of="status" {...head}>
                Verdict
              </SortHead>
              <SortHead of="tensor" {...head}>
                Output
              </SortHead>
              <SortHead of="dtype" {...head}>
                Type
              </SortHead>
              <SortHead of="overrun" {...head} number>
                Nearest to its limit
              </SortHead>
              <th scope="col">Headroom</th>
              <SortHead of="identical" {...head}>
                Bytes
              </SortHead>
              <SortHead of="class" {...head}>
                Class
              </SortHead>
              {history === undefined ? undefined : <th scope="col">Last {history.runs.length} runs</th>}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row) => (
              <TensorLine key={row.id} row={row} target={target} index={index} trends={history} />
            ))}
          </tbody>
        </table>
      </Scroll>
      {rows.length === 0 ? <p class="quiet">No output matches.</p> : undefined}
      <MoreButton shown={shown} of={rows.length} page={PAGE} onMore={setShown} />
    </section>
  );
}
