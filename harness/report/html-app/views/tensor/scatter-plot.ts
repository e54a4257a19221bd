import { dot, line, type PlotOptions, ruleY } from '@observablehq/plot';
import { formatNumber } from '../../../format-number.ts';
import type { Point } from './scatter-points.ts';

const STYLE = { fontSize: '12px', background: 'none', overflow: 'visible' } as const;
const MARGINS = { marginLeft: 64, marginRight: 16, marginTop: 28, marginBottom: 40 } as const;

const FEWEST_DIGITS = 4;
/** What fits beside the axis. */
const MOST_DIGITS = 8;
const DIGIT_PX = 7.5;

/** As high as wide, so that the line of equal values stands at 45°. */
export function scatterPlot(points: readonly Point[], width: number): PlotOptions {
  const { x, y } = domainsOf(points);
  const only = onlyValue(points, 'candidate');
  const digits = only === undefined ? tickDigits(y) : FEWEST_DIGITS;
  return {
    ...MARGINS,
    marginLeft: MARGINS.marginLeft + DIGIT_PX * (digits - FEWEST_DIGITS),
    height: Math.min(width, 460) - 24,
    style: STYLE,
    x: axis('reference →', x, width, onlyValue(points, 'reference')),
    y: { ...axis('↑ this target', y, 460, only), labelAnchor: 'top' },
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
  const both: Domain = [Math.min(x[0], y[0]), Math.max(x[1], y[1])];
  if (both[1] - both[0] > COMMON * Math.min(x[1] - x[0], y[1] - y[0])) return { x, y };
  return { x: both, y: both };
}

/** The value that a side has everywhere; undefined where it has several, or one element is all there is. */
export function onlyValue(points: readonly Point[], side: 'reference' | 'candidate'): number | undefined {
  const value = points[0]?.[side];
  return points.length > 1 && points.every((point) => point[side] === value) ? value : undefined;
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
    x: axis(
      'reference →',
      rangeOf(points.map(({ reference }) => reference)),
      width,
      onlyValue(points, 'reference'),
    ),
    y: { ...axis('↑ error, this target − reference', undefined, 460), labelAnchor: 'top' },
    marks: [ruleY([0], { stroke: 'var(--quiet)' }), ...dots(points, 'error')],
  };
}

/** @param only the one value there is: several ticks would all name it */
function axis(label: string, domain: Domain | undefined, px: number, only?: number) {
  return {
    type: 'linear',
    nice: true,
    label,
    labelAnchor: 'right',
    ticks: only === undefined ? Math.max(3, Math.min(8, Math.floor(px / 90))) : [only],
    tickFormat: (value: number) =>
      formatNumber(value, only === undefined ? tickDigits(domain) : FEWEST_DIGITS),
    ...(domain === undefined ? {} : { domain: [...domain] }),
  } as const;
}

/** As many as it takes to tell ticks apart: values near 8e8 that are 1e4 apart need more than those near 0. */
export function tickDigits(domain: Domain | undefined): number {
  if (domain === undefined) return FEWEST_DIGITS;
  const size = Math.max(Math.abs(domain[0]), Math.abs(domain[1]));
  const digits = Math.ceil(Math.log10(size / (domain[1] - domain[0]))) + 2;
  return Math.min(MOST_DIGITS, Math.max(FEWEST_DIGITS, digits));
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
