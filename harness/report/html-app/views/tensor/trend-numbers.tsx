import { formatMetric } from '../../../format-number.ts';
import type { TrendLine, TrendLines } from '../../../page-data/page-data.ts';
import { Name } from '../../parts/name.tsx';
import { Scroll } from '../../parts/scroll.tsx';

interface TrendNumbersProps {
  readonly trends: TrendLines;
  /** Of one tensor. */
  readonly lines: readonly TrendLine[];
}

/** What the charts draw, run by run, the latest first. */
export function TrendNumbers({ trends, lines }: TrendNumbersProps) {
  const changes = new Set(lines.flatMap((line) => line.changes));
  const latestFirst = trends.runs.map((run, place) => ({ ...run, place })).reverse();
  return (
    <details class="more">
      <summary class="small">The numbers, run by run</summary>
      <Scroll label="Metrics run by run">
        <table>
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">Bytes</th>
              {lines.map(({ metric }) => (
                <th key={metric} scope="col" class="number code">
                  <Name columns={28}>{metric}</Name>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {latestFirst.map(({ run, place }) => (
              <tr key={run}>
                <th scope="row">
                  <Name columns={36}>{run}</Name>
                </th>
                <td class="quiet">{changes.has(place) ? 'other' : ''}</td>
                {lines.map(({ metric, values }) => {
                  const value = values[place] ?? null;
                  return (
                    <td key={metric} class="number">
                      {value === null ? <span class="quiet">–</span> : formatMetric(metric, value)}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}
