import { fromJsonNumber } from '../../../../domain/run-files.ts';
import type { ElementSample } from '../../../page-data/page-data.ts';

export interface Point {
  readonly reference: number;
  readonly candidate: number;
  readonly error: number;
  /** Among the largest errors. */
  readonly worst: boolean;
}

export interface Points {
  readonly points: readonly Point[];
  /** Elements shown or left out as not finite, of all elements. */
  readonly shown: number;
  readonly of: number;
  /** Pairs with NaN or infinity: they have no place in the picture. */
  readonly notFinite: number;
  /** Largest |error| over the range of the reference; 0 when there is none. */
  readonly relative: number;
}

const MOST_WORST = 16;

/** Elements of all the samples together, at most `most` of them; the worst always stay. */
export function pointsOf(samples: readonly ElementSample[], most = 1000): Points {
  const pairs = samples.flatMap(({ reference, candidate }) =>
    reference.slice(0, candidate.length).map((value, index) => {
      const [left, right] = [fromJsonNumber(value), fromJsonNumber(candidate[index]!)];
      return { reference: left, candidate: right, error: right - left };
    }),
  );
  const finite = pairs.filter(({ error }) => Number.isFinite(error));
  const ranked = finite.toSorted((left, right) => Math.abs(right.error) - Math.abs(left.error));
  const worst = new Set(ranked.slice(0, MOST_WORST).filter(({ error }) => error !== 0));
  const stride = Math.max(1, Math.ceil(finite.length / most));
  const kept = finite.filter((pair, index) => worst.has(pair) || index % stride === 0);
  return {
    points: kept.map((pair) => ({ ...pair, worst: worst.has(pair) })),
    shown: kept.length,
    of: samples.reduce((total, sample) => total + sample.of, 0),
    notFinite: pairs.length - finite.length,
    relative: Math.abs(ranked[0]?.error ?? 0) / (rangeOf(finite) || 1),
  };
}

function rangeOf(pairs: readonly { readonly reference: number }[]): number {
  const low = pairs.reduce((least, { reference }) => Math.min(least, reference), Number.POSITIVE_INFINITY);
  const high = pairs.reduce((most, { reference }) => Math.max(most, reference), Number.NEGATIVE_INFINITY);
  return high - low;
}
