import type { Histograms } from '../../domain/run-files.ts';

const EIGHTHS = '▁▂▃▄▅▆▇█';
const MOST_BARS = 24;

/**
 * How the errors spread by decade, on a line: `59 exact   1e-4 ▁▂▅█▃ 1e1`. Between the two powers of ten each bar stands
 * for a decade of |error|, or for several where they are many; its height is its count over the largest. A decade without
 * an element is blank, and one with a single element is not. Empty when no two finite values were compared.
 */
export function spreadBar({ error: { zero, decades } }: Histograms): string {
  const exact = zero === 0 ? '' : `${zero} exact`;
  const [first, last] = [decades[0]?.[0], decades.at(-1)?.[0]];
  if (first === undefined || last === undefined) return exact;
  const perBar = Math.ceil((last - first + 1) / MOST_BARS);
  const bars = new Array<number>(Math.ceil((last - first + 1) / perBar)).fill(0);
  for (const [decade, count] of decades) bars[Math.floor((decade - first) / perBar)]! += count;
  const most = Math.max(...bars);
  const drawn = bars.map((count) => barOf(count / most)).join('');
  const bar = `${powerOfTen(first)} ${drawn} ${powerOfTen(first + bars.length * perBar)}`;
  return [exact, bar].filter(Boolean).join('   ');
}

function barOf(share: number): string {
  if (share === 0) return ' ';
  return EIGHTHS[Math.min(EIGHTHS.length - 1, Math.floor(share * EIGHTHS.length))]!;
}

function powerOfTen(exponent: number): string {
  return exponent === 0 ? '1' : `1e${exponent}`;
}
