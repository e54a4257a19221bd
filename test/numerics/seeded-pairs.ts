import type { Tensor } from '../../harness/domain/tensor.ts';
import { tensorOf } from './tensors.ts';

export type PairFamily =
  | 'alike'
  | 'cancelling errors'
  | 'cancelling products'
  | 'ratios'
  | 'huge'
  | 'tiny'
  | 'subnormal'
  | 'float32'
  | 'int64';

/** Marsaglia's xorshift32, as in vectors/make_sums.py. */
export class Words {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A word of 32 bits, unsigned. */
  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x >>> 0;
  }

  /** ±(1 + m/2^31)·2^k with k in [low, high]. */
  number(low: number, high: number): number {
    const k = low + (this.next() % (high - low + 1));
    const word = this.next();
    return (word & 1 ? -1 : 1) * (1 + (word >>> 1) / 2 ** 31) * 2 ** k;
  }
}

/** The two sides that vectors/make_sums.py took its sums of. */
export function seededPair(
  family: PairFamily,
  n: number,
  seed: number,
): { readonly reference: Tensor; readonly candidate: Tensor } {
  const words = new Words(seed);
  for (let i = 0; i < 8; i++) words.next();
  const wide = () => ((BigInt(words.next()) << 32n) | BigInt(words.next())) - 2n ** 63n;
  const reference: (number | bigint)[] = [];
  const candidate: (number | bigint)[] = [];
  let [r, c, d] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    switch (family) {
      case 'alike':
        r = words.number(-3, 3);
        c = r + words.number(-30, -10);
        break;
      case 'cancelling errors':
        r = words.number(-3, 3);
        d = i % 2 ? -d : words.number(-2, 2);
        c = r + d;
        break;
      case 'cancelling products':
        r = i % 2 ? r : words.number(-3, 3);
        c = i % 2 ? -c : words.number(-3, 3);
        break;
      case 'ratios':
        r = words.number(-230, 230);
        c = words.number(-230, 230);
        break;
      case 'huge':
        r = words.number(-1000, 1000);
        c = words.number(-1000, 1000);
        break;
      case 'tiny':
        r = words.number(-1074, -300);
        c = words.number(-1074, -300);
        break;
      case 'subnormal':
        r = words.number(-1074, -1030);
        c = words.number(-1074, -1030);
        break;
      case 'float32':
        r = Math.fround(words.number(-140, 120));
        c = Math.fround(r + words.number(-140, 100));
        break;
    }
    reference.push(family === 'int64' ? wide() : r);
    candidate.push(family === 'int64' ? wide() : c);
  }
  const dtype = family === 'float32' || family === 'int64' ? family : 'float64';
  return { reference: tensorOf(dtype, reference), candidate: tensorOf(dtype, candidate) };
}
