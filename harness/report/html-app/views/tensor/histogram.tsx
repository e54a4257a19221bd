import { barY, type PlotOptions, ruleY, text } from '@observablehq/plot';
import { Chart } from '../../parts/chart.tsx';
import type { Bar } from './histograms.ts';

/** With more bars than this their numbers would run into each other. */
const MOST_NUMBERS = 16;
/** In px, with the space that a label needs. */
const LABEL_PX = 46;

interface HistogramProps {
  readonly title: string;
  readonly axis: string;
  readonly bars: readonly Bar[];
  /** The same in a sentence. */
  readonly words: string;
}

export function Histogram({ title, axis, bars, words }: HistogramProps) {
  return (
    <figure class="histogram">
      <h3>{title}</h3>
      <Chart
        label={`${title}: ${words}`}
        options={(width) => optionsOf(bars, axis, width)}
        inputs={[bars, axis]}
      />
      <figcaption class="small quiet">{words}</figcaption>
    </figure>
  );
}

function optionsOf(bars: readonly Bar[], axis: string, width: number): PlotOptions {
  const labels = new Map(bars.map(({ bin, label }) => [bin, label]));
  const stride = Math.max(1, Math.ceil((bars.length * LABEL_PX) / Math.max(1, width - 60)));
  // The bar in the middle of a signed histogram keeps its label.
  const zero = Math.max(
    0,
    bars.findIndex(({ bin, equal }) => bin === 0 && equal),
  );
  return {
    height: 200,
    marginLeft: 56,
    marginRight: 8,
    marginTop: 22,
    marginBottom: 40,
    style: { fontSize: '12px', background: 'none', overflow: 'visible' },
    x: {
      type: 'band',
      domain: bars.map(({ bin }) => bin),
      ticks: bars.filter((_, at) => (at - zero) % stride === 0).map(({ bin }) => bin),
      tickFormat: (bin: number) => labels.get(bin) ?? '',
      tickSize: 0,
      label: `${axis} →`,
      labelAnchor: 'right',
      padding: bars.length > 40 ? 0.1 : bars.length < 4 ? 0.7 : 0.25,
    },
    y: { label: '↑ elements', grid: false, ticks: 4, nice: true, tickFormat: (n: number) => shortCount(n) },
    marks: [
      ruleY([0], { stroke: 'var(--quiet)' }),
      barY(bars, {
        x: 'bin',
        y: 'elements',
        fill: ({ equal }: Bar) => (equal ? 'var(--quiet)' : 'var(--link)'),
        title: ({ label, elements }: Bar) => `${label}: ${elements}`,
      }),
      ...(bars.length <= MOST_NUMBERS && width / bars.length >= 28
        ? [
            text(
              bars.filter(({ elements }) => elements > 0),
              {
                x: 'bin',
                y: 'elements',
                text: ({ elements }: Bar) => shortCount(elements),
                dy: -8,
                fill: 'currentColor',
              },
            ),
          ]
        : []),
    ],
  };
}

function shortCount(elements: number): string {
  if (elements < 10_000) return String(elements);
  if (elements < 1_000_000) return `${Number((elements / 1000).toPrecision(3))}k`;
  return `${Number((elements / 1_000_000).toPrecision(3))}M`;
}
