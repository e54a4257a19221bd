import { type CauseRule, finding, number, percent } from '../finding.ts';
import {
  computesIntegers,
  floatErrorOf,
  isReduction,
  isTranscendental,
  representable,
} from '../float-error.ts';
import { mended, said } from '../mended.ts';

const OPTION = 'mlas.enable_gemm_fastmath_arm64_bfloat16';
const BFLOAT16_BITS = 8;
const SMALLEST_BFLOAT16 = 2 ** -126;
/** Relative RMS error of products of operands that were rounded to bfloat16. */
const SMALLEST_ERROR = 2 ** -10.3;
const LARGEST_ERROR = 2 ** -6.5;
const ALL = 0.999;
const LEAST_ELEMENTS = 16;

/**
 * Operands rounded to bfloat16. 0.97 when switching the option off mends it; 0.85 when all values are bfloat16's; 0.8
 * when the option is on and the error has its size. When switching it off changes nothing, the rule is silent.
 */
export const bf16FastMath: CauseRule = (evidence) => {
  const found = floatErrorOf(evidence);
  if (!found || computesIntegers(evidence) || !isReduction(evidence)) return undefined;
  const tried = mended(evidence, 'bf16-fast-math-off');
  if (tried === 'stays') return undefined;
  const isCausal = tried !== 'untried';
  const { difference, relative } = found;
  const isOfItsSize = relative >= SMALLEST_ERROR && relative <= LARGEST_ERROR && !isTranscendental(evidence);
  const isOn =
    evidence.candidate.delegate.sessionConfig[OPTION] === '1' && hasBfloat16(evidence.candidate.device.isa);
  const held =
    difference.dtype === 'float32' ? representable(difference, BFLOAT16_BITS, SMALLEST_BFLOAT16) : 0;
  const { reference } = difference;
  const isHeld =
    difference.count >= LEAST_ELEMENTS &&
    held >= ALL &&
    representable({ ...difference, candidate: reference }, BFLOAT16_BITS, SMALLEST_BFLOAT16) < 0.5;
  const confidence = isCausal ? 0.97 : isHeld ? 0.85 : isOn && isOfItsSize ? 0.8 : undefined;
  if (confidence === undefined) return undefined;
  return finding(evidence, {
    cause: 'bf16-fast-math',
    confidence,
    title: 'The matrix product rounds its operands to bfloat16',
    because: [
      `The error is ${number(relative)} of the reference in RMS; bfloat16 resolves ${number(2 ** -BFLOAT16_BITS)}.`,
      isOn ? `The delegate sets ${OPTION}=1, and the CPU has bfloat16.` : undefined,
      isHeld ? `${percent(held)} of the float32 values are values of bfloat16.` : undefined,
      said(evidence, 'bf16-fast-math-off'),
    ],
    remedy: `Set ${OPTION}: "0" for this delegate, or accept it with a budget of bfloat16's size (rtol 1.6e-2).`,
  });
};

function hasBfloat16(isa: readonly string[]): boolean {
  return isa.some((feature) => /bf16/.test(feature));
}
