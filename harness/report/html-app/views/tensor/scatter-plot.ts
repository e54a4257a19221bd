import { dot, line, type PlotOptions, ruleY } from '@observablehq/plot';
import { formatNumber } from '../../../format-number.ts';
import type { Point } from './scatter-points.ts';

const STYLE = { fontSize: '12px', background: 'none', overflow: 'visible' } as const;
const MARGINS = { marginLeft: 64, marginRight: 16, marginTop: 28, marginBottom: 40 } as const;

/** As high as wide, so that the line of equal values stands at 45°. */
export function scatterPlot(points: readonly Point[], width: number): PlotOptions {
  const { x, y } = domainsOf(points);
  return {
    ...MARGINS,
    height: Math.min(width, 460) - 24,
    style: STYLE,
    x: axis('reference →', x, width),
    y: { ...axis('↑ this target', y, 460), labelAnchor: 'top' },
    marks: [
      line([x, x], {
        x: (_, at) => x[at]!,
        y: (_, at) => x[at]!,
        stroke: 'var(--quiet)',
        clip: true,
      }),
      ...dots(points, 'candidate'),
    ],
  };
}

export type Domain = readonly [number, number];

/** A target that is wrong by orders of magnitude gets a scale of its own: on a common one nothing else could be seen. */
const COMMON = 10;

/** Of both axes: the same range where the values are of one size. */
export function domainsOf(points: readonly Point[]): { readonly x: Domain; readonly y: Domain } {
  const x = rangeOf(points.map(({ reference }) => reference));
  const y = rangeOf(points.map(({ candidate }) => candidate));
  const [width, height] = [x[1] - x[0], y[1] - y[0]];
  if (height > COMMON * width || width > COMMON * height) return { x, y };
  const both: Domain = [Math.min(x[0], y[0]), Math.max(x[1], y[1])];
  return { x: both, y: both };
}

function rangeOf(values: readonly number[]): Domain {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return low === high ? [low - 1, high + 1] : [low, high];
}

export function residualPlot(points: readonly Point[], width: number): PlotOptions {
  return {
    ...MARGINS,
    height: 300,
    style: STYLE,
    x: axis('reference →', undefined, width),
    y: { ...axis('↑ error, this target − reference', undefined, 460), labelAnchor: 'top' },
    marks: [ruleY([0], { stroke: 'var(--quiet)' }), ...dots(points, 'error')],
  };
}

function axis(label: string, domain: readonly number[] | undefined, px: number) {
  return {
    type: 'linear',
    nice: true,
    label,
    labelAnchor: 'right',
    ticks: Math.max(3, Math.min(8, Math.floor(px / 90))),
    tickFormat: (value: number) => formatNumber(value),
    ...(domain === undefined ? {} : { domain: [...domain] }),
  } as const;
}

/** The worst by shape and colour, on top. */
function dots(points: readonly Point[], y: 'candidate' | 'error') {
  const title = ({ reference, candidate, error }: Point) =>
    `${formatNumber(reference, 6)} → ${formatNumber(candidate, 6)}, error ${formatNumber(error)}`;
  return [
    dot(
      points.filter(({ worst }) => !worst),
      { x: 'reference', y, r: 2.5, fill: 'currentColor', fillOpacity: 0.4, title },
    ),
    dot(
      points.filter(({ worst }) => worst),
      { x: 'reference', y, r: 4, symbol: 'times', stroke: 'var(--bad)', strokeWidth: 2, title },
    ),
  ];
}
