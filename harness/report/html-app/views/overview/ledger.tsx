import { useMemo, useState } from 'preact/hooks';
import { count } from '../../../format-number.ts';
import { useReport } from '../../data/report.ts';
import { ClassLetter } from '../../parts/class-letter.tsx';
import { MoreButton } from '../../parts/more-button.tsx';
import { Name, Prose } from '../../parts/name.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { SortHead } from '../../parts/sort-head.tsx';
import { type Sorting, useSorting } from '../../parts/sorting.ts';
import { MarkLabel, targetMark } from '../../parts/status-mark.tsx';
import { hashOf } from '../../route.ts';
import { LEDGER_SORTS, type LedgerRow, type LedgerSort, ledgerRows, sortedRows } from './ledger-rows.ts';

const PAGE = 50;
const COLUMNS: ReadonlyMap<string, LedgerSort> = new Map(LEDGER_SORTS.map((name) => [name, name]));
const WORST_FIRST: Sorting<LedgerSort> = { by: 'status', descending: false };

/** Every suite on every target: what was planned, what came of it. */
export function Ledger({ targets }: { readonly targets: readonly number[] }) {
  const { head } = useReport();
  const [sorting, onSort] = useSorting(COLUMNS, WORST_FIRST);
  const [shown, setShown] = useState(PAGE);
  const rows = useMemo(() => ledgerRows(head, targets), [head, targets]);
  const sorted = useMemo(() => sortedRows(rows, sorting.by, sorting.descending), [rows, sorting]);
  const severalSuites = head.suites.length > 1;
  const column = { sorting, onSort };
  return (
    <section aria-labelledby="ledger-title">
      <h2 id="ledger-title">Every target</h2>
      {rows.length === 0 ? (
        <p>No target passes the filters.</p>
      ) : (
        <Scroll label={`Ledger of ${count(rows.length, 'target')}`}>
          <table class="wide ledger">
            <thead>
              <tr>
                <SortHead of="status" {...column}>
                  Verdict
                </SortHead>
                <SortHead of="target" {...column}>
                  Target
                </SortHead>
                {severalSuites ? (
                  <SortHead of="suite" {...column}>
                    Suite
                  </SortHead>
                ) : undefined}
                <SortHead of="soc" {...column}>
                  SoC
                </SortHead>
                <SortHead of="system" {...column}>
                  System
                </SortHead>
                <th scope="col">Worst finding</th>
                <SortHead of="changed" number {...column}>
                  Answers changed
                </SortHead>
                <SortHead of="class" {...column}>
                  Class
                </SortHead>
                <SortHead of="cause" {...column}>
                  Likely cause
                </SortHead>
                <SortHead of="capture" {...column}>
                  Capture
                </SortHead>
              </tr>
            </thead>
            <tbody>
              {sorted.slice(0, shown).map((row) => (
                <Line key={`${row.suite} ${row.target.target}`} row={row} severalSuites={severalSuites} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      <MoreButton shown={shown} of={rows.length} page={PAGE} onMore={setShown} />
    </section>
  );
}

function Line({ row, severalSuites }: { readonly row: LedgerRow; readonly severalSuites: boolean }) {
  const { target, suite, system, changed, classId, isReferenceClass, classIndex } = row;
  return (
    <tr>
      <td>
        <MarkLabel mark={targetMark(target)} />
      </td>
      <th scope="row">
        <a class="target-name" href={hashOf({ view: 'target', suite, target: target.target })}>
          <Name columns={40}>{target.target}</Name>
        </a>
      </th>
      {severalSuites ? (
        <td>
          <Name columns={30}>{suite}</Name>
        </td>
      ) : undefined}
      <td>
        <Name columns={30}>{target.soc}</Name>
      </td>
      <td>
        <Name columns={30}>{system}</Name>
      </td>
      <td>
        {target.headline === undefined ? <span class="quiet">none</span> : <Prose>{target.headline}</Prose>}
      </td>
      <td class="number">{changed === undefined ? '' : `${changed.answers} of ${changed.of}`}</td>
      <td>
        {classId === undefined ? undefined : (
          <a href={hashOf({ view: 'classes', suite })}>
            <ClassLetter id={classId} reference={isReferenceClass} index={classIndex} />
          </a>
        )}
      </td>
      <td>{target.cause === undefined ? undefined : <Prose>{target.cause.title}</Prose>}</td>
      <td>{target.capture}</td>
    </tr>
  );
}
