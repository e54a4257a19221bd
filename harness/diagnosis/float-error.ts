import { smallestNormal } from '../numerics/float-formats.ts';
import { type Difference, isFloat, pooledDifferenceOf } from './difference.ts';
import type { Evidence } from './evidence.ts';

/** Operators of an integer island: an error there is of quantization, whatever its size. */
const INTEGER = /Quant|QLinear|Integer|^QGemm|QAttention|NBits/;

const TRANSCENDENTAL =
  /^(Exp|Log|Tanh|Sigmoid|Erf|Gelu|FastGelu|QuickGelu|BiasGelu|Softmax|LogSoftmax|Sin|Cos|Tan|Sinh|Cosh|Asin|Acos|Atan|Pow|Softplus|Elu|Selu|Celu|Mish|Swish)$/;

/** Operators that sum without multiplying by weights, and those whose products and sums may contract to FMA. */
const REDUCES =
  /^(Reduce|GlobalAveragePool|AveragePool|CumSum|Sum|Mean|LpPool|LayerNorm|SkipLayerNorm|SimplifiedLayerNorm|InstanceNorm|BatchNorm|GroupNorm|Einsum|Conv|FusedConv|MatMul|FusedMatMul|Gemm|FusedGemm|Attention|MultiHeadAttention|LSTM|GRU|RNN)/;

/** How far two float tensors are apart, relative to the reference's RMS; undefined for anything else, or where nothing differs. */
export interface FloatError {
  readonly difference: Difference;
  /** RMS of the error over RMS of the reference. */
  readonly relative: number;
  /** |mean of the error| over its RMS. */
  readonly oneSided: number;
}

/** Of an island that gives floats, whatever it computes in. */
export function floatErrorOf(evidence: Evidence): FloatError | undefined {
  const difference = pooledDifferenceOf(evidence);
  const { dtype, differing, becameNonfinite, rmse, referenceRms, bias, unit } = difference;
  if (!isFloat(dtype) || unit !== 'value' || differing === 0 || becameNonfinite > 0) return undefined;
  if (!(rmse > 0 && referenceRms > 0 && Number.isFinite(referenceRms))) return undefined;
  return { difference, relative: rmse / referenceRms, oneSided: Math.abs(bias) / rmse };
}

export function computesIntegers({ island }: Evidence): boolean {
  return island.operators.some((name) => INTEGER.test(name));
}

export function isTranscendental({ island }: Evidence): boolean {
  return island.operators.some((name) => TRANSCENDENTAL.test(name));
}

export function isReduction({ island }: Evidence): boolean {
  return (island.reductionLength ?? 0) > 1 || island.operators.some((name) => REDUCES.test(name));
}

/** Unit in the last place of a float format of `bits` of precision at |value|. */
function ulpAt(value: number, bits: number, least: number): number {
  const exponent = Math.floor(Math.log2(Math.max(Math.abs(value), least)));
  return 2 ** (exponent - bits + 1);
}

/** Share of the candidate's finite elements other than 0 that a format of `bits` of precision holds exactly. */
export function representable({ candidate }: Difference, bits: number, smallest: number): number {
  let [held, count] = [0, 0];
  for (const value of candidate) {
    if (!Number.isFinite(value) || value === 0) continue;
    count += 1;
    const steps = value / ulpAt(value, bits, smallest);
    if (Number.isInteger(steps)) held += 1;
  }
  return count === 0 ? 0 : held / count;
}

/**
 * Largest |e| in ULP of a format of `bits` of precision, at the reference or at its RMS, whichever is larger: a sum
 * that cancels to nearly nothing is off by any number of its own ULP.
 */
export function maxUlps({ reference, candidate, dtype, referenceRms }: Difference, bits: number): number {
  const least = Math.max(smallestNormal(dtype), referenceRms);
  let most = 0;
  for (let i = 0; i < reference.length; i++) {
    const apart = Math.abs(candidate[i]! - reference[i]!);
    if (Number.isFinite(apart) && apart > 0) most = Math.max(most, apart / ulpAt(reference[i]!, bits, least));
  }
  return most;
}
