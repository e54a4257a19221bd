import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { TraceRow } from '../../../../domain/diagnosis.ts';
import { visible } from '../../../escape.ts';
import { Chart } from '../../parts/chart.tsx';
import { titleText } from '../../parts/name.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { MEASURE_WORDS, type Measure, measuresOf, rowAt, windowAround } from './error-levels.ts';
import { errorPlot, MARGINS } from './error-plot.ts';

/** More marks than this are slow to draw and read; the table below the chart holds every row. */
const MOST_ROWS = 600;
/** Narrower than this nothing can be told apart or hit: the chart scrolls instead. */
const ROW_PX = 5;

interface ErrorChartProps {
  readonly trace: readonly TraceRow[];
  /** Row of the first divergence; below 0: none. */
  readonly first: number;
  readonly selected: number;
  readonly onSelect: (row: number) => void;
}

/** What each node adds, and what has come together so far, in graph order. A node is chosen by a click or with the slider. */
export function ErrorChart({ trace, first, selected, onSelect }: ErrorChartProps) {
  const measures = useMemo(() => measuresOf(trace), [trace]);
  const [chosen, setChosen] = useState<Measure | undefined>();
  const measure = chosen ?? measures[0];
  const { start, end } = windowAround(trace.length, first, MOST_ROWS);
  const rows = useMemo(() => trace.slice(start, end), [trace, start, end]);
  const drawn = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (drawn.current !== null) reveal(drawn.current, (selected - start + 0.5) / rows.length);
  }, [selected, start, rows]);
  if (measure === undefined) return <p>No tensor differs by a finite error: there is nothing to draw.</p>;
  const select = (event: MouseEvent & { currentTarget: HTMLElement }) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    onSelect(start + rowAt(event.clientX - left, width, rows.length, MARGINS));
  };
  const name = titleText(first < 0 ? '' : (trace[first]?.node ?? ''));
  return (
    <figure class={rows.length > 150 ? 'error-chart long' : 'error-chart'}>
      {measures.length > 1 ? (
        <label class="small">
          Measured as{' '}
          <select value={measure} onChange={(event) => setChosen(event.currentTarget.value as Measure)}>
            {measures.map((each) => (
              <option key={each} value={each}>
                {MEASURE_WORDS[each]}
              </option>
            ))}
          </select>
        </label>
      ) : undefined}
      <Scroll label="Chart of the error along the graph">
        {/* biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: the slider below does the same with the keyboard */}
        <div class="drawing" ref={drawn} style={{ minWidth: `${rows.length * ROW_PX}px` }} onClick={select}>
          <Chart
            label={`Error along the graph: ${MEASURE_WORDS[measure]} of ${rows.length} tensors in graph order${name === '' ? '' : `; the first that differs is computed by ${name}`}. The table below has the same numbers.`}
            options={() => errorPlot(rows, measure, { start, first, selected })}
            inputs={[rows, measure, start, first, selected]}
          />
        </div>
      </Scroll>
      <figcaption class="small quiet">
        Bars: what a node adds of its own, computed from the reference's inputs. Line: what has come together
        so far. On the ground line: bit-identical.{' '}
        {rows.length < trace.length
          ? `Drawn are ${rows.length} of ${trace.length} tensors, around the first that differs.`
          : ''}
      </figcaption>
      <label class="slider small">
        <span>Tensor</span>
        <input
          type="range"
          min={1}
          max={trace.length}
          value={selected + 1}
          aria-valuetext={titleText(
            `${selected + 1} of ${trace.length}: ${visible(trace[selected]?.tensor ?? '')}`,
          )}
          onInput={(event) => onSelect(Number(event.currentTarget.value) - 1)}
        />
        <span class="quiet">
          {selected + 1} of {trace.length}
        </span>
      </label>
    </figure>
  );
}

/** Scrolls a drawing that is wider than its place to where something happens, unless that is seen already. */
function reveal(drawing: HTMLElement, share: number): void {
  const place = drawing.parentElement;
  if (place === null) return;
  const at = share * drawing.clientWidth;
  const [from, to] = [place.scrollLeft + MARGINS.left, place.scrollLeft + place.clientWidth - MARGINS.right];
  if (at < from || at > to) place.scrollLeft = at - place.clientWidth / 3;
}
