import type { TargetDiagnosis, TraceRow } from '../../domain/diagnosis.ts';
import type { Metrics } from '../../domain/run-files.ts';
import { fromJsonNumber } from '../../domain/run-files.ts';
import { visible } from '../escape.ts';
import type { Content } from './markup.ts';
import { html } from './markup.ts';

const WIDTH = 720;
const HEIGHT = 180;
const LEFT = 56;
const TOP = 12;
const BOTTOM = 28;
const MOST_POINTS = 400;

/**
 * Error along the graph: the noise-to-signal ratio (-sqnr_db, in dB) of each tensor in graph order. Bars: what the node adds of its
 * own; line: what has come together so far. Identical tensors lie on the ground line.
 */
export function errorPlot({ trace, firstDivergence }: TargetDiagnosis): Content {
  const rows = trace.slice(0, MOST_POINTS);
  const own = rows.map(({ intrinsic }) => levelOf(intrinsic));
  const here = rows.map(({ accumulated }) => levelOf(accumulated));
  const levels = [...own, ...here].filter(
    (level) => level !== undefined && Number.isFinite(level),
  ) as number[];
  if (rows.length < 2 || levels.length === 0) return undefined;
  const low = Math.floor((Math.min(...levels) - 10) / 20) * 20;
  const high = Math.max(low + 20, Math.ceil((Math.max(...levels) + 1) / 20) * 20);
  const x = (index: number) => LEFT + ((index + 0.5) * (WIDTH - LEFT - 8)) / rows.length;
  const y = (level: number) => {
    const clamped = Math.min(high, Math.max(low, level));
    return TOP + ((high - clamped) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  };
  const barWidth = Math.max(1, Math.min(18, ((WIDTH - LEFT) / rows.length) * 0.6));
  const ground = HEIGHT - BOTTOM;
  const bars = own.map((level, index) =>
    level === undefined || level === Number.NEGATIVE_INFINITY
      ? undefined
      : html`<rect class="own" x="${(x(index) - barWidth / 2).toFixed(1)}" y="${y(level).toFixed(1)}" width="${barWidth.toFixed(1)}" height="${(ground - y(level)).toFixed(1)}"><title>${label(rows[index]!)}</title></rect>`,
  );
  const line = here
    .flatMap((level, index) => (level === undefined ? [] : [`${x(index).toFixed(1)},${y(level).toFixed(1)}`]))
    .join(' ');
  const dots = here.map((level, index) =>
    level === undefined
      ? undefined
      : html`<circle class="here" cx="${x(index).toFixed(1)}" cy="${y(level).toFixed(1)}" r="${rows.length > 80 ? 1.5 : 3}"><title>${label(rows[index]!)}</title></circle>`,
  );
  const at = rows.findIndex(({ tensor }) => tensor === firstDivergence?.tensor);
  const marker =
    at < 0
      ? undefined
      : html`<line class="first" x1="${x(at).toFixed(1)}" x2="${x(at).toFixed(1)}" y1="${TOP}" y2="${ground}"/><text x="${Math.min(x(at) + 4, WIDTH - 90).toFixed(1)}" y="${TOP + 10}">first divergence</text>`;
  const ticks = [low, (low + high) / 2, high].map(
    (level) =>
      html`<text class="tick" x="${LEFT - 6}" y="${(y(level) + 4).toFixed(1)}">${level} dB</text><line class="grid" x1="${LEFT}" x2="${WIDTH - 8}" y1="${y(level).toFixed(1)}" y2="${y(level).toFixed(1)}"/>`,
  );
  return html`<figure class="plot" tabindex="0"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Error along the graph, in decibels below the signal">${ticks}${bars}<polyline class="here" points="${line}"/>${dots}${marker}<text x="${LEFT}" y="${HEIGHT - 8}">graph order →</text></svg>
<figcaption class="quiet small">Error against signal (−SQNR) of ${rows.length} tensors in graph order${rows.length < trace.length ? ` (of ${trace.length})` : ''}. Bars: what a node adds of its own. Line: what has come together so far. On the ground line: bit-identical.</figcaption></figure>`;
}

/** -sqnr_db; -Infinity: identical, +Infinity: no number, undefined: not seen. */
function levelOf(metrics: Metrics | null): number | undefined {
  if (metrics === null) return undefined;
  if (metrics.identical === 1) return Number.NEGATIVE_INFINITY;
  const { sqnr_db: sqnr } = metrics;
  const level = sqnr === null || sqnr === undefined ? Number.NaN : -fromJsonNumber(sqnr);
  return Number.isNaN(level) ? Number.POSITIVE_INFINITY : level;
}

function label({ tensor, opType, node }: TraceRow): string {
  return visible(`${tensor}: ${opType} ${node}`).slice(0, 200);
}
