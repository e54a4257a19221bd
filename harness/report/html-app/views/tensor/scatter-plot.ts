import { dot, line, type PlotOptions, ruleY } from '@observablehq/plot';
import { formatNumber } from '../../../format-number.ts';
import type { Point } from './scatter-points.ts';

const STYLE = { fontSize: '12px', background: 'none', overflow: 'visible' } as const;
const MARGINS = { marginLeft: 64, marginRight: 16, marginTop: 28, marginBottom: 40 } as const;

/** As high as wide, so that the line of equal values stands at 45°. */
export function scatterPlot(points: readonly Point[], width: number): PlotOptions {
  const all = points.flatMap(({ reference, candidate }) => [reference, candidate]);
  const low = all.reduce((least, value) => Math.min(least, value));
  const high = all.reduce((most, value) => Math.max(most, value));
  const domain = low === high ? [low - 1, high + 1] : [low, high];
  return {
    ...MARGINS,
    height: Math.min(width, 460) - 24,
    style: STYLE,
    x: axis('reference →', domain, width),
    y: { ...axis('↑ this target', domain, 460), labelAnchor: 'top' },
    marks: [
      line([domain, domain], {
        x: (_, at) => domain[at]!,
        y: (_, at) => domain[at]!,
        stroke: 'var(--quiet)',
      }),
      ...dots(points, 'candidate'),
    ],
  };
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
