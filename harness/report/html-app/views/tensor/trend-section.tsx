import { dot, line, type PlotOptions, ruleY } from '@observablehq/plot';
import { useMemo } from 'preact/hooks';
import { metricDefinition } from '../../../../domain/metrics.ts';
import type { Verdict } from '../../../../domain/run-files.ts';
import { fromJsonNumber } from '../../../../domain/run-files.ts';
import { shortenMiddle } from '../../../display-width.ts';
import { visible } from '../../../escape.ts';
import { usePart } from '../../data/report.ts';
import { Chart } from '../../parts/chart.tsx';
import { Name, titleText } from '../../parts/name.tsx';
import { dataOf } from '../target/data-of.ts';
import { TrendNumbers } from './trend-numbers.tsx';
import { type TrendPoint, trendPoints, trendWords } from './trend-points.ts';

/** Of a run's name beside a point. */
const MOST_COLUMNS = 64;

interface TrendSectionProps {
  /** Index in `head.targets`. */
  readonly target: number;
  readonly tensor: string;
  /** Their limits are drawn beside the lines. */
  readonly verdicts: readonly Verdict[];
}

/** The metrics of one output over the last runs; nothing where no history keeps the run and one before it. */
export function TrendSection({ target, tensor, verdicts }: TrendSectionProps) {
  const trends = dataOf(usePart('trends'));
  const lines = useMemo(
    () => trends?.lines.filter((each) => each.target === target && each.tensor === tensor) ?? [],
    [trends, target, tensor],
  );
  if (trends === undefined || trends.runs.length < 2) return null;
  return (
    <section>
      <h2>Over the last runs</h2>
      {lines.length === 0 ? (
        <p>
          {trends.leftOut > 0
            ? 'It moved before others did, or not at all: see fleetdiff history.'
            : `No change in the last ${trends.runs.length} runs.`}
        </p>
      ) : (
        <>
          <div class="charts">
            {lines.map((each) => (
              <TrendChart
                key={each.metric}
                metric={each.metric}
                points={trendPoints(trends, each)}
                limit={limitOf(verdicts, each.metric)}
              />
            ))}
          </div>
          <TrendNumbers trends={trends} lines={lines} />
        </>
      )}
    </section>
  );
}

function limitOf(verdicts: readonly Verdict[], metric: string): number | undefined {
  const limit = verdicts.find((verdict) => verdict.metric === metric)?.limit ?? null;
  const number = limit === null ? Number.NaN : fromJsonNumber(limit);
  return Number.isFinite(number) ? number : undefined;
}

interface TrendChartProps {
  readonly metric: string;
  readonly points: readonly TrendPoint[];
  readonly limit: number | undefined;
}

function TrendChart({ metric, points, limit }: TrendChartProps) {
  const words = trendWords(points);
  return (
    <figure class="histogram">
      <h3 class="code">
        <Name columns={40}>{metric}</Name>
      </h3>
      <Chart
        label={`${titleText(metric)} over the last runs: ${words}`}
        options={() => optionsOf(metric, points, limit)}
        inputs={[metric, points, limit]}
      />
      <figcaption class="small quiet">
        {words}. Large dots: other bytes than the run before{limit === undefined ? '' : '; dashes: the limit'}
        .
      </figcaption>
    </figure>
  );
}

function optionsOf(metric: string, points: readonly TrendPoint[], limit: number | undefined): PlotOptions {
  // 0.999 and 0.9999 would be one line above a ground of 0.
  const fromZero = metricDefinition(metric)?.good !== 'high';
  const finite = points.filter(({ value }) => Number.isFinite(value));
  const title = ({ run, text }: TrendPoint) => `${shortenMiddle(visible(run), MOST_COLUMNS)}: ${text}`;
  return {
    height: 180,
    marginLeft: 56,
    marginRight: 12,
    marginTop: 16,
    marginBottom: 32,
    style: { fontSize: '12px', background: 'none', overflow: 'visible' },
    x: { type: 'utc', label: null, ticks: 4 },
    y: { label: null, ticks: 4, nice: true, zero: fromZero },
    marks: [
      ...(limit === undefined ? [] : [ruleY([limit], { stroke: 'var(--bad)', strokeDasharray: '4 3' })]),
      line(points, { x: 'at', y: 'value', stroke: 'var(--link)', curve: 'step-after' }),
      dot(finite, {
        x: 'at',
        y: 'value',
        r: ({ isChange }: TrendPoint) => (isChange ? 4 : 1.5),
        fill: 'var(--link)',
        title,
      }),
    ],
  };
}
