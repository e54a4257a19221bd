import type { Comparison, Histograms } from '../../../../domain/run-files.ts';
import { count, formatNumber } from '../../../format-number.ts';

/** A bar: `from` and `to` bound what it counts, for a reader; `bin` is its place. */
export interface Bar {
  readonly bin: number;
  readonly label: string;
  readonly elements: number;
  /** Counts what does not differ. */
  readonly equal: boolean;
}

/** Of each case; one that is bit-identical needs none to be known: every finite element is without error. */
export function histogramsOf(comparisons: readonly Comparison[]): Histograms[] {
  const own = comparisons.flatMap((each) => (each.status === 'compared' ? (each.histograms ?? []) : []));
  const equal = comparisons.map((each) => (isEqualWithout(each) ? finiteElements(each) : 0));
  const zero = sum(equal);
  if (own.length === 0 || zero === 0) return own;
  const hasUlp = own.some(({ ulp }) => ulp !== undefined);
  const hasSteps = own.some(({ steps }) => steps !== undefined);
  return [
    ...own,
    {
      error: { zero, decades: [] },
      ...(hasUlp ? { ulp: { zero, octaves: [] } } : {}),
      ...(hasSteps ? { steps: [[0, zero] as const] } : {}),
    },
  ];
}

type Compared = Extract<Comparison, { status: 'compared' }>;

function isEqualWithout(comparison: Comparison): comparison is Compared {
  return comparison.status === 'compared' && comparison.identical && comparison.histograms === undefined;
}

function finiteElements({ shape, metrics }: Compared): number {
  const matched = metrics.nonfinite_matched;
  return shape.reduce((product, length) => product * length, 1) - (typeof matched === 'number' ? matched : 0);
}

/** Of all cases together: counts of equal bins are added. */
export function mergeHistograms(all: readonly Histograms[]): Histograms | undefined {
  if (all.length === 0) return undefined;
  const ulp = all.flatMap((each) => each.ulp ?? []);
  const steps = all.flatMap((each) => each.steps ?? []);
  return {
    error: {
      zero: sum(all.map(({ error }) => error.zero)),
      decades: addBins(all.flatMap(({ error }) => error.decades)),
    },
    ...(ulp.length === 0
      ? {}
      : {
          ulp: {
            zero: sum(ulp.map(({ zero }) => zero)),
            octaves: addBins(ulp.flatMap(({ octaves }) => octaves)),
          },
        }),
    ...(steps.length === 0 ? {} : { steps: addBins(steps) }),
  };
}

type Bins = readonly (readonly [number, number])[];

function addBins(bins: Bins): Bins {
  const counts = new Map<number, number>();
  for (const [bin, n] of bins) counts.set(bin, (counts.get(bin) ?? 0) + n);
  return [...counts].sort(([left], [right]) => left - right);
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, n) => total + n, 0);
}

/** Every bin between the lowest and the highest, empty ones too. */
function filled(bins: Bins, label: (bin: number) => string): Bar[] {
  const [first, last] = [bins[0]?.[0], bins.at(-1)?.[0]];
  if (first === undefined || last === undefined) return [];
  const counts = new Map(bins);
  return Array.from({ length: last - first + 1 }, (_, n) => {
    const bin = first + n;
    return { bin, label: label(bin), elements: counts.get(bin) ?? 0, equal: false };
  });
}

/** Elements without any error first, then a bar for each power of ten of |error|: `1e-3` counts 1e-3 up to 1e-2. */
export function errorBars({ error: { zero, decades } }: Histograms): Bar[] {
  const bars = filled(decades, powerOfTen);
  return zero === 0
    ? bars
    : [{ bin: (bars[0]?.bin ?? 0) - 1, label: 'exact', elements: zero, equal: true }, ...bars];
}

/** Equal ones first, then a bar for each power of two of the ULP distance: `4` counts 4 up to 7. */
export function ulpBars({ ulp }: Histograms): Bar[] {
  if (ulp === undefined) return [];
  const bars = filled(ulp.octaves, powerOfTwo);
  return ulp.zero === 0
    ? bars
    : [{ bin: (bars[0]?.bin ?? 0) - 1, label: 'equal', elements: ulp.zero, equal: true }, ...bars];
}

/** A bar for each signed number of quantization steps; those at -64 and 64 hold what is beyond too. */
export function stepBars({ steps }: Histograms): Bar[] {
  return filled(steps ?? [], stepText).map((bar) => ({ ...bar, equal: bar.bin === 0 }));
}

function stepText(steps: number): string {
  if (steps <= -64) return '≤ −64';
  if (steps >= 64) return '≥ +64';
  return steps > 0 ? `+${steps}` : String(steps).replace('-', '−');
}

function powerOfTen(exponent: number): string {
  return exponent >= -2 && exponent <= 3
    ? formatNumber(Number((10 ** exponent).toPrecision(1)))
    : `1e${exponent}`;
}

function powerOfTwo(exponent: number): string {
  return exponent < 14 ? String(2 ** exponent) : `2^${exponent}`;
}

/** "1,233 elements are exact; the largest errors are 10 up to 100, of 3 elements". */
export function errorSentence({ error: { zero, decades } }: Histograms): string {
  const largest = decades.at(-1);
  const exact = `${count(zero, 'element')} without error`;
  if (largest === undefined) return `${exact}; no element differs.`;
  const most = decades.reduce((best, next) => (next[1] > best[1] ? next : best));
  return `${exact}; most errors (${most[1]}) are ${decadeWords(most[0])}, the largest (${largest[1]}) ${decadeWords(largest[0])}.`;
}

function decadeWords(decade: number): string {
  return `from ${powerOfTen(decade)} up to ${powerOfTen(decade + 1)}`;
}

/** "Equal 1233, up 300, down 467; 700 of them by one step." */
export function stepSentence({ steps = [] }: Histograms): string {
  const having = (keep: (step: number) => boolean) =>
    sum(steps.filter(([step]) => keep(step)).map(([, n]) => n));
  const [equal, up, down, one] = [
    having((step) => step === 0),
    having((step) => step > 0),
    having((step) => step < 0),
    having((step) => Math.abs(step) === 1),
  ];
  return `${count(equal, 'element')} on the same step, ${up} above the reference, ${down} below; ${one} are one step off.`;
}

export function ulpSentence({ ulp }: Histograms): string {
  if (ulp === undefined) return '';
  const largest = ulp.octaves.at(-1);
  const equal = `${count(ulp.zero, 'element')} equal`;
  if (largest === undefined) return `${equal}; none differs.`;
  return `${equal}; the furthest (${largest[1]}) are ${powerOfTwo(largest[0])} up to ${powerOfTwo(largest[0] + 1)} ULP apart.`;
}
