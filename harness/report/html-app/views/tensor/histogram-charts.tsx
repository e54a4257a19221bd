import { useMemo } from 'preact/hooks';
import type { Comparison } from '../../../../domain/run-files.ts';
import { Histogram } from './histogram.tsx';
import {
  type Bar,
  errorBars,
  errorSentence,
  histogramsOf,
  mergeHistograms,
  stepBars,
  stepSentence,
  ulpBars,
  ulpSentence,
} from './histograms.ts';

/** How the errors spread: by size, by quantization steps, by distance in representable numbers. */
export function HistogramCharts({ comparisons }: { readonly comparisons: readonly Comparison[] }) {
  const merged = useMemo(() => mergeHistograms(histogramsOf(comparisons)), [comparisons]);
  if (merged === undefined) return null;
  const charts: readonly { title: string; axis: string; bars: readonly Bar[]; words: string }[] = [
    {
      title: 'By size of the error',
      axis: '|error| from',
      bars: errorBars(merged),
      words: errorSentence(merged),
    },
    {
      title: 'By quantization steps',
      axis: 'steps, this target − reference',
      bars: stepBars(merged),
      words: stepSentence(merged),
    },
    { title: 'By ULP distance', axis: 'ULP from', bars: ulpBars(merged), words: ulpSentence(merged) },
  ];
  const shown = charts.filter(({ bars }) => bars.some(({ equal }) => !equal));
  if (shown.length === 0) return null;
  return (
    <section>
      <h2>How the errors spread</h2>
      <div class="charts">
        {shown.map((chart) => (
          <Histogram key={chart.title} {...chart} />
        ))}
      </div>
    </section>
  );
}
