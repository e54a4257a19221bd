import { useMemo, useState } from 'preact/hooks';
import { count } from '../../../format-number.ts';
import type { BoundEntry } from '../../../page-data/decode-page.ts';
import { Chart } from '../../parts/chart.tsx';
import { residualPlot, scatterPlot } from './scatter-plot.ts';
import { pointsOf } from './scatter-points.ts';
import { oneValueWords, onLineWords } from './scatter-words.ts';

/** Errors below this share of the range lie on the line for an eye: then the errors themselves are shown first. */
const SMALL = 0.03;

/** Elements of the reference against those of this target. */
export function ScatterSection({ comparisons }: { readonly comparisons: BoundEntry['comparisons'] }) {
  const found = useMemo(() => pointsOf(comparisons.flatMap(({ elements }) => elements ?? [])), [comparisons]);
  const [chosen, setChosen] = useState<'values' | 'errors'>();
  const { points, shown, of, notFinite, relative } = found;
  if (points.length === 0) return null;
  const view = chosen ?? (relative < SMALL ? 'errors' : 'values');
  const worst = points.filter((point) => point.worst).length;
  const words =
    view === 'values'
      ? onLineWords(points)
      : 'Each error, this target − reference, over the value of the reference. ';
  return (
    <section>
      <h2>Reference against this target</h2>
      <fieldset class="choices">
        <legend class="unseen">What is drawn</legend>
        <label>
          <input
            type="radio"
            name="scatter"
            checked={view === 'values'}
            onChange={() => setChosen('values')}
          />{' '}
          Values
        </label>
        <label>
          <input
            type="radio"
            name="scatter"
            checked={view === 'errors'}
            onChange={() => setChosen('errors')}
          />{' '}
          Errors
        </label>
      </fieldset>
      <figure class="scatter">
        <Chart
          label={`${view === 'values' ? 'Values of the reference against values of this target' : 'Errors over the values of the reference'}, ${shown} elements. The worst are listed in the table of the worst elements.`}
          options={(width) => (view === 'values' ? scatterPlot(points, width) : residualPlot(points, width))}
          inputs={[points, view]}
        />
        <figcaption class="small quiet">
          {shown} of {count(of, 'element')}, spread evenly over the tensor. {oneValueWords(points)}
          {words}
          {worst > 0 ? `Crosses: the ${worst} with the largest errors. ` : ''}
          {notFinite > 0 ? `${count(notFinite, 'pair')} with NaN or infinity cannot be drawn.` : ''}
        </figcaption>
      </figure>
    </section>
  );
}
