import { useMemo, useState } from 'preact/hooks';
import { count } from '../../../format-number.ts';
import type { TargetHead } from '../../../page-data/page-data.ts';
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
import { nearestLimit } from './nearest-limit.ts';

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
  // A column that says one thing of every target takes the room of those that tell them apart.
  const columns = {
    suite: head.suites.length > 1,
    cause: rows.some(({ target }) => target.cause !== undefined),
    capture: rows.some(({ target }) => target.capture !== 'captured'),
  };
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
                {columns.suite ? (
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
                {columns.cause ? (
                  <SortHead of="cause" {...column}>
                    Likely cause
                  </SortHead>
                ) : undefined}
                {columns.capture ? (
                  <SortHead of="capture" {...column}>
                    Capture
                  </SortHead>
                ) : undefined}
              </tr>
            </thead>
            <tbody>
              {sorted.slice(0, shown).map((row) => (
                <Line key={`${row.suite} ${row.target.target}`} row={row} columns={columns} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      <MoreButton shown={shown} of={rows.length} page={PAGE} onMore={setShown} />
    </section>
  );
}

interface LineProps {
  readonly row: LedgerRow;
  readonly columns: { readonly suite: boolean; readonly cause: boolean; readonly capture: boolean };
}

function Line({ row, columns }: LineProps) {
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
      {columns.suite ? (
        <td>
          <Name columns={30}>{suite}</Name>
        </td>
      ) : undefined}
      <td>
        <Name columns={60}>{target.soc}</Name>
      </td>
      <td>
        <Name columns={60}>{system}</Name>
      </td>
      <td>
        {target.headline === undefined ? <Nearest target={target} /> : <Prose>{target.headline}</Prose>}
      </td>
      <td class="number">{changed === undefined ? '' : `${changed.answers} of ${changed.of}`}</td>
      <td>
        {classId === undefined ? undefined : (
          <a href={hashOf({ view: 'classes', suite })}>
            <ClassLetter id={classId} reference={isReferenceClass} index={classIndex} />
          </a>
        )}
      </td>
      {columns.cause ? (
        <td>{target.cause === undefined ? undefined : <Prose>{target.cause.title}</Prose>}</td>
      ) : undefined}
      {columns.capture ? <td>{target.capture}</td> : undefined}
    </tr>
  );
}

/** Of a target without a finding: which limit it comes nearest to, and how near. */
function Nearest({ target }: { readonly target: TargetHead }) {
  const words = nearestLimit(
    useReport()
      .sheet(target)
      .map(({ head }) => head),
  );
  return (
    <span class="quiet">
      none
      {words === undefined ? undefined : (
        <>
          ; nearest: <Name columns={30}>{words.metric}</Name>, {words.room}
        </>
      )}
    </span>
  );
}
