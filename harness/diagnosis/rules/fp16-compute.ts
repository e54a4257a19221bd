import type { Evidence } from '../evidence.ts';
import { type CauseRule, finding, number, percent } from '../finding.ts';
import {
  computesIntegers,
  floatErrorOf,
  isReduction,
  isTranscendental,
  maxUlps,
  representable,
} from '../float-error.ts';

const FLOAT16_BITS = 11;
const SMALLEST_FLOAT16 = 2 ** -14;
/** Relative RMS error of products of operands that were rounded to float16, with room for sums in float16. */
const SMALLEST_ERROR = 2 ** -13.5;
const LARGEST_ERROR = 2 ** -10.3;
const ALL = 0.999;
const LEAST_ELEMENTS = 16;
/** Rounding once at the end leaves half an ULP on each side. */
const ROUNDED_ONCE = 1;
/** Share of the elements that may round differently because the sum in float32 ran in another order. */
const SOME_DIFFER = 0.1;

/**
 * Multiplied or summed in float16. A float32 tensor whose values are all float16's: 0.95. A float16 tensor on a CPU with
 * float16 arithmetic, against a reference without it: 0.85. A float32 error of float16's size off the CPU: 0.6.
 */
export const fp16Compute: CauseRule = (evidence) => {
  const found = floatErrorOf(evidence);
  if (!found || computesIntegers(evidence)) return undefined;
  const { difference, relative } = found;
  if (difference.dtype === 'float16') return ofFloat16(evidence, found);
  if (difference.dtype !== 'float32' || difference.count < LEAST_ELEMENTS) return undefined;
  const held = representable(difference, FLOAT16_BITS, SMALLEST_FLOAT16);
  const heldByReference = representable(
    { ...difference, candidate: difference.reference },
    FLOAT16_BITS,
    SMALLEST_FLOAT16,
  );
  const isHeld = held >= ALL && heldByReference < 0.5 && representable(difference, 8, SMALLEST_FLOAT16) < ALL;
  const isOfItsSize = relative >= SMALLEST_ERROR && relative <= LARGEST_ERROR && isReduction(evidence);
  const offCpu =
    evidence.candidate.delegate.provider !== 'cpu' && evidence.candidate.delegate.provider !== 'wasm';
  if (!isHeld && !(isOfItsSize && offCpu && !isTranscendental(evidence))) return undefined;
  return say(evidence, isHeld ? 0.95 : 0.6, [
    `The error is ${number(relative)} of the reference in RMS; float16 resolves ${number(2 ** -FLOAT16_BITS)}.`,
    isHeld
      ? `${percent(held)} of the float32 values are values of float16; of the reference's ${percent(heldByReference)} are.`
      : undefined,
  ]);
};

function ofFloat16(evidence: Evidence, { difference }: NonNullable<ReturnType<typeof floatErrorOf>>) {
  const { candidate, reference } = evidence;
  const native = (side: Evidence['candidate']) =>
    side.device.isa.some((feature) => /^(fphp|asimdhp|avx512_fp16)$/.test(feature));
  const offCpu = candidate.delegate.provider !== 'cpu' && candidate.delegate.provider !== 'wasm';
  if (!(native(candidate) || offCpu) || native(reference)) return undefined;
  const ulps = maxUlps(difference, FLOAT16_BITS);
  const share = difference.differing / difference.count;
  if (!isReduction(evidence) || (ulps <= ROUNDED_ONCE && share <= SOME_DIFFER)) return undefined;
  const length = evidence.island.reductionLength;
  return say(evidence, native(candidate) ? 0.85 : 0.6, [
    `The tensor is of float16 and the error up to ${number(ulps)} ULP; computed in float32 and rounded once it were at most ${ROUNDED_ONCE}.`,
    native(candidate)
      ? `The target's CPU computes in float16 (${candidate.device.isa.filter((feature) => /hp$|fp16/.test(feature)).join(', ')}); the reference's does not.`
      : undefined,
    length === undefined ? undefined : `Each element is a sum of ${length} products.`,
  ]);
}

function say(evidence: Evidence, confidence: number, because: (string | undefined)[]) {
  return finding(evidence, {
    cause: 'fp16-compute',
    confidence,
    title: 'The target computes in float16',
    because,
    remedy:
      "Accept it with a budget of float16's size (rtol 1e-3), or keep this node in float32: its precision option, or a float32 model.",
  });
}
