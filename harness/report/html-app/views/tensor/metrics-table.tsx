import { METRICS, metricDefinition } from '../../../../domain/metrics.ts';
import type { Comparison } from '../../../../domain/run-files.ts';
import { formatMetric, formatNumber } from '../../../format-number.ts';
import type { TensorSummary } from '../../../tensor-summary.ts';
import { nameText } from '../../../wording.ts';
import { Name } from '../../parts/name.tsx';
import { Scroll } from '../../parts/scroll.tsx';

/** Every metric, folded: with its unit and meaning, in its worst case. */
export function MetricsTable({
  summary,
  comparisons,
}: {
  readonly summary: TensorSummary;
  readonly comparisons: readonly Comparison[];
}) {
  if (summary.metrics.length === 0) return null;
  const several = comparisons.length > 1;
  return (
    <section>
      <h2>All metrics</h2>
      <details class="more">
        <summary>
          {summary.metrics.length} of {METRICS.length} metrics apply
          {several ? `, each in its worst case of ${summary.cases}` : ''}
        </summary>
        <Scroll label="All metrics">
          <table>
            <thead>
              <tr>
                <th scope="col">Metric</th>
                <th scope="col" class="number">
                  {several ? 'Worst' : 'Value'}
                </th>
                <th scope="col">Meaning</th>
                {several ? <th scope="col">Case</th> : undefined}
              </tr>
            </thead>
            <tbody>
              {summary.metrics.map(({ metric, value, case: name }) => (
                <tr key={metric}>
                  <th scope="row" class="code">
                    {metric}
                  </th>
                  <td class="number">{formatMetric(metric, value)}</td>
                  <td class="quiet">{metricDefinition(metric)?.meaning ?? ''}</td>
                  {several ? (
                    <td class="unbroken">
                      <Name columns={40}>{name}</Name>
                    </td>
                  ) : undefined}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
        <Undefined comparisons={comparisons} />
      </details>
    </section>
  );
}

/** A metric without a number is a fact, not a zero. */
function Undefined({ comparisons }: { readonly comparisons: readonly Comparison[] }) {
  const undefinedOnes = new Set(
    comparisons.flatMap((each) =>
      each.status === 'compared'
        ? Object.entries(each.metrics).flatMap(([metric, value]) => (value === null ? [metric] : []))
        : [],
    ),
  );
  if (undefinedOnes.size === 0) return null;
  return (
    <p class="quiet small">
      Undefined ({formatNumber(null)} for these values) in some case:{' '}
      {[...undefinedOnes].map(nameText).join(', ')}.
    </p>
  );
}
