import { METRICS, metricDefinition } from '../../../../domain/metrics.ts';
import type { JsonNumber } from '../../../../domain/run-files.ts';
import { formatMetric } from '../../../format-number.ts';
import type { TensorSummary } from '../../../tensor-summary.ts';
import { Name } from '../../parts/name.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { hashOf } from '../../route.ts';
import type { Side, SideName } from './compare-sides.ts';

interface MetricTableProps {
  readonly suite: string;
  readonly sides: Readonly<Record<SideName, Side>>;
  readonly tensor: string;
  /** The two with each other; undefined where nobody compared them. */
  readonly between: TensorSummary | undefined;
  /** Each with the reference. */
  readonly own: Readonly<Record<SideName, TensorSummary | undefined>>;
}

interface Column {
  readonly key: string;
  readonly side?: SideName;
  readonly values: ReadonlyMap<string, JsonNumber>;
}

/** The worst value over all cases of each metric. */
export function MetricTable({ suite, sides, tensor, between, own }: MetricTableProps) {
  const columns: readonly Column[] = [
    ...(between === undefined ? [] : [{ key: 'between', values: valuesOf(between) }]),
    ...(['first', 'second'] as const).map((side) => ({ key: side, side, values: valuesOf(own[side]) })),
  ];
  const known = METRICS.map(({ name }) => name).filter((metric) =>
    columns.some(({ values }) => values.has(metric)),
  );
  const isZero = (metric: string) => columns.every(({ values }) => (values.get(metric) ?? 0) === 0);
  const zeros = known.filter(isZero);
  if (known.length === zeros.length) return null;
  return (
    <>
      <Scroll label="Metrics">
        <table>
          <thead>
            <tr>
              <th scope="col">Metric, worst case</th>
              {columns.map(({ key, side }) => (
                <th scope="col" class="number" key={key}>
                  {side === undefined ? (
                    'With each other'
                  ) : (
                    <>
                      <a href={hashOf({ view: 'tensor', suite, target: sides[side].target.target, tensor })}>
                        <Name columns={32}>{sides[side].target.target}</Name>
                      </a>{' '}
                      with the reference
                    </>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {known
              .filter((metric) => !isZero(metric))
              .map((metric) => (
                <tr key={metric}>
                  <th scope="row" title={metricDefinition(metric)?.meaning}>
                    {metric}
                  </th>
                  {columns.map(({ key, values }) => {
                    const value = values.get(metric);
                    return (
                      <td class="number" key={key}>
                        {value === undefined ? '–' : formatMetric(metric, value)}
                      </td>
                    );
                  })}
                </tr>
              ))}
          </tbody>
        </table>
      </Scroll>
      {zeros.length === 0 ? undefined : <p class="small quiet">Zero on all sides: {zeros.join(', ')}.</p>}
    </>
  );
}

function valuesOf(summary: TensorSummary | undefined): ReadonlyMap<string, JsonNumber> {
  return new Map(summary?.metrics.map(({ metric, value }) => [metric, value]));
}
