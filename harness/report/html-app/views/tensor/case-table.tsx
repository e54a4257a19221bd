import { useMemo, useState } from 'preact/hooks';
import type { Comparison, Verdict } from '../../../../domain/run-files.ts';
import { count, formatMetric } from '../../../format-number.ts';
import { nameText, proseText } from '../../../wording.ts';
import { MoreButton } from '../../parts/more-button.tsx';
import { Name } from '../../parts/name.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { SortHead } from '../../parts/sort-head.tsx';
import { useSorting } from '../../parts/sorting.ts';
import { MarkIcon } from '../../parts/status-mark.tsx';
import { type CaseRow, type CaseSort, caseRows, shownMetrics, sortedCases } from './case-rows.ts';

const PAGE = 50;

interface CaseTableProps {
  readonly comparisons: readonly Comparison[];
  readonly verdicts: readonly Verdict[];
  readonly linkOf: (name: string) => string;
}

/** The cases of a tensor, worst first; each leads to its own numbers. */
export function CaseTable({ comparisons, verdicts, linkOf }: CaseTableProps) {
  const [shown, setShown] = useState(PAGE);
  const metrics = useMemo(() => shownMetrics(comparisons, verdicts), [comparisons, verdicts]);
  const worstFirst = useMemo(
    () => caseRows(comparisons, verdicts, metrics),
    [comparisons, verdicts, metrics],
  );
  const columns = useMemo(() => columnsOf(metrics), [metrics]);
  const [sorting, onSort] = useSorting(columns, undefined);
  const rows = sorting === undefined ? worstFirst : sortedCases(worstFirst, sorting.by, sorting.descending);
  if (rows.length === 0) return null;
  const judged = rows.some(({ mark }) => mark !== undefined);
  const answers = rows.some(({ changed }) => changed !== undefined);
  const head = { sorting, onSort };
  return (
    <section>
      <h2>{count(rows.length, 'case')}</h2>
      <Scroll label="Cases">
        <table class="wide">
          <thead>
            <tr>
              {judged ? (
                <SortHead<CaseSort> of="status" {...head}>
                  Verdict
                </SortHead>
              ) : undefined}
              <SortHead<CaseSort> of="case" {...head}>
                Case
              </SortHead>
              {answers ? (
                <SortHead<CaseSort> of="changed" {...head} number>
                  Answers that change
                </SortHead>
              ) : undefined}
              {metrics.map((metric, at) => (
                <SortHead<CaseSort> key={metric} of={at} {...head} number>
                  {nameText(metric)}
                </SortHead>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row) => (
              <tr key={row.name}>
                {judged ? (
                  <td>{row.mark === undefined ? undefined : <MarkIcon mark={row.mark} />}</td>
                ) : undefined}
                <th scope="row" class="unbroken">
                  <a href={linkOf(row.name)}>
                    <Name columns={40}>{row.name}</Name>
                  </a>
                  {row.identical ? <span class="quiet small"> identical</span> : undefined}
                </th>
                <CaseCells row={row} metrics={metrics} answers={answers} />
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <MoreButton shown={shown} of={rows.length} page={PAGE} onMore={setShown} />
    </section>
  );
}

/** A metric by its name: which are shown depends on the run. */
function columnsOf(metrics: readonly string[]): ReadonlyMap<string, CaseSort> {
  const named = (['status', 'case', 'changed'] as const).map((name) => [name, name] as const);
  return new Map<string, CaseSort>([...metrics.map((metric, at) => [metric, at] as const), ...named]);
}

function CaseCells({
  row,
  metrics,
  answers,
}: {
  readonly row: CaseRow;
  readonly metrics: readonly string[];
  readonly answers: boolean;
}) {
  if (row.reason !== undefined)
    return <td colSpan={metrics.length + (answers ? 1 : 0)}>not comparable: {proseText(row.reason)}</td>;
  return (
    <>
      {answers ? (
        <td class="number">
          {row.changed === 0 ? <span class="quiet">none</span> : <b>{row.changed}</b>}
          {row.samples === undefined ? undefined : <span class="quiet"> of {row.samples}</span>}
        </td>
      ) : undefined}
      {row.values.map((value, at) => (
        <td key={metrics[at]} class="number">
          {value === undefined ? <span class="quiet">–</span> : formatMetric(metrics[at]!, value)}
        </td>
      ))}
    </>
  );
}
