import { axisY, dot, line, type PlotOptions, rectY, ruleX, ruleY, text } from '@observablehq/plot';
import type { TraceRow } from '../../../../domain/diagnosis.ts';
import { errorWords } from '../../../diagnosis/error-words.ts';
import { nameText } from '../../../wording.ts';
import { titleText } from '../../parts/name.tsx';
import {
  type LevelScale,
  levelOf,
  levelScale,
  MEASURE_WORDS,
  type Measure,
  tickText,
} from './error-levels.ts';

/** Of the drawing, in px; a click is read by them. */
export const MARGINS = { left: 72, right: 16 } as const;

const BAR_PX = 18;

interface Bar {
  readonly at: number;
  readonly row: TraceRow;
  readonly own: number | undefined;
  readonly here: number | undefined;
}

/** @param rows those drawn; @param place.start index of the first of them in the trace, as are `first` and `selected` */
export function errorPlot(
  rows: readonly TraceRow[],
  measure: Measure,
  place: { readonly start: number; readonly first: number; readonly selected: number },
): PlotOptions {
  const levels = rows.flatMap(({ accumulated, intrinsic }) => [
    levelOf(accumulated, measure),
    levelOf(intrinsic, measure),
  ]);
  const scale = levelScale(levels, measure);
  if (scale === undefined) return {};
  const height = (level: number | undefined) => heightOf(level, scale);
  const bars: Bar[] = rows.map((row, at) => ({
    at,
    row,
    own: height(levelOf(row.intrinsic, measure)),
    here: height(levelOf(row.accumulated, measure)),
  }));
  const [first, selected] = [place.first - place.start, place.selected - place.start];
  const visibleFirst = first >= 0 && first < rows.length;
  const half = Math.min(0.36, (BAR_PX / 2 / 900) * rows.length);
  const leftHalf = first < rows.length / 2;
  return {
    height: 280,
    marginLeft: MARGINS.left,
    marginRight: MARGINS.right,
    marginTop: 34,
    marginBottom: 36,
    style: { fontSize: '12px', background: 'none', overflow: 'visible' },
    x: {
      type: 'linear',
      domain: [-0.5, rows.length - 0.5],
      ticks: xTicks(rows.length),
      tickFormat: (at: number) => String(at + 1 + place.start),
      label: 'tensors in graph order →',
      labelAnchor: 'right',
    },
    y: { domain: [scale.ground, scale.high], label: `↑ ${MEASURE_WORDS[measure]}` },
    marks: [
      axisY({
        ticks: [scale.ground, ...scale.ticks, ...(scale.beyond === undefined ? [] : [scale.beyond])],
        tickFormat: (level: number) => yText(level, scale, measure),
        tickSize: 0,
        label: `↑ ${MEASURE_WORDS[measure]}`,
        labelOffset: MARGINS.left,
      }),
      ruleY(scale.ticks, { stroke: 'var(--line)' }),
      ruleY([scale.ground], { stroke: 'var(--quiet)' }),
      selected >= 0 && selected < rows.length
        ? ruleX([selected], { stroke: 'var(--link)', strokeOpacity: 0.35, strokeWidth: 9 })
        : null,
      rectY(
        bars.filter(({ own }) => own !== undefined && own > scale.ground),
        {
          x1: ({ at }: Bar) => at - half,
          x2: ({ at }: Bar) => at + half,
          y1: scale.ground,
          y2: 'own',
          fill: 'var(--link)',
          fillOpacity: 0.45,
          title: titleOf,
        },
      ),
      line(bars, { x: 'at', y: 'here', stroke: 'currentColor', strokeWidth: 1.5 }),
      dot(
        bars.filter(({ here }) => here !== undefined),
        {
          x: 'at',
          y: 'here',
          r: rows.length > 80 ? 2 : 3.5,
          fill: 'currentColor',
          title: titleOf,
        },
      ),
      ...(visibleFirst
        ? [
            ruleX([first], { stroke: 'var(--bad)', strokeDasharray: '4 3', strokeWidth: 1.5 }),
            dot([bars[first]!], {
              x: 'at',
              y: 'here',
              r: 6,
              stroke: 'var(--bad)',
              strokeWidth: 2,
            }),
            text([firstWords(rows[first]!)], {
              x: first,
              frameAnchor: 'top',
              dy: -14,
              dx: leftHalf ? -4 : 4,
              textAnchor: leftHalf ? 'start' : 'end',
              fill: 'var(--bad)',
              fontWeight: 600,
            }),
          ]
        : []),
    ],
  };
}

function firstWords({ opType, node }: TraceRow): string {
  return shortened(`first: ${nameText(opType)} ${nameText(node)}`, 40);
}

function shortened(words: string, most: number): string {
  return words.length <= most ? words : `${words.slice(0, most - 1)}…`;
}

function heightOf(level: number | undefined, scale: LevelScale): number | undefined {
  if (level === undefined) return undefined;
  if (level === Number.POSITIVE_INFINITY) return scale.beyond ?? scale.high;
  return level === Number.NEGATIVE_INFINITY ? scale.ground : level;
}

function yText(level: number, scale: LevelScale, measure: Measure): string {
  if (level === scale.ground) return 'identical';
  return level === scale.beyond ? 'not finite' : tickText(level, measure);
}

function titleOf({ at: _at, row }: Bar): string {
  return titleText(
    `${nameText(row.tensor)} (${nameText(row.opType)} ${nameText(row.node)}): here ${errorWords(row.accumulated)}, of its own ${errorWords(row.intrinsic)}`,
  );
}

function xTicks(rows: number): number[] {
  const stride = [1, 2, 5, 10, 20, 50, 100].find((step) => rows / step <= 24) ?? 200;
  const ticks: number[] = [];
  for (let at = 0; at < rows; at += stride) ticks.push(at);
  return ticks;
}
