import { useState } from 'preact/hooks';
import type { TraceRow } from '../../../../domain/diagnosis.ts';
import { errorWords } from '../../../diagnosis/error-words.ts';
import { Name } from '../../parts/name.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { windowAround } from './error-levels.ts';

/** Rows at once; a longer graph is cut around the first that differs. */
const MOST_ROWS = 150;

/** Every tensor along the graph, folded. */
export function TraceTable({
  trace,
  first,
  onSelect,
}: {
  readonly trace: readonly TraceRow[];
  /** Row of the first divergence; below 0: none. */
  readonly first: number;
  readonly onSelect: (row: number) => void;
}) {
  const [start, setStart] = useState(() => windowAround(trace.length, first, MOST_ROWS).start);
  const end = Math.min(trace.length, start + MOST_ROWS);
  return (
    <details class="more">
      <summary>Every tensor along the graph</summary>
      {trace.length > MOST_ROWS ? (
        <p class="more-line">
          <button
            type="button"
            class="small"
            disabled={start === 0}
            onClick={() => setStart(Math.max(0, start - MOST_ROWS))}
          >
            Earlier
          </button>{' '}
          <button
            type="button"
            class="small"
            disabled={end === trace.length}
            onClick={() => setStart(Math.min(trace.length - 1, start + MOST_ROWS))}
          >
            Later
          </button>{' '}
          <span role="status" class="quiet small">
            {start + 1} to {end} of {trace.length}
          </span>
        </p>
      ) : undefined}
      <Scroll label="Tensors along the graph">
        <table class="wide">
          <thead>
            <tr>
              <th scope="col" class="number">
                Position
              </th>
              <th scope="col">Tensor</th>
              <th scope="col">Computed by</th>
              <th scope="col">Ran on</th>
              <th scope="col">Error here</th>
              <th scope="col">Error of its own</th>
            </tr>
          </thead>
          <tbody>
            {trace.slice(start, end).map((row, n) => (
              <tr key={row.tensor} {...(start + n === first ? { class: 'first-row' } : {})}>
                <td class="number">
                  <button type="button" class="plain" onClick={() => onSelect(start + n)}>
                    <span class="unseen">Show in the chart: </span>
                    {start + n + 1}
                  </button>
                </td>
                <th scope="row">
                  <Name columns={40}>{row.tensor}</Name>
                  {start + n === first ? <b class="first-word"> first</b> : undefined}
                </th>
                <td>
                  <Name columns={24}>{row.opType}</Name>{' '}
                  <span class="quiet">
                    <Name columns={32}>{row.node}</Name>
                  </span>
                </td>
                <td class="quiet">
                  <Name columns={28}>{row.provider ?? 'unknown'}</Name>
                </td>
                <td>{errorWords(row.accumulated)}</td>
                <td>{errorWords(row.intrinsic)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}
